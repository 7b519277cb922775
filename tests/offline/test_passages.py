"""A passage alone may change: rules shorten it, cut it, replace words in it, and all around it stays word for word."""

from __future__ import annotations

import pytest

from services.offline.writer.engine import TemplateWriter
from studio.crew import Pitch
from studio.errors import BadRequest
from studio.story.breaking import break_down
from studio.story.fountain import read_fountain, write_fountain
from studio.story.passage import beats_of, passage
from studio.story.proposal import Proposal, Request
from studio.story.screenplay import Screenplay

OWN = """Title: The Key

INT. KITCHEN - NIGHT

MARA, 70, puts a cold key on the table.

MARA
You kept the cold key, Tom.

TOM
I never used it.

MARA
It is cold. Give it back.

TOM
Cold or warm, no.

MARA
Then keep it.

TOM
I will.

EXT. HARBOUR - DAWN

Tom throws the cold key away.
"""


def play(text: str = OWN) -> Screenplay:
    return read_fountain(text)


def asked(text: str, first: int, last: int, scene: int = 1, script: Screenplay | None = None) -> Proposal:
    screenplay = script or play()
    request = Request(text=text, scenes=(scene,), passage=(first, last))
    return TemplateWriter().revise(screenplay, break_down(screenplay), request)


def around(found: Proposal, first: int, last: int, scene: int = 1, script: Screenplay | None = None) -> bool:
    """Whether everything before and after the passage is what it was."""
    before, after = (script or play()).elements, read_fountain(found.fountain).elements
    beats = beats_of(script or play(), scene)
    start, rest = beats[first - 1].start, len(before) - beats[last - 1].end
    return after[:start] == before[:start] and (not rest or after[-rest:] == before[-rest:])


def test_words_are_replaced_within_the_passage_alone() -> None:
    found = asked("Replace cold with warm", 4, 5)
    assert "It is warm. Give it back." in found.fountain
    assert "Warm or warm, no." in found.fountain
    assert "the cold key, Tom" in found.fountain
    assert "throws the cold key" in found.fountain
    assert around(found, 4, 5)


def test_a_passage_is_cut() -> None:
    found = asked("cut this", 4, 5)
    assert "Give it back" not in found.fountain
    assert "Cold or warm" not in found.fountain
    assert around(found, 4, 5)


def test_a_passage_gets_shorter_and_nothing_around_it() -> None:
    found = asked("shorter by half", 2, 5)
    assert found.changes
    assert len(found.fountain) < len(write_fountain(play()))
    assert around(found, 2, 5)
    assert "s. Whole exchanges go" in found.sentence


def test_the_template_writer_s_own_passages_get_longer() -> None:
    ours = play(write_fountain(TemplateWriter().write(Pitch("Two rival bakers must share one oven.", 60))))
    found = asked("longer", 1, 2, script=ours)
    assert len(read_fountain(found.fountain).elements) > len(ours.elements)
    assert around(found, 1, 2, script=ours)
    assert "your own words" in asked("longer", 1, 2).sentence


@pytest.mark.parametrize(
    ("text", "first", "last", "said"),
    [
        ("funnier", 1, 2, "GROQ_API_KEY"),
        ("replace elephant with mouse", 1, 2, "“elephant” does not stand in the passage"),
        ("cut it", 1, 7, "Nothing would happen in the scene"),
        ("shorter", 1, 2, "nothing can go"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(text: str, first: int, last: int, said: str) -> None:
    found = asked(text, first, last)
    assert said in found.sentence
    assert not found.changes


def test_a_passage_is_one_scene_s_and_there() -> None:
    assert passage(play(), Request(text="x", scenes=(1,))) is None
    for scenes, beats in (
        ((1, 2), (1, 2)),
        ((), (1, 2)),
        ((1,), (2, 1)),
        ((1,), (0, 1)),
        ((1,), (1, 9)),
        ((7,), (1, 1)),
    ):
        with pytest.raises(BadRequest):
            passage(play(), Request(text="x", scenes=scenes, passage=beats))


def test_a_request_without_a_passage_is_the_question_it_was() -> None:
    assert "passage" not in Request(text="x", scenes=(1,)).model_dump(mode="json")
    assert Request(text="x", scenes=(1,), passage=(1, 2)).model_dump(mode="json")["passage"] == [1, 2]
