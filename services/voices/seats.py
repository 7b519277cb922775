"""Seats at a vendor that counts requests under way, not requests a minute: as many as its plan is found to have."""

from __future__ import annotations

from threading import Condition
from types import TracebackType

_FIRST, _MOST = 4, 64  # before the vendor said anything, and whatever it says


class Seats:
    """A semaphore that learns its size; a context manager that waits for a seat. Safe to use from many threads."""

    def __init__(self, limit: int = _FIRST) -> None:
        self._limit, self._taken, self._turn = limit, 0, Condition()

    @property
    def limit(self) -> int:
        """How many may sit at once."""
        return self._limit

    def learn(self, told: str) -> None:
        """Take the vendor's own word for how many it serves at once."""
        if told.isdecimal() and int(told):
            self._limited(min(int(told), _MOST))

    def crowded(self) -> None:
        """It was one too many: others of ours, here or elsewhere, hold the rest."""
        with self._turn:
            self._limit = max(1, min(self._limit, self._taken) - 1)

    def __enter__(self) -> None:
        with self._turn:
            self._turn.wait_for(lambda: self._taken < self._limit)
            self._taken += 1

    def __exit__(
        self, kind: type[BaseException] | None, failed: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._turn:
            self._taken -= 1
            self._turn.notify_all()

    def _limited(self, limit: int) -> None:
        with self._turn:
            self._limit = limit
            self._turn.notify_all()
