"""Limits: how often somebody asks in a minute. Each process counts for itself, in memory: nothing is written for it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from math import ceil
from typing import NamedTuple

from studio.errors import TooManyCalls

SPAN = 60.0  # seconds
_MANY = 10_000  # counts kept before those that are over are dropped, and tokens known


class Left(NamedTuple):
    """What is left of a minute: how much it holds, what of it, and seconds until the next one.

    `over` is that nothing was left for the request that was counted.
    """

    most: int
    rest: int
    resets: int
    over: bool = False

    def check(self) -> None:
        """Raise TooManyCalls, which says how long to wait, where nothing was left."""
        if self.over:
            raise _too_many(self.most, self.resets)

    @property
    def headers(self) -> dict[str, str]:
        """As programs are told, by name."""
        return {
            "RateLimit-Limit": str(self.most),
            "RateLimit-Remaining": str(self.rest),
            "RateLimit-Reset": str(self.resets),
            "RateLimit-Policy": f"{self.most};w={SPAN:.0f}",
        }


class Limits:
    """Counts by name; a minute begins with the first request in it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: dict[str, tuple[float, int]] = {}

    def check(self, who: str, most: int) -> None:
        """Raise TooManyCalls where another request would not be let pass; counts nothing."""
        began, used = self._counts.get(who, (0.0, 0))
        if used >= most and (rest := began + SPAN - self._clock()) > 0:
            raise _too_many(most, ceil(rest))

    def count(self, who: str, most: int) -> Left:
        """Count a request, if something is left of the minute for it."""
        now = self._clock()
        if len(self._counts) > _MANY:
            self._counts = {name: one for name, one in self._counts.items() if now - one[0] < SPAN}
        began, used = self._counts.get(who, (now, 0))
        if now - began >= SPAN:
            began, used = now, 0
        resets = ceil(began + SPAN - now)
        if used >= most:
            return Left(most, 0, resets, over=True)
        self._counts[who] = began, used + 1
        return Left(most, most - used - 1, resets)


class Known:
    """Tokens that held when they were shown last, as digests, so that whoever guesses keeps no neighbour out."""

    def __init__(self) -> None:
        self._seen: OrderedDict[bytes, None] = OrderedDict()

    def __contains__(self, token: str) -> bool:
        return _digest(token) in self._seen

    def note(self, token: str, *, holds: bool) -> None:
        """Remember whether a token holds; of too many the one that was noted first is forgotten."""
        self._seen.pop(_digest(token), None)
        if holds:
            self._seen[_digest(token)] = None
        if len(self._seen) > _MANY:
            self._seen.popitem(last=False)


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _too_many(most: int, after: int) -> TooManyCalls:
    return TooManyCalls(f"{most} a minute are let pass; go on in {after} seconds", after=after)
