"""A line to a vendor: how many talk at once, when nobody does, and who tries first afterwards."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from services.breaker import Breaker
from services.guard import Line, Manners, line, vendors
from services.notices import sentence
from studio.errors import Busy, Conflict, Denied, Down, LeftAlone, Unclear, VendorError
from tests.services.clock import Clock
from tests.until import HANGS


def a_line(clock: Clock | None = None, **given: object) -> Line:
    manners = Manners.model_validate({"name": "groq", "hosts": ["api.groq.com"], **given})
    return Line(manners, (clock or Clock(share=0.0)).patience)


def failing(error: Exception) -> object:
    raise error


def trip(one: Line, times: int) -> None:
    for _ in range(times):
        with pytest.raises(Down):
            one.ask("chat", lambda: failing(Down("broken")), attempts=1)


def busy(after: float) -> Busy:
    error = Busy("full")
    error.after = after
    return error


def test_as_many_talk_at_once_as_the_manners_say_and_no_more() -> None:
    one, together, counted = a_line(at_once=3), Barrier(3), []
    lock, inside = threading.Lock(), [0]

    def talk() -> None:
        with lock:
            inside[0] += 1
            counted.append(inside[0])
        together.wait(HANGS)  # breaks unless three are here at the same time
        with lock:
            inside[0] -= 1

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(one.ask, "chat", talk) for _ in range(6)]:
            done.result()
    assert max(counted) == 3


def test_whoever_finds_no_seat_in_time_is_told_to_come_later() -> None:
    one, started, end = a_line(at_once=1, seconds=0.05), Event(), Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(one.ask, "chat", lambda: (started.set(), end.wait(HANGS)))
        started.wait(HANGS)
        with pytest.raises(Busy, match="as many requests"):
            one.ask("chat", lambda: None)
        end.set()


def test_failures_in_a_row_end_the_asking() -> None:
    clock = Clock(share=0.0)
    one = a_line(clock, trips=3, rest=30, seconds=10)
    trip(one, 3)
    assert one.state == "open"
    with pytest.raises(LeftAlone, match=r"failed 3 times in a row .* the last time: broken") as caught:
        one.ask("chat", lambda: pytest.fail("it was asked"))
    assert caught.value.after == 30
    assert sentence(caught.value).startswith("The engine cannot be reached now; try again later: groq failed 3 times")
    assert clock.slept == []


def test_who_has_the_time_waits_for_the_rest_to_end() -> None:
    clock = Clock(share=0.0)
    one = a_line(clock, trips=3, rest=30, seconds=120)
    trip(one, 3)
    assert one.ask("chat", lambda: "well again") == "well again"
    assert clock.slept == [30]
    assert one.state == "closed"


def test_a_trial_that_fails_begins_another_rest() -> None:
    clock = Clock(share=0.0)
    one = a_line(clock, trips=2, rest=30, seconds=100)
    trip(one, 2)
    clock.now += 30
    assert one.state == "half-open"
    trip(one, 1)
    assert one.state == "open"


def test_after_a_rest_one_tries_for_all() -> None:
    clock = Clock()
    breaker = Breaker(1, 30, lambda: clock.now)
    breaker.failed()
    clock.now += 30
    assert breaker.admit() == 0.0
    assert breaker.admit() > 0
    breaker.succeeded()
    assert breaker.admit() == 0.0


def test_a_trial_that_tells_nothing_leaves_the_next_one_to_try() -> None:
    clock = Clock(share=0.0)
    one = a_line(clock, trips=1, rest=30)
    trip(one, 1)
    clock.now += 30
    with pytest.raises(Conflict):
        one.ask("chat", lambda: failing(Conflict("called off")))
    assert one.state == "half-open"
    assert one.ask("chat", lambda: 5) == 5


@pytest.mark.parametrize("error", [Denied("wrong key"), Busy("full")])
def test_a_vendor_that_answers_is_not_a_broken_one(error: VendorError) -> None:
    one = a_line(trips=2)
    for _ in range(5):
        with pytest.raises(type(error)):
            one.ask("chat", lambda: failing(error), attempts=1)
    assert one.state == "closed"


def test_a_success_forgets_failures() -> None:
    one = a_line(trips=2)
    trip(one, 1)
    one.ask("chat", lambda: None)
    trip(one, 1)
    assert one.state == "closed"


def test_silence_after_sending_counts_as_a_failure_and_is_not_asked_again() -> None:
    one, asked = a_line(trips=2), []
    for _ in range(2):
        with pytest.raises(Unclear):
            one.ask("chat", lambda: (asked.append(1), failing(Unclear("silent"))))
    assert one.state == "open"
    assert len(asked) == 2


def test_a_vendor_that_says_when_is_asked_by_nobody_before() -> None:
    clock = Clock(share=0.0)
    one = a_line(clock, seconds=120)
    with pytest.raises(Busy):
        one.ask("chat", lambda: failing(busy(40)), attempts=1)
    assert one.ask("chat", lambda: "in time") == "in time"
    assert clock.slept == [40]


def test_a_vendor_that_says_when_is_waited_for_only_while_there_is_time() -> None:
    clock = Clock(share=0.0)
    one = a_line(clock, seconds=120)
    with pytest.raises(Busy):
        one.ask("chat", lambda: failing(busy(4000)), attempts=1)
    with pytest.raises(Busy, match="left alone") as caught:
        one.ask("chat", lambda: pytest.fail("it was asked"))
    assert caught.value.after == 4000
    assert clock.slept == []


def test_every_vendor_has_one_line_a_process() -> None:
    assert line("groq") is line("groq")
    assert {"groq", "local-writer", "elevenlabs", "runpod", "fal", "comfyui", "vast"} <= set(vendors())


def test_results_may_lie_where_the_vendor_is_asked() -> None:
    homes = vendors()["groq"].homes("http://127.0.0.1:9", "")
    assert homes == ("api.groq.com", "http://127.0.0.1:9")


def test_who_waits_asks_now_and_then_whether_to_go_on() -> None:
    clock, asked = Clock(share=0.0), []

    def check() -> None:
        asked.append(clock.now)
        if len(asked) == 4:
            raise Conflict("called off")

    with pytest.raises(Conflict):
        a_line(clock).ask("chat", lambda: failing(busy(60)), check=check)
    assert clock.slept == [2, 3, 4]


def test_a_call_can_have_less_time_than_the_manners_say() -> None:
    clock = Clock(share=0.0)
    with pytest.raises(Busy):
        a_line(clock, seconds=120).ask("chat", lambda: failing(busy(60)), seconds=5)
    assert clock.slept == []
