"""Asking again: full jitter, the vendor's own Retry-After, a cap on attempts and on total time.

What may be asked again is decided by the error alone: Busy and Down mean that nothing was accepted.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Literal, TypeVar

from studio.errors import Busy, Down, VendorError

log = logging.getLogger(__name__)
_FIRST, _MOST = 0.5, 30.0  # seconds
_HEEDED, _HEEDED_LATER = 2.0, 5.0  # seconds; dozens of jobs are waited for at once
T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """What waiting is done with: a clock in seconds, a sleep, and the dice that spread a crowd."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    spread: Callable[[float, float], float] = field(default=random.Random().uniform)

    def heeding(self, check: Callable[[], None]) -> Patience:
        """The same patience, which asks `check` every few seconds of a wait whether it is still wanted."""

        def sleep(seconds: float) -> None:
            heeded = _HEEDED
            while seconds > 0:
                check()
                self.sleep(min(seconds, heeded))
                seconds -= heeded
                heeded = min(heeded + 1.0, _HEEDED_LATER)

        return replace(self, sleep=sleep)


PATIENCE = Patience()


def hasty(times: float) -> Patience:
    """A patience for which waits pass so many times as fast; real vendors are never asked with one."""
    return Patience(clock=lambda: time.monotonic() * times, sleep=lambda seconds: time.sleep(seconds / times))


class Attempt(AbstractContextManager["Attempt"]):
    """One attempt as a context manager: it keeps an error that may be asked again and lets every other through."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.error: VendorError | None = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Keep a Busy or Down for whoever decides how long to wait."""
        if not isinstance(error, Busy | Down):
            return False
        self.error = error
        return True


def retrying(
    *,
    attempts: int = 4,
    seconds: float = 120.0,
    first: float = _FIRST,
    patience: Patience = PATIENCE,
    storms: bool = False,
) -> Iterator[Attempt]:
    """Attempts to be used as context managers; the last error is raised when all are used up.

    It is raised at once when waiting would take longer than what is left of `seconds`. With `storms` only Down uses
    attempts up: who is merely asked too much is asked again for as long as there is time, ever more seldom.
    """
    until = patience.clock() + seconds
    used, number = 0, 0
    while True:
        number += 1
        attempt = Attempt(number)
        yield attempt
        error = attempt.error
        if error is None:
            return
        turned_away = storms and isinstance(error, Busy)
        used += not turned_away
        wait = max(_wait(error, number, first, patience, crowd=turned_away), _spread(first, number) / 2 * turned_away)
        if used == attempts or patience.clock() + wait > until:
            raise error
        _tell(error, number, wait)
        patience.sleep(wait)


def retried(
    call: Callable[[], T],
    *,
    attempts: int = 4,
    seconds: float = 120.0,
    first: float = _FIRST,
    patience: Patience = PATIENCE,
) -> T:
    """What a call gives, asked again while it is Busy or Down."""
    for attempt in retrying(attempts=attempts, seconds=seconds, first=first, patience=patience):
        with attempt:
            return call()
    raise AssertionError("the last attempt gives or raises")


def _wait(error: VendorError, number: int, first: float, patience: Patience, *, crowd: bool) -> float:
    """Seconds until the next attempt; what the vendor says is kept and never shortened."""
    if isinstance(error, Busy) and error.after is not None:
        return error.after + patience.spread(0, _spread(first, number) if crowd else first)
    return patience.spread(0, _spread(first, number + 1))


def _spread(first: float, number: int) -> float:
    """Seconds over which those who were turned away so many times come back."""
    return min(_MOST, first * 2.0 ** min(number - 1, 10))


def _tell(error: VendorError, number: int, wait: float) -> None:
    why: Literal["busy", "down"] = "busy" if isinstance(error, Busy) else "down"
    log.info(
        "vendor.asked_again vendor=%s operation=%s turn=%d why=%s wait=%.2f",
        error.vendor,
        error.operation,
        number,
        why,
        wait,
    )
