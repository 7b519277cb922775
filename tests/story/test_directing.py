"""What a person directs: shots staged anew, divided, joined, added, dropped and moved, with no word lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.errors import BadRequest, NotFound, Refused
from studio.story.breakdown import Breakdown, Emotion, Figure, Framing, Move, Shot, Staging
from studio.story.breaking import break_down
from studio.story.directing import Restaging, restage
from studio.story.fountain import read_fountain
from studio.story.lexicon import words
from studio.story.recutting import Seam, delete, insert, merge, move, seams, split

SCRIPT = """INT. KITCHEN - NIGHT

Rain on the window.

MARA, 70, in a yellow coat, puts a brass key on the table. Tom stares at it. He does not touch it.

MARA
You kept it all these years.

TOM
I never used it. Not once, not even when the door stood open and the whole house was asleep.

MARA
(angrily)
Then give it back!

TOM
No.

EXT. HARBOUR - DAWN

Tom throws the key into the water. It sinks.

TOM
Now nobody can.
"""
FRAMINGS = st.sampled_from(Framing)


def film(script: str = SCRIPT, previous: Breakdown | None = None) -> Breakdown:
    return break_down(read_fountain(script), previous=previous)


def at(breakdown: Breakdown, number: str) -> Shot:
    return next(shot for shot in breakdown.shots if shot.number == number)


def talk(breakdown: Breakdown) -> Shot:
    """The shot of the angry line, which is played otherwise than it is drawn."""
    return next(shot for shot in breakdown.shots if any("give it back" in line.text for line in shot.lines))


def told(breakdown: Breakdown) -> list[str]:
    """Every word of action the script has, wherever it went."""
    found = [word for shot in breakdown.shots if not shot.added for word in words(shot.staging.action)]
    return sorted(found + [word for scene in breakdown.scenes for text in scene.dropped for word in words(text)])


def numbers(breakdown: Breakdown) -> list[str]:
    return [shot.number for shot in breakdown.shots]


def test_a_framing_and_a_move_hold_for_board_and_clip() -> None:
    before = film()
    shot = talk(before)
    staged = restage(before, [shot.id], Restaging(framing=Framing.FULL, move=Move.PAN_LEFT))
    now = talk(staged)
    assert (now.staging.framing, now.staging.move) == (Framing.FULL, Move.PAN_LEFT)
    assert now.played is None or (now.played.framing, now.played.move) == (Framing.FULL, Move.PAN_LEFT)
    assert now.directed
    assert [one for one in staged.shots if one.id != shot.id] == [one for one in before.shots if one.id != shot.id]


def test_a_feeling_a_person_chose_replaces_the_one_the_words_asked_for() -> None:
    before = film()
    shot = talk(before)
    calm = tuple(one.model_copy(update={"emotion": Emotion.JOY}) for one in shot.staging.figures)
    now = talk(restage(before, [shot.id], Restaging(figures=calm)))
    for staging in filter(None, (now.staging, now.played)):
        assert {one.emotion for one in staging.figures} == {Emotion.JOY}


def test_who_is_left_alone_looks_to_where_the_other_stands() -> None:
    before = film()
    shot = next(one for one in before.shots if len(one.staging.figures) == 2)
    left, right = shot.staging.figures
    for stays, side in ((left, 1), (right, -1)):
        alone = stays.model_copy(update={"looks_at": (right if stays is left else left).character})
        (figure,) = at(restage(before, [shot.id], Restaging(figures=(alone,))), shot.number).staging.figures
        assert figure.beyond == side


def test_everybody_stands_as_in_the_rest_of_the_scene_however_they_are_named() -> None:
    before = film()
    shot = next(one for one in before.shots if len(one.staging.figures) == 2)
    turned = tuple(reversed(shot.staging.figures))
    assert at(restage(before, [shot.id], Restaging(figures=turned)), shot.number).staging == shot.staging


def test_over_a_shoulder_brings_the_partner_along() -> None:
    before = film()
    shot = at(before, "1A")
    alone = restage(before, [shot.id], Restaging(figures=(Figure(character="mara"),)))
    now = at(restage(alone, [shot.id], Restaging(framing=Framing.OVER_SHOULDER)), "1A")
    assert {one.character for one in now.staging.figures} == {"mara", "tom"}


@pytest.mark.parametrize("framing", [Framing.CLOSE, Framing.OVER_SHOULDER, Framing.INSERT])
def test_what_cannot_be_shown_is_refused_by_the_number_of_its_shot(framing: Framing) -> None:
    before = film("INT. HALL - NIGHT\n\nRain.\n\nANNA\n(V.O.)\nNobody came.\n")
    empty = restage(before, [before.shots[0].id], Restaging(figures=()))
    with pytest.raises(Refused, match="shot 1A"):
        restage(empty, [before.shots[0].id], Restaging(framing=framing))


def test_a_stranger_and_a_lost_shot_are_refused() -> None:
    before = film()
    with pytest.raises(BadRequest, match="nobody in the story"):
        restage(before, [before.shots[0].id], Restaging(figures=(Figure(character="zoe"),)))
    with pytest.raises(NotFound):
        restage(before, ["gone"], Restaging(move=Move.DRIFT))


def test_the_same_staging_again_changes_nothing() -> None:
    before = film()
    shot = before.shots[0]
    assert restage(before, [shot.id], Restaging(framing=shot.staging.framing, move=shot.staging.move)) == before


def test_a_shot_is_split_at_a_line_and_the_halves_differ() -> None:
    before = film()
    shot = next(one for one in before.shots if len(one.lines) == 2)
    parted = split(before, shot.id, next(seam for seam in seams(shot) if seam.line == shot.lines[1].id))
    place = parted.shots.index(next(one for one in parted.shots if one.id == shot.id))
    first, second = parted.shots[place : place + 2]
    assert [first.lines, second.lines] == [(shot.lines[0],), (shot.lines[1],)]
    assert (first.staging.framing, first.staging.focus) != (second.staging.framing, second.staging.focus)
    assert numbers(parted)[:3] == ["1A", "1B", "1C"]


def test_a_shot_is_split_in_its_action() -> None:
    before = film()
    shot = next(one for one in before.shots if any(seam.letters for seam in seams(one)))
    seam = next(seam for seam in seams(shot) if seam.letters)
    parted = split(before, shot.id, seam)
    second = parted.shots[[one.id for one in parted.shots].index(shot.id) + 1]
    assert second.staging.action.startswith(seam.before)
    with pytest.raises(Refused, match="cannot be split there"):
        split(before, shot.id, Seam(letters=1, before=""))


def test_a_shot_with_lines_cannot_be_deleted_and_the_last_of_a_scene_neither() -> None:
    before = film()
    with pytest.raises(Refused, match="merge it with a neighbour, or cut its lines in Script Lab"):
        delete(before, [talk(before).id])
    single = film("INT. HALL - NIGHT\n\nRain.\n")
    with pytest.raises(Refused, match="cut the scene in Script Lab"):
        delete(single, [single.shots[0].id])


def test_a_shot_that_stays_is_named_as_it_stood_when_several_were_to_go() -> None:
    before = film("INT. HALL - NIGHT\n\nRain.\n\nA door slams.\n\nANNA\nWho is there?\n")
    spoken = next(shot for shot in before.shots if shot.lines)
    assert spoken.number != "1A"
    with pytest.raises(Refused, match=f"shot {spoken.number} has lines"):
        delete(before, [shot.id for shot in before.shots])


def test_lines_keep_the_order_of_the_script_when_shots_move() -> None:
    before = film()
    spoken = [shot for shot in before.scenes[0].shots if shot.lines]
    with pytest.raises(Refused, match="both have lines"):
        move(before, [spoken[1].id], -1)
    with pytest.raises(Refused, match="would leave its scene"):
        move(before, [before.shots[0].id], -1)
    silent = before.scenes[0].shots[0]
    later = move(before, [silent.id], 1)
    assert later.scenes[0].shots[1].id == silent.id
    assert later.lines == before.lines
    assert move(later, [silent.id], -1).scenes[0].shots == before.scenes[0].shots


def test_the_last_of_a_scene_has_nothing_to_merge_with() -> None:
    before = film()
    with pytest.raises(Refused, match="is the last of its scene"):
        merge(before, before.scenes[0].shots[-1].id)


def test_an_added_shot_shows_who_was_asked_for() -> None:
    before = film()
    shot = before.scenes[0].shots[0]
    more = insert(before, shot.id, Framing.INSERT, ["tom"], "His hand closes around the key.")
    made = more.scenes[0].shots[1]
    assert (made.staging.framing, made.staging.focus, made.number) == (Framing.INSERT, "key", "1B")
    with pytest.raises(Refused, match="needs somebody"):
        insert(before, shot.id, Framing.CLOSE, [], "Rain.")
    with pytest.raises(BadRequest, match="zoe"):
        insert(before, shot.id, Framing.CLOSE, ["zoe"], "")


def directed(breakdown: Breakdown, data: st.DataObject, steps: int) -> Breakdown:
    """A breakdown somebody worked on at random; what is refused is left undone."""
    for _ in range(steps):
        shot = data.draw(st.sampled_from(breakdown.shots))
        what = data.draw(st.sampled_from(("restage", "split", "merge", "insert", "delete", "move")))
        try:
            if what == "restage":
                people = data.draw(st.lists(st.sampled_from(("mara", "tom")), unique=True))
                figures = tuple(Figure(character=who) for who in people)
                how = Restaging(framing=data.draw(FRAMINGS), figures=figures, least=data.draw(st.floats(0, 9)))
                breakdown = restage(breakdown, [shot.id], how)
            elif what == "split" and seams(shot):
                breakdown = split(breakdown, shot.id, data.draw(st.sampled_from(seams(shot))))
            elif what == "merge":
                breakdown = merge(breakdown, shot.id)
            elif what == "insert":
                breakdown = insert(breakdown, shot.id, data.draw(FRAMINGS), ["tom"], "The clock ticks.")
            elif what == "delete":
                breakdown = delete(breakdown, [shot.id])
            else:
                breakdown = move(breakdown, [shot.id], data.draw(st.sampled_from((-2, -1, 1, 2))))
        except Refused:
            continue
    return breakdown


@settings(max_examples=60)
@given(st.data())
def test_whatever_is_directed_no_word_is_lost_and_no_line_moves(data: st.DataObject) -> None:
    before = film()
    after = directed(before, data, 6)
    assert after.lines == before.lines
    added = [shot for shot in after.shots if "clock" in shot.staging.action and not shot.added]
    if not added:  # one that was merged into a shot of the script brings its words along
        assert told(after) == told(before)
    assert len({shot.id for shot in after.shots}) == len(after.shots)
    for scene in after.scenes:
        assert [shot.number for shot in scene.shots] == sorted(shot.number for shot in scene.shots)
    for shot in after.shots:
        played: Staging = shot.played or shot.staging
        assert [one.character for one in played.figures] == [one.character for one in shot.staging.figures]
        assert played.framing == shot.staging.framing
    assert Breakdown.model_validate_json(after.model_dump_json()) == after


@settings(max_examples=40)
@given(st.data())
def test_the_same_text_again_leaves_everything_as_it_was_directed(data: st.DataObject) -> None:
    after = directed(film(), data, 5)
    assert film(previous=after) == after


@settings(max_examples=30)
@given(st.data())
def test_a_reworded_line_and_a_new_scene_keep_the_shots_of_a_person(data: st.DataObject) -> None:
    after = directed(film(), data, 5)
    edited = SCRIPT.replace("Then give it back!", "Then hand it back!") + "\nINT. ATTIC - DAY\n\nDust.\n"
    again = film(edited, previous=after)
    assert "hand it back" in talk_of(again)
    for before, now in zip(after.scenes, again.scenes, strict=False):
        assert [shot.id for shot in before.shots] == [shot.id for shot in now.shots]
        for old, new in zip(before.shots, now.shots, strict=True):
            assert not old.directed or (old.staging, old.played) == (new.staging, new.played)


def talk_of(breakdown: Breakdown) -> str:
    return " ".join(line.text for line in breakdown.lines)


def test_changed_action_keeps_what_is_still_there() -> None:
    before = film()
    first = before.scenes[0].shots[0]
    after = restage(before, [talk(before).id], Restaging(framing=Framing.FULL, least=9.0, note="slow"))
    after = insert(after, first.id, Framing.WIDE, [], "The clock ticks.")
    again = film(SCRIPT.replace("Tom stares at it.", "Tom takes off his wet hat."), previous=after)
    now = talk(again)
    assert (now.staging.framing, now.least, now.note) == (Framing.FULL, 9.0, "slow")
    assert again.scenes[0].shots[1].staging.action == "The clock ticks."
    assert "wet hat" in " ".join(shot.staging.action for shot in again.shots)


def test_a_shot_that_was_taken_out_stays_out() -> None:
    before = film()
    silent = next(shot for shot in before.scenes[0].shots if not shot.lines)
    after = delete(before, [silent.id])
    again = film(SCRIPT.replace("No.", "No.\n\nMARA\nTom!"), previous=after)
    assert silent.staging.action not in [shot.staging.action for shot in again.shots]
    assert any(line.text == "Tom!" for line in again.lines)


def test_who_is_cut_from_the_story_is_cut_from_directed_shots() -> None:
    before = film()
    sea = before.scenes[1].shots[0]
    after = restage(before, [sea.id], Restaging(figures=(Figure(character="mara"), Figure(character="tom"))))
    cast = {member.id for member in film(SCRIPT[SCRIPT.index("EXT.") :], previous=after).cast}
    assert "mara" not in cast
    now = film(SCRIPT[SCRIPT.index("EXT.") :], previous=after)
    assert {one.character for shot in now.shots for one in shot.staging.figures} <= cast


EDITS = (
    ("Tom stares at it. ", ""),
    ("It sinks.", "It sinks. Bubbles rise."),
    ("No.\n", "No.\n\nMARA\nTom!\n"),
    ("MARA\n(angrily)\nThen give it back!\n\n", ""),
    ("EXT. HARBOUR - DAWN", "EXT. PIER - DAWN"),
    ("You kept it all these years.", "You kept it."),
    ("\nRain on the window.\n", ""),
)


@settings(max_examples=40)
@given(st.data())
def test_whatever_is_edited_after_directing_every_line_is_there_once_and_in_order(data: st.DataObject) -> None:
    edited = SCRIPT
    for old, new in data.draw(st.lists(st.sampled_from(EDITS), min_size=1, max_size=4, unique=True)):
        edited = edited.replace(old, new)
    again = film(edited, previous=directed(film(), data, 5))
    assert [(line.character, line.text) for line in again.lines] == [
        (line.character, line.text) for line in film(edited).lines
    ]
    assert len({shot.id for shot in again.shots}) == len(again.shots)
    assert len({line.id for line in again.lines}) == len(again.lines)
    known = {member.id for member in again.cast}
    assert all(one.character in known for shot in again.shots for one in shot.staging.figures)
    assert film(edited, previous=again) == again
