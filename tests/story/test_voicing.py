"""How lines are read: a person's decision lasts as long as the line does, and asks for nothing until it is made."""

from __future__ import annotations

import pytest

from studio.errors import BadRequest, NotFound
from studio.story.breakdown import Breakdown, Line
from studio.story.breaking import break_down
from studio.story.cast import Casting
from studio.story.fountain import read_fountain
from studio.story.voicing import LineReading, cast_voice, read_line, telling_line

SCRIPT = """INT. KITCHEN - NIGHT

Mara puts a key on the table.

MARA
You kept it, all these years, in the drawer under the window.

TOM
Yes.

EXT. HARBOUR - DAWN

Tom throws the key into the water.

TOM
Now nobody can.
"""
HOW = LineReading(speed=0.8, said_as="Now no body can.", like="softly")


def told(script: str = SCRIPT, previous: Breakdown | None = None) -> Breakdown:
    return break_down(read_fountain(script), previous=previous)


def line(breakdown: Breakdown, text: str) -> Line:
    return next(one for one in breakdown.lines if one.text == text)


def directed() -> Breakdown:
    fresh = told()
    return read_line(fresh, line(fresh, "Now nobody can.").id, HOW)


def test_a_line_nobody_directed_is_written_as_it_was_before() -> None:
    assert not {"speed", "said_as", "like"} & set(told().lines[0].model_dump())


def test_a_directed_line_is_the_only_one_that_changes() -> None:
    before, after = told(), directed()
    changed = [one for one, was in zip(after.lines, before.lines, strict=True) if one != was]
    assert [(one.text, one.speed, one.said_as, one.like) for one in changed] == [
        ("Now nobody can.", 0.8, "Now no body can.", "softly")
    ]
    assert read_line(after, changed[0].id, LineReading()) == before


@pytest.mark.parametrize(
    "script",
    [
        SCRIPT.replace("You kept it", "You hid it"),
        SCRIPT.replace("TOM\nYes.\n", "TOM\nYes.\n\nTOM\n(beat)\nNow nobody can.\n").replace(
            "TOM\nNow nobody can.\n", ""
        ),
        SCRIPT.replace("EXT. HARBOUR - DAWN", "EXT. PIER - NIGHT"),
    ],
    ids=["another line reworded", "moved to another scene", "another place"],
)
def test_a_decision_outlives_other_edits(script: str) -> None:
    found = line(told(script, directed()), "Now nobody can.")
    assert (found.speed, found.said_as, found.like) == (0.8, "Now no body can.", "softly")


def test_reworded_lines_keep_their_manner_but_not_how_the_old_words_were_spoken() -> None:
    found = line(told(SCRIPT.replace("Now nobody can.", "Now nobody ever can."), directed()), "Now nobody ever can.")
    assert (found.speed, found.said_as, found.like) == (0.8, "", "softly")


def test_a_voice_outlives_the_next_draft() -> None:
    fresh = told()
    mara = fresh.cast[0].id
    cast = cast_voice(fresh, mara, Casting(voice="deep", pace=0.9, pitch=1.1))
    again = told(SCRIPT.replace("Yes.", "No."), cast)
    assert again.character(mara).casting == Casting(voice="deep", pace=0.9, pitch=1.1)
    assert again.cast[1].casting == fresh.cast[1].casting


def test_the_text_itself_is_no_pronunciation() -> None:
    fresh = told()
    one = fresh.lines[0]
    assert read_line(fresh, one.id, LineReading(said_as=f"  {one.text} ")) == fresh


def test_the_line_a_voice_is_judged_by_is_neither_a_word_nor_a_speech() -> None:
    fresh = told()
    found = telling_line(fresh, fresh.lines[1].character)
    assert found
    assert found.text == "Now nobody can."
    assert telling_line(fresh, "nobody") is None
    hushed = told(SCRIPT.replace("TOM\nNow nobody", "TOM\n(whispering)\nNow nobody"))
    found = telling_line(hushed, hushed.lines[1].character)
    assert found
    assert found.text == "Yes."


def test_what_no_voice_can_do_is_refused() -> None:
    fresh = told()
    with pytest.raises(NotFound):
        cast_voice(fresh, "nobody", Casting())
    with pytest.raises(BadRequest, match="pitch"):
        cast_voice(fresh, fresh.cast[0].id, Casting(pitch=9.0))
    with pytest.raises(NotFound):
        read_line(fresh, "nothing", HOW)
    with pytest.raises(BadRequest, match="speed"):
        read_line(fresh, fresh.lines[0].id, LineReading(speed=5.0))
