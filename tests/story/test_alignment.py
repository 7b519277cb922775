"""Ids and stagings that survive edits."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.story.alignment import Idents, align
from studio.story.breakdown import Breakdown
from studio.story.breaking import break_down
from studio.story.screenplay import Element, Kind, Screenplay

CUES = ("MARA", "TOM", "HALE")
PLACES = ("INT. KITCHEN - NIGHT", "EXT. HARBOUR - DAY", "INT. LAMP ROOM - NIGHT", "INT. KITCHEN - NIGHT")
ACTIONS = (
    "Mara finds a key.",
    "Tom walks to the window and stares at the rain.",
    "Thunder.",
    "MARA, 70, a stout keeper, enters with a lantern.",
    "She hands the letter to Tom. Tom laughs.",
    "Hale leaves.",
)
SAYINGS = (
    "No.",
    "I never said that, and you know it.",
    "Look! There!",
    "Maybe the sea took it, maybe the wind, maybe you did, and that is the end of it.",
    "Why?",
    "I love you.",
    "Get out of my house, you liar!",
    "I came with the night train, and I walked from the station because I did not know what to say to you, and I still "
    "do not know, so I thought I would come in and stand here until one of us laughed, or wept, or threw something.",
)


def script(seed: int, scenes: int = 4) -> Screenplay:
    rng = random.Random(seed)
    elements: list[Element] = []
    for at in range(scenes):
        elements.append(Element(kind=Kind.HEADING, text=PLACES[at % len(PLACES)]))
        for _ in range(rng.randint(3, 12)):
            if rng.random() < 0.3:
                elements.append(Element(kind=Kind.ACTION, text=rng.choice(ACTIONS)))
            else:
                elements.append(Element(kind=Kind.CHARACTER, text=rng.choice(CUES)))
                elements.append(Element(kind=Kind.DIALOGUE, text=rng.choice(SAYINGS)))
    return Screenplay(elements=tuple(elements))


def spoken(screenplay: Screenplay) -> list[int]:
    return [at for at, element in enumerate(screenplay.elements) if element.kind is Kind.DIALOGUE]


def with_text(screenplay: Screenplay, at: int, text: str) -> Screenplay:
    elements = list(screenplay.elements)
    elements[at] = elements[at].model_copy(update={"text": text})
    return screenplay.model_copy(update={"elements": tuple(elements)})


def without(screenplay: Screenplay, first: int, last: int) -> Screenplay:
    return screenplay.model_copy(update={"elements": screenplay.elements[:first] + screenplay.elements[last:]})


def inserted(screenplay: Screenplay, at: int, *elements: Element) -> Screenplay:
    return screenplay.model_copy(update={"elements": (*screenplay.elements[:at], *elements, *screenplay.elements[at:])})


def ids(breakdown: Breakdown) -> list[str]:
    scenes = [scene.id for scene in breakdown.scenes]
    return scenes + [shot.id for shot in breakdown.shots] + [line.id for line in breakdown.lines]


TEXTS = st.one_of(st.sampled_from(SAYINGS), st.sampled_from(["word " * 60, "¿Qué?", "NO! NO! Help me!", "..."]))


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000), TEXTS)
def test_a_reworded_line_touches_only_its_own_shot(seed: int, which: int, text: str) -> None:
    before = script(seed)
    lines = spoken(before)
    if not lines:
        return
    which %= len(lines)
    old = break_down(before)
    new = break_down(with_text(before, lines[which], text), previous=old)
    assert ids(new) == ids(old)
    assert new.cast == old.cast
    assert [scene.setting for scene in new.scenes] == [scene.setting for scene in old.scenes]
    touched = old.lines[which].id
    for was, now in zip(old.shots, new.shots, strict=True):
        if touched not in [line.id for line in was.lines]:
            assert now.model_dump_json() == was.model_dump_json()
        else:
            assert now.staging.framing is was.staging.framing
            assert now.staging.focus == was.staging.focus
    assert [line.id for line in new.lines if line.text == text and line.id == touched] == [touched]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000), TEXTS)
def test_looks_and_settings_do_not_hear_dialogue(seed: int, which: int, text: str) -> None:
    before = script(seed)
    lines = spoken(before)
    if not lines:
        return
    after = with_text(before, lines[which % len(lines)], text)
    old, new = break_down(before), break_down(after)
    assert new.cast == old.cast
    assert [scene.setting for scene in new.scenes] == [scene.setting for scene in old.scenes]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_cut_line_takes_only_its_id_with_it(seed: int, which: int) -> None:
    before = script(seed)
    lines = spoken(before)
    if not lines:
        return
    at = lines[which % len(lines)]
    old = break_down(before)
    new = break_down(without(before, at - 1, at + 1), previous=old)
    kept = [line.id for line in new.lines]
    assert len(set(ids(new))) == len(ids(new))
    assert len(kept) == len(old.lines) - 1
    assert set(kept) < {line.id for line in old.lines}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.sampled_from(CUES))
def test_a_new_line_gets_a_new_id_and_all_others_keep_theirs(seed: int, which: int, cue: str) -> None:
    before = script(seed)
    lines = spoken(before)
    if not lines:
        return
    at = lines[which % len(lines)] + 1
    said = (Element(kind=Kind.CHARACTER, text=cue), Element(kind=Kind.DIALOGUE, text="Quite new words, never heard."))
    old = break_down(before)
    new = break_down(inserted(before, at, *said), previous=old)
    assert len(set(ids(new))) == len(ids(new))
    assert [line.id for line in new.lines if "Quite new" not in line.text] == [line.id for line in old.lines]
    assert {line.id for line in new.lines if "Quite new" in line.text}.isdisjoint(ids(old))


def test_a_new_line_moves_few_framings() -> None:
    before = script(7)
    at = spoken(before)[4] + 1
    said = (Element(kind=Kind.CHARACTER, text="HALE"), Element(kind=Kind.DIALOGUE, text="Quite new words."))
    old = break_down(before)
    new = break_down(inserted(before, at, *said), previous=old)
    was = {shot.id: shot.staging.framing for shot in old.shots}
    moved = [shot.id for shot in new.shots if shot.id in was and was[shot.id] is not shot.staging.framing]
    assert len(moved) <= 2


@pytest.mark.parametrize("at", range(5))
def test_a_new_scene_leaves_the_others_alone(at: int) -> None:
    before = script(3)
    headings = [index for index, element in enumerate(before.elements) if element.kind is Kind.HEADING]
    where = [*headings, len(before.elements)][at]
    scene = (
        Element(kind=Kind.HEADING, text="EXT. DESERT - DAY"),
        Element(kind=Kind.ACTION, text="A camel chews."),
    )
    old = break_down(before)
    new = break_down(inserted(before, where, *scene), previous=old)
    assert [one.id for one in new.scenes if "DESERT" not in one.heading] == [one.id for one in old.scenes]
    assert [line.id for line in new.lines] == [line.id for line in old.lines]


def test_scenes_that_change_places_keep_their_ids() -> None:
    before = script(11)
    headings = [at for at, element in enumerate(before.elements) if element.kind is Kind.HEADING]
    first, second, rest = before.elements[: headings[1]], before.elements[headings[1] : headings[2]], headings[2]
    swapped = before.model_copy(update={"elements": (*second, *first, *before.elements[rest:])})
    old = break_down(before)
    new = break_down(swapped, previous=old)
    one, two, *others = [scene.id for scene in old.scenes]
    assert [scene.id for scene in new.scenes] == [two, one, *others]


def test_a_line_that_moves_to_another_scene_keeps_its_id() -> None:
    said = (Element(kind=Kind.CHARACTER, text="HALE"), Element(kind=Kind.DIALOGUE, text="The lamp was never out."))
    plain = script(5)
    second = [at for at, element in enumerate(plain.elements) if element.kind is Kind.HEADING][1]
    old = break_down(inserted(plain, second, *said))
    new = break_down(inserted(plain, len(plain.elements), *said), previous=old)
    found = {line.text: line.id for line in new.lines}
    assert found["The lamp was never out."] in {line.id for line in old.lines}


def test_a_renamed_heading_keeps_the_scene() -> None:
    before = script(2)
    old = break_down(before)
    new = break_down(with_text(before, 0, "INT. OLD PANTRY - NIGHT"), previous=old)
    assert ids(new) == ids(old)


def test_an_edited_action_keeps_its_shot() -> None:
    before = script(2)
    at = next(index for index, element in enumerate(before.elements) if element.kind is Kind.ACTION)
    old = break_down(before)
    new = break_down(with_text(before, at, "A gull cries over the water."), previous=old)
    edited = next(shot for shot in new.shots if "gull" in shot.staging.action)
    assert edited.id in {shot.id for shot in old.shots}


def test_the_same_script_gets_the_same_ids_without_a_previous_one() -> None:
    assert ids(break_down(script(9))) == ids(break_down(script(9)))


def test_idents_never_repeat() -> None:
    idents = Idents()
    made = [idents.fresh("line", "a") for _ in range(50)]
    assert len(set(made)) == 50
    assert Idents(made[:1]).fresh("line", "a") == made[1]


def test_the_best_match_wins_in_a_replaced_stretch() -> None:
    def alike(one: str, other: str) -> float:
        return len(set(one) & set(other)) / len(set(one) | set(other))

    pairs = align(["abc", "xyz"], ["q", "xyw", "abd"], keys=(str, str), likeness=alike, floor=0.2)
    assert pairs in ({1: 1}, {2: 0})
    assert align(["abc", "xyz"], ["abd", "xyw"], keys=(str, str), likeness=alike, floor=0.2) == {0: 0, 1: 1}
