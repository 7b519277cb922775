"""Answers of Groq that never came: asked for once more, owed for, and never a third time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from studio.errors import Denied, Down, Unclear
from studio.money.usage import Usage
from tests.doubles.errands import KeptErrand
from tests.doubles.server import Fault
from tests.services.writers.conftest import Build, nth


@pytest.mark.parametrize("fault", [Fault.LOST_AFTER, Fault.TRUNCATED])
@pytest.mark.parametrize("step", range(4))
def test_an_answer_that_never_came_is_asked_for_once_more_and_billed_twice(
    build: Build, fault: Fault, step: int
) -> None:
    studio = build()
    studio.double.schedule.script["chat"] = nth(fault, step)
    studio.script()
    assert studio.double.books.asked["chat"] == 5
    assert len(studio.errand.bills) == 5
    assert sum(one.startswith("unheard-") for one in studio.errand.bills) == 1
    assert studio.billed == studio.double.books.total


def test_an_answer_that_never_came_twice_is_unclear_and_owed_at_the_most(build: Build) -> None:
    studio = build(chat=[Fault.LOST_AFTER] * 2)
    with pytest.raises(Unclear):
        studio.script()
    assert studio.double.books.asked["chat"] == 2
    assert len(studio.errand.bills) == 2
    assert guessed(studio.errand) == 2
    assert studio.billed >= studio.double.books.total > 0
    before = studio.errand.bills.copy()
    with pytest.raises(Unclear, match="asked twice"):  # nobody asks a third time by himself, nor owes it once more
        studio.script()
    assert studio.double.books.asked["chat"] == 2
    assert studio.errand.bills == before


def guessed(errand: KeptErrand) -> int:
    """Bills whose answer never came, in any form."""
    return sum(bool(one.guessed) for one in errand.bills.values())


UNDER_WAY = "unanswered-a=input_tokens:900,cached_tokens:0,output_tokens:4000"
TWICE = UNDER_WAY.replace("-a=", "-a,unanswered-a-again=")


@pytest.mark.parametrize(
    ("ticket", "unheard"),
    [(f"1 outline-1 {UNDER_WAY}", 1), (f"1 script-2 {UNDER_WAY}", 1), (f"1 outline-1 {TWICE}", 2), ("1 -", 0)],
)
def test_another_process_begins_again_and_owes_what_was_under_way(build: Build, ticket: str, unheard: int) -> None:
    studio = build()
    studio.errand.ticket, studio.errand.doubtful = ticket, True
    studio.script()
    assert guessed(studio.errand) == unheard
    assert len(studio.errand.bills) == 4 + unheard
    assert studio.errand.ticket.startswith("2 - " if unheard else "1 - ")


class Killed(BaseException):
    """A process ends."""


@dataclass
class MortalErrand(KeptErrand):
    """Its process dies when it is told something for the `at`th time, before or after that is kept."""

    at: int = 0
    after: bool = False

    def sent(self, ticket: str) -> None:
        self._tell(lambda: KeptErrand.sent(self, ticket))

    def billed(self, usage: Usage) -> None:
        self._tell(lambda: KeptErrand.billed(self, usage))

    def _tell(self, keep: Callable[[], None]) -> None:
        self.at -= 1
        if self.after or self.at != -1:
            keep()
        if self.at == -1:
            raise Killed


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(12))
def test_a_process_that_dies_at_any_moment_owes_what_it_was_answered(build: Build, at: int, after: bool) -> None:
    studio = build()
    studio.errand = MortalErrand(at=at, after=after)
    with pytest.raises(Killed):
        studio.script()
    asked = studio.double.books.asked["chat"]
    studio.script()
    heard = [one.request for one in studio.errand.bills.values() if not one.guessed]
    lost = [micros for request, micros in studio.double.books.billed.items() if request not in heard]
    assert studio.double.books.asked["chat"] == asked + 4
    assert guessed(studio.errand) == len(lost) + _never_sent(at, after)
    assert studio.billed >= studio.double.books.total


def _never_sent(at: int, after: bool) -> bool:
    """Whether a question was kept as under way and never left, as the process died in between: it is owed too."""
    return at % 3 == 0 and after


@pytest.mark.parametrize("ticket", [f"2 script-2 {UNDER_WAY}", "2 script-2"])
def test_what_was_under_way_twice_is_not_begun_a_third_time(build: Build, ticket: str) -> None:
    studio = build()
    studio.errand.ticket = ticket
    with pytest.raises(Unclear, match="asked twice"):
        studio.script()
    assert studio.double.books.asked["chat"] == 0
    assert guessed(studio.errand) == (1 if UNDER_WAY in ticket else 0)


def test_nothing_was_sent_when_nothing_was_written_down(build: Build) -> None:
    studio = build()
    studio.errand.doubtful = True
    studio.script()
    assert len(studio.errand.bills) == 4


@pytest.mark.parametrize("step", [0, 2])
@pytest.mark.parametrize("after", [[Fault.DOWN] * 3, [Fault.DENIED]])
def test_what_is_owed_is_booked_when_the_vendor_takes_no_more(build: Build, step: int, after: list[Fault]) -> None:
    studio = build(chat=[*nth(Fault.LOST_AFTER, step), *after])
    with pytest.raises(Down if after[0] is Fault.DOWN else Denied):
        studio.script()
    assert guessed(studio.errand) == 1
    assert studio.billed >= studio.double.books.total
    studio.script()
    assert guessed(studio.errand) == 1
    assert studio.errand.ticket.startswith("2 - ")


def test_answers_that_get_lost_in_the_same_place_again_and_again_are_owed_each(build: Build) -> None:
    studio = build(chat=[Fault.LOST_AFTER, *nth(Fault.DOWN, 1), Fault.DOWN, Fault.DOWN, Fault.LOST_AFTER])
    with pytest.raises(Down):
        studio.script()
    studio.script()
    assert guessed(studio.errand) == 2
    assert studio.billed == studio.double.books.total


def test_a_busy_vendor_can_be_tried_as_often_as_one_likes(build: Build) -> None:
    studio = build(chat=[Fault.DOWN] * 9)
    studio.errand.ticket = f"1 script-2 {UNDER_WAY}"
    for _ in range(3):
        with pytest.raises(Down):
            studio.script()
    studio.script()
    assert len(studio.errand.bills) == 5
    assert studio.errand.ticket.startswith("2 - ")
