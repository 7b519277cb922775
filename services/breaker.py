"""A breaker: after failures in a row nothing is asked for a while, then one request tries for all.

It holds no lock while a request is under way, so it never makes a queue of requests that could run side by side.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum
from threading import Lock


class State(StrEnum):
    CLOSED = "closed"  # all is well
    OPEN = "open"  # nothing is asked
    HALF_OPEN = "half-open"  # one request tries


class Breaker:
    """Counts what a vendor did; safe to use from many threads. `rest` is in seconds."""

    def __init__(self, trips: int, rest: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._trips, self._rest, self._clock = trips, rest, clock
        self._lock = Lock()
        self._failures = 0
        self._until = 0.0  # when one may try again
        self._trying = False

    @property
    def state(self) -> State:
        """What would happen to a request now."""
        with self._lock:
            if self._failures < self._trips:
                return State.CLOSED
            return State.HALF_OPEN if self._trying or self._clock() >= self._until else State.OPEN

    def admit(self) -> float:
        """Let a request through (0.0), or say in how many seconds to ask here again.

        Whoever is let through says afterwards how it went: `succeeded`, `failed` or `left`.
        """
        with self._lock:
            if self._failures < self._trips:
                return 0.0
            left = self._until - self._clock()
            if left > 0:
                return left
            if self._trying:
                return min(1.0, self._rest)
            self._trying = True
            return 0.0

    def succeeded(self) -> None:
        """The vendor answered, whatever it said."""
        with self._lock:
            self._failures, self._trying = 0, False

    def failed(self) -> None:
        """The vendor did not answer, or said that it is broken."""
        with self._lock:
            self._failures += 1
            self._trying = False
            if self._failures >= self._trips:
                self._until = self._clock() + self._rest

    def left(self) -> None:
        """Nothing is known of the vendor from this request: whoever is next may try."""
        with self._lock:
            self._trying = False
