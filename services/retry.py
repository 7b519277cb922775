"""Asking again: full jitter, the vendor's own Retry-After, a cap on attempts and on total time.

What may be asked again is decided by the error alone: Busy and Down mean that nothing was accepted.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import stamina

from studio.errors import Busy, Down

_FIRST, _MOST = 0.5, 30.0  # seconds
T = TypeVar("T")
_SPREAD = random.Random()  # a crowd must not come back at the same moment


@dataclass
class _Backoff:
    """How long to wait before the next attempt."""

    first: float = _FIRST
    turn: int = field(default=0, init=False)

    def __call__(self, error: Exception) -> float | bool:
        if not isinstance(error, Busy | Down):
            return False
        self.turn += 1
        if isinstance(error, Busy) and error.after is not None:
            return error.after + _SPREAD.uniform(0, self.first)
        return _SPREAD.uniform(0, min(_MOST, self.first * 2**self.turn))


def retrying(*, attempts: int = 4, seconds: float = 120.0, first: float = _FIRST) -> Iterator[stamina.Attempt]:
    """Attempts to be used as context managers: the last error is raised when all are used up or the time is."""
    return stamina.retry_context(on=_Backoff(first), attempts=attempts, timeout=seconds).__iter__()


def retried(call: Callable[[], T], *, attempts: int = 4, seconds: float = 120.0, first: float = _FIRST) -> T:
    """What a call gives, asked again while it is Busy or Down."""
    for attempt in retrying(attempts=attempts, seconds=seconds, first=first):
        with attempt:
            return call()
    raise AssertionError("the last attempt gives or raises")
