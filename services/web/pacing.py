"""Pacing: how many requests one address may make of this process, so that a flood costs nothing but its answers."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from studio.people.attempts import neighbourhood

_KNOWN = 10_000  # addresses remembered; of more the one that was quiet the longest is forgotten


class Pace:
    """`burst` requests at once from an address, and so many `a_second` on top of them."""

    def __init__(self, burst: int = 240, a_second: float = 6.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._a_second, self._clock = burst, a_second, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def lets(self, address: str) -> bool:
        """Whether one more may pass now; those who are turned away are not counted."""
        who, at = neighbourhood(address), self._clock()
        with self._lock:
            left, since = self._left.pop(who, (float(self._burst), at))
            left = min(float(self._burst), left + (at - since) * self._a_second)
            self._left[who] = (max(left - 1, 0.0) if left >= 1 else left, at)
            while len(self._left) > _KNOWN:
                self._left.popitem(last=False)
        return left >= 1
