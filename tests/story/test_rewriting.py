"""Editing a screenplay by rule: what a rename, a cut, a move or a shortening may touch, and what it never does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.story.breaking import break_down
from studio.story.fountain import read_fountain, write_fountain
from studio.story.places import Time
from studio.story.reading import sheets
from studio.story.relocating import heading, move, open_with
from studio.story.renaming import called, rename
from studio.story.screenplay import Element, Kind, Screenplay
from studio.story.shortening import beats, length, shorten
from studio.story.stretches import stretches, with_scene, without_scene
from tests.story.scripts import long_script

SCRIPT = """Title: The Key

INT. KITCHEN - NIGHT

MARA, 70, in a yellow coat, puts a rose and a key on the table. Mara's hands shake.

MARA
You kept it, Tom.

TOM
I never used it, Mara.

MARA
Not once?

TOM
Not once.

Tom looks at the rose.

TOM
It is late.

MARA
It always was.

EXT. HARBOUR - DAWN

Tom throws the key into the water.

TOM
Now nobody can, Mara.
"""

numbers = st.sets(st.integers(1, 6), max_size=3)
seeds = st.integers(0, 40)


def script(text: str = SCRIPT) -> Screenplay:
    return read_fountain(text)


def spoken(screenplay: Screenplay) -> list[str]:
    return [one.text for one in screenplay.elements if one.kind in (Kind.DIALOGUE, Kind.ACTION)]


def is_part_of(small: tuple[Element, ...], large: tuple[Element, ...]) -> bool:
    rest = iter(large)
    return all(one in rest for one in small)


@given(seeds)
def test_stretches_are_the_scenes_of_the_breakdown(seed: int) -> None:
    made = long_script(4, seed)
    assert len(stretches(made)) == len(sheets(made))
    assert all(made.elements[one.start].kind is Kind.HEADING for one in stretches(made))


def test_what_is_said_before_the_first_heading_is_a_scene() -> None:
    made = script("MARA\nHello.\n\nINT. HALL - DAY\n\nA bell.\n")
    assert [(one.start, one.end) for one in stretches(made)] == [(0, 2), (2, 4)]
    assert len(sheets(made)) == 2


def test_a_rename_reaches_cues_action_and_speech_and_no_other_word() -> None:
    text = write_fountain(rename(script(), "MARA", "Rose Ann"))
    assert "ROSE ANN\nYou kept it" in text
    assert "Rose Ann's hands" in text
    assert "I never used it, Rose Ann." in text
    assert "Mara" not in text
    assert "puts a rose" in text
    assert "puts a rose" in write_fountain(rename(script(), "Rose", "Lily"))


def test_a_common_name_is_renamed_in_small_letters_too() -> None:
    text = write_fountain(rename(script("INT. BAKERY - DAY\n\nThe bakery is cold.\n"), "BAKERY", "mill", common=True))
    assert text == "INT. MILL - DAY\n\nThe mill is cold.\n"


@settings(max_examples=30)
@given(seeds)
def test_a_rename_there_and_back_changes_nothing(seed: int) -> None:
    made = long_script(3, seed)
    assert rename(rename(made, "ANNA", "QQZARA"), "QQZARA", "ANNA") == made


def test_whoever_is_renamed_keeps_looks_voice_and_lines() -> None:
    before = break_down(script())
    after = break_down(rename(script(), "MARA", "Ada"), previous=called(before, {"mara": "ADA"}))
    assert [(one.id, one.name) for one in after.cast] == [("mara", "ADA"), ("tom", "TOM")]
    assert [(one.dna, one.casting) for one in after.cast] == [(one.dna, one.casting) for one in before.cast]
    assert [line.id for line in after.lines] == [line.id for line in before.lines]
    assert [shot.id for shot in after.shots] == [shot.id for shot in before.shots]


def test_a_newcomer_under_the_old_name_is_somebody_else() -> None:
    before = break_down(script())
    renamed = rename(script(), "MARA", "Ada")
    known = break_down(renamed, previous=called(before, {"mara": "ADA"}))
    text = write_fountain(renamed) + "\nMARA\nI am new here.\n"
    both = break_down(read_fountain(text), previous=known)
    assert {one.id: one.name for one in both.cast} == {"mara": "ADA", "tom": "TOM", "mara-2": "MARA"}
    assert break_down(read_fountain(text), previous=both).cast == both.cast


def test_a_typed_rename_back_is_the_same_person_again() -> None:
    before = break_down(script())
    known = break_down(rename(script(), "MARA", "Ada"), previous=called(before, {"mara": "ADA"}))
    assert break_down(script(), previous=known).cast == before.cast


@settings(max_examples=60)
@given(seeds, st.floats(0, 1), numbers)
def test_shortening_only_leaves_out(seed: int, share: float, scenes: set[int]) -> None:
    made = long_script(4, seed)
    short = shorten(made, share, scenes)
    assert is_part_of(short.elements, made.elements)
    assert read_fountain(write_fountain(short)).elements == short.elements
    assert len(stretches(short)) == len(stretches(made))
    for before, after in zip(stretches(made), stretches(short), strict=True):
        old, new = beats(made, before), beats(short, after)
        assert [old[0].text, old[-1].text] == [new[0].text, new[-1].text]
        if scenes and before.number not in scenes:
            assert [one.text for one in old] == [one.text for one in new]


@settings(max_examples=40)
@given(seeds)
def test_everybody_who_spoke_still_speaks(seed: int) -> None:
    made = long_script(4, seed)

    def speakers(found: Screenplay) -> set[str]:
        return {beat.speaker for one in stretches(found) for beat in beats(found, one) if beat.speaker}

    assert speakers(shorten(made, 0.3)) <= speakers(made)
    alone = [
        one for one in speakers(made) if sum(b.speaker == one for s in stretches(made) for b in beats(made, s)) == 1
    ]
    assert set(alone) <= speakers(shorten(made, 0.0))


def test_a_third_less_is_about_a_third_less() -> None:
    made = long_script(10, 3)
    assert 0.6 < length(shorten(made, 2 / 3)) / length(made) < 0.72


@pytest.mark.parametrize(
    ("typed", "moved"),
    [
        ("INT. BAKERY - NIGHT", "INT. BAKERY - DAWN"),
        ("EXT. BAR - BACK ROOM - CONTINUOUS", "EXT. BAR - BACK ROOM - DAWN"),
        ("THE ROOF", "THE ROOF - DAWN"),
        ("INT./EXT. CAR – DAY", "INT./EXT. CAR - DAWN"),
    ],
)
def test_a_heading_gets_another_time(typed: str, moved: str) -> None:
    assert heading(typed, time=Time.DAWN) == moved


def test_a_heading_gets_another_place_and_keeps_its_time() -> None:
    assert heading("INT. BAKERY - NIGHT", place="roof", interior=False) == "EXT. ROOF - NIGHT"
    assert heading("INT. BAKERY - NIGHT (LATER)", place="mill") == "INT. MILL - NIGHT LATER"


def test_moving_one_scene_leaves_the_others_and_all_words() -> None:
    moved = move(script(), [2], time=Time.NIGHT)
    assert spoken(moved) == spoken(script())
    assert [one.text for one in moved.elements if one.kind is Kind.HEADING] == [
        "INT. KITCHEN - NIGHT",
        "EXT. HARBOUR - NIGHT",
    ]


def test_a_scene_opens_with_one_such_sentence_only() -> None:
    rain = open_with(script(), 2, "Rain falls.", ("Rain falls.", "Snow falls."))
    snow = open_with(rain, 2, "Snow falls.", ("Rain falls.", "Snow falls."))
    assert "DAWN\n\nSnow falls.\n\nTom throws" in write_fountain(snow)
    assert open_with(snow, 2, "", ("Snow falls.",)) == script()


@settings(max_examples=40)
@given(seeds, st.integers(0, 3))
def test_a_scene_put_in_and_taken_out_leaves_the_script(seed: int, after: int) -> None:
    made = long_script(4, seed)
    after = min(after, len(stretches(made)))
    scene = [Element(kind=Kind.HEADING, text="INT. ATTIC - DAY"), Element(kind=Kind.ACTION, text="Dust.")]
    longer = with_scene(made, after, scene)
    assert len(stretches(longer)) == len(stretches(made)) + 1
    assert without_scene(longer, after + 1) == made


def test_there_is_no_scene_to_take_out_where_there_is_none() -> None:
    with pytest.raises(KeyError):
        without_scene(script(), 3)
