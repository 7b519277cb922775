"""A chat at Groq: words are passed on as they come, and what they took is billed at the end."""

from __future__ import annotations

import time

import pytest

from services.writers.talk import Role, Turn
from studio.errors import Busy, Down, Unclear
from studio.money.usage import Usage
from tests.doubles.server import Fault
from tests.services.writers.conftest import SCRIPT, Build

TALK = [Turn(Role.USER, "How could the bakers meet?")]


def test_words_come_one_after_the_other_and_are_billed(build: Build) -> None:
    studio, bills = build(), list[Usage]()
    words = list(studio.writer.stream(TALK, bills.append))
    assert len(words) > 5
    assert "".join(words).startswith("Here is one way in")
    assert [one.request for one in bills] == list(studio.double.books.billed)
    assert bills[0].quantities["output_tokens"] > 5
    assert studio.double.bodies[0]["stream"] is True
    assert "response_format" not in studio.double.bodies[0]


def test_the_model_knows_the_screenplay_they_talk_about(build: Build) -> None:
    studio = build()
    list(studio.writer.stream(TALK, lambda _: None, fountain=SCRIPT))
    system, asked = studio.double.bodies[0]["messages"]
    assert "script doctor" in system["content"]
    assert "We close at nine." in system["content"]
    assert asked == {"role": "user", "content": "How could the bakers meet?"}


def test_the_first_words_are_there_before_the_last_are_written(build: Build) -> None:
    studio = build()
    studio.double.apart = 0.02
    began = time.monotonic()
    words = studio.writer.stream(TALK, lambda _: None)
    next(words)
    first = time.monotonic() - began
    assert len(list(words)) > 5
    assert time.monotonic() - began > first + 5 * 0.02


def test_a_stream_that_does_not_begin_is_asked_again(build: Build) -> None:
    studio = build(chat=[Fault.BUSY, Fault.DOWN])
    assert list(studio.writer.stream(TALK, lambda _: None))
    assert studio.double.books.asked["chat"] == 3


@pytest.mark.parametrize(("fault", "kind"), [(Fault.BUSY, Busy), (Fault.DOWN, Down)])
def test_a_vendor_that_never_begins_says_so(build: Build, fault: Fault, kind: type[Exception]) -> None:
    studio = build(chat=[fault] * 9)
    with pytest.raises(kind):
        list(studio.writer.stream(TALK, lambda _: None))


def test_a_stream_that_breaks_off_keeps_what_was_said_and_is_unclear(build: Build) -> None:
    studio, said, bills = build(chat=[Fault.TRUNCATED]), list[str](), list[Usage]()
    with pytest.raises(Unclear, match="broke off"):
        said.extend(studio.writer.stream(TALK, bills.append))
    assert len(said) > 2
    assert bills == []
    assert studio.double.books.asked["chat"] == 1


def test_a_stream_whose_answer_never_comes_is_unclear(build: Build) -> None:
    studio = build(chat=[Fault.LOST_AFTER])
    with pytest.raises(Unclear):
        list(studio.writer.stream(TALK, lambda _: None))
    assert studio.double.books.asked["chat"] == 1


def test_somebody_who_stops_listening_ends_it(build: Build) -> None:
    studio = build()
    words = studio.writer.stream(TALK, lambda _: None)
    assert next(words)
    words.close()
