"""Asking again: by the error's class alone, spread out, as the vendor says, and never longer than there is time."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.retry import retried, retrying
from studio.errors import Busy, Conflict, Denied, Down, Garbled, Invalid, PolicyBlocked, StudioError, Unclear
from tests.services.clock import Clock


def busy(after: float | None = None) -> Busy:
    error = Busy("full", vendor="groq", operation="chat")
    error.after = after
    return error


class Vendor:
    """Raises what it was given, one after the other, and then answers with how often it was asked."""

    def __init__(self, *faults: StudioError) -> None:
        self.faults, self.asked = list(faults), 0

    def __call__(self) -> int:
        self.asked += 1
        if self.faults:
            raise self.faults.pop(0)
        return self.asked


def test_busy_and_down_are_asked_again() -> None:
    assert retried(Vendor(busy(), Down(), busy()), patience=Clock().patience) == 4


@pytest.mark.parametrize("kind", [Unclear, Denied, Invalid, Garbled, PolicyBlocked, Conflict])
def test_whatever_may_have_been_accepted_or_refused_is_never_asked_again(kind: type[StudioError]) -> None:
    vendor = Vendor(kind("no"))
    with pytest.raises(kind):
        retried(vendor, patience=Clock().patience)
    assert vendor.asked == 1


def test_attempts_are_capped_and_the_last_error_is_raised() -> None:
    last = Down("third")
    vendor = Vendor(Down("first"), Down("second"), last, Down("fourth"))
    with pytest.raises(Down) as caught:
        retried(vendor, attempts=3, patience=Clock().patience)
    assert caught.value is last
    assert vendor.asked == 3


def test_waits_double_up_to_thirty_seconds() -> None:
    clock = Clock()
    with pytest.raises(Down):
        retried(Vendor(*(Down() for _ in range(9))), attempts=9, seconds=1e6, patience=clock.patience)
    assert clock.slept == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_wait_may_be_anything_down_to_nothing_so_that_a_crowd_spreads() -> None:
    clock = Clock(share=0.0)
    retried(Vendor(Down(), Down()), patience=clock.patience)
    assert clock.slept == [0, 0]


@given(st.floats(0, 1))
def test_what_the_vendor_asks_for_is_never_shortened(share: float) -> None:
    clock = Clock(share=share)
    retried(Vendor(busy(61.0)), seconds=120, patience=clock.patience)
    assert 61.0 <= clock.slept[0] <= 61.5


def test_a_wait_longer_than_what_is_left_raises_at_once() -> None:
    clock = Clock()
    vendor = Vendor(busy(3600.0))
    with pytest.raises(Busy) as caught:
        retried(vendor, seconds=120, patience=clock.patience)
    assert caught.value.after == 3600.0
    assert clock.slept == []
    assert vendor.asked == 1


def test_time_spent_in_the_calls_counts() -> None:
    clock = Clock()

    def slow() -> None:
        clock.now += 50
        raise Down

    with pytest.raises(Down):
        retried(slow, attempts=99, seconds=120, patience=clock.patience)
    assert clock.now - 1000.0 <= 120 + 50
    assert len(clock.slept) == 2


def test_every_asking_again_is_written_down(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="services.retry")
    retried(Vendor(busy(7.0)), patience=Clock(share=0.0).patience)
    assert caplog.messages == ["vendor.asked_again vendor=groq operation=chat turn=1 why=busy wait=7.00"]


def test_an_attempt_without_an_error_is_the_last() -> None:
    numbers = []
    for attempt in retrying(patience=Clock().patience):
        with attempt:
            numbers.append(attempt.number)
            if attempt.number < 2:
                raise Down
    assert numbers == [1, 2]
