"""Answers of Groq that cannot be used: the model is told why, once, and both are billed."""

from __future__ import annotations

import pytest

from services.writers.dialogue import Dialogue
from services.writers.prompts import Prompt
from studio.errors import Garbled
from tests.doubles.errands import KeptErrand
from tests.doubles.server import Fault
from tests.services.writers.conftest import Build, Studio, nth


@pytest.mark.parametrize("step", range(4))
def test_an_unusable_answer_is_corrected_once_and_billed(build: Build, step: int) -> None:
    studio = build(chat=nth(Fault.GARBLED, step))
    studio.script()
    assert len(studio.errand.bills) == 5
    assert studio.billed == studio.double.books.total
    again = studio.double.bodies[step + 1]["messages"]
    assert again[:2] == studio.double.bodies[step]["messages"]
    assert again[2]["role"] == "assistant"
    assert again[3]["content"].startswith("That cannot be used: ")


def test_two_unusable_answers_are_garbled_and_billed(build: Build) -> None:
    studio = build(chat=[Fault.GARBLED] * 2)
    with pytest.raises(Garbled, match="not valid JSON") as caught:
        studio.script()
    assert caught.value.request in studio.errand.bills
    assert len(studio.errand.bills) == 2
    assert studio.billed == studio.double.books.total


def test_an_answer_the_vendor_itself_found_unfit_is_corrected(build: Build) -> None:
    studio = build(chat=[Fault.FAILED])
    studio.script()
    assert "does not keep to the schema" in studio.double.bodies[1]["messages"][-1]["content"]
    assert len(studio.errand.bills) == 4


def test_an_answer_that_is_cut_off_is_asked_for_with_more_room(build: Build) -> None:
    studio = build()
    made = []
    for room in (300, 20_000):
        studio.double.bodies.clear()
        made.append(_asked_with(studio, room))
    assert made == [[300, 600], [20_000]]


def _asked_with(studio: Studio, room: int) -> list[int]:
    """How much room was given for one answer that needs about 500 tokens."""
    asked = Prompt(name="script", version=1, effort="low", temperature=0.5, most=room, system="Write.", ask="$text")
    text = "The film runs 120 seconds.\n<pitch>\nTwo rival bakers share an oven.\n</pitch>\nWrite scene 1, 2 now"
    talker = studio.writer._talker
    Dialogue(talker, studio.writer._line, KeptErrand()).ask(asked, {"text": text}, str)
    return [body["max_completion_tokens"] for body in studio.double.bodies]
