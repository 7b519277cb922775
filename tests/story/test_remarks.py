"""What is read in a note on a take, and what is said not to be."""

from __future__ import annotations

import pytest

from studio.story.breakdown import Breakdown, Emotion, Framing, Gesture, Move, Shot
from studio.story.breaking import break_down
from studio.story.directing import Restaging, restage
from studio.story.fountain import read_fountain
from studio.story.remarks import Remark, remark

SCRIPT = """INT. KITCHEN - NIGHT

MARA and OLD TOM sit at the table.

MARA
You kept it.

OLD TOM
I never used it.
"""


@pytest.fixture(scope="module")
def film() -> Breakdown:
    return break_down(read_fountain(SCRIPT))


def talk(film: Breakdown) -> Shot:
    return next(shot for shot in film.shots if shot.lines)


def read(film: Breakdown, note: str) -> Remark:
    return remark(note, film, talk(film).id, 3.0)


def people(found: Remark) -> list[str]:
    assert found.restaging.figures is not None
    return [one.character for one in found.restaging.figures]


@pytest.mark.parametrize(
    ("note", "framing"),
    [("closer", Framing.CLOSE), ("much wider, please", Framing.FULL), ("from behind", Framing.OVER_SHOULDER),
     ("Wide shot!", Framing.WIDE), ("a close-up", Framing.CLOSE), ("show his hands only", Framing.INSERT)],
)  # fmt: skip
def test_framings(film: Breakdown, note: str, framing: Framing) -> None:
    assert talk(film).staging.framing is Framing.MEDIUM
    found = read(film, note)
    assert found.restaging.framing is framing
    assert found.unread == ()


@pytest.mark.parametrize(
    ("note", "move"),
    [("pan left", Move.PAN_LEFT), ("push in slowly", Move.PUSH_IN), ("no move", Move.HOLD), ("shaky", Move.SHAKE)],
)  # fmt: skip
def test_moves(film: Breakdown, note: str, move: Move) -> None:
    assert read(film, note).restaging == Restaging(move=move)


def test_longer_counts_from_how_long_it_is_and_shorter_takes_it_back(film: Breakdown) -> None:
    assert read(film, "hold longer").restaging == Restaging(least=4.0)
    longer = restage(film, [talk(film).id], Restaging(least=4.0))
    back = read(longer, "shorter").restaging
    assert back.least == 0.0
    assert back.pause is not None
    assert back.pause <= talk(film).pause


def test_a_feeling_is_of_whoever_is_named_else_of_the_focus(film: Breakdown) -> None:
    mara, tom = (member.id for member in film.cast)
    for note, who in (("Tom angry", tom), ("angry Mara", mara), ("angry", talk(film).staging.focus)):
        found = read(film, note).restaging.figures or ()
        assert [one.character for one in found if one.emotion is Emotion.ANGER] == [who]


def test_who_is_in_it(film: Breakdown) -> None:
    mara, tom = (member.id for member in film.cast)
    assert people(read(film, "without Tom")) == [mara]
    assert people(read(film, "no Mara, no people")) == []
    alone = restage(film, [talk(film).id], read(film, "lose Tom").restaging)
    assert set(people(read(alone, "with Tom"))) == {mara, tom}
    assert set(people(read(alone, "everyone"))) == {mara, tom}
    assert read(film, "on Tom").restaging.focus == tom


def test_a_gesture(film: Breakdown) -> None:
    found = read(film, "Mara, arms crossed").restaging.figures or ()
    assert [one.gesture for one in found if one.character == film.cast[0].id] == [Gesture.CROSSED]


def test_who_is_left_may_feel_something(film: Breakdown) -> None:
    found = read(film, "without Tom, sad")
    assert found.unread == ()
    assert [(one.character, one.emotion) for one in found.restaging.figures or ()] == [("mara", Emotion.SORROW)]


def test_a_thing_is_shown_or_put_into_a_hand(film: Breakdown) -> None:
    shown = read(film, "the letter").restaging
    assert (shown.framing, shown.focus) == (Framing.INSERT, "letter")
    given = read(film, "Mara with a letter").restaging.figures or ()
    assert [(one.prop, one.gesture) for one in given if one.character == "mara"] == [("letter", Gesture.HOLD)]
    held = restage(film, [talk(film).id], Restaging(figures=given))
    taken = read(held, "Mara without the letter").restaging.figures or ()
    assert [one.prop for one in taken if one.character == "mara"] == [""]


def test_what_nobody_can_read_is_named_and_changes_nothing(film: Breakdown) -> None:
    found = read(film, "more like Tarkovsky, sepia")
    assert found.restaging.empty
    assert found.unread == ("tarkovsky", "sepia")
    assert read(film, "not angry").unread == ("angry",)
    assert read(film, "").restaging.empty
