"""Something looked up in the background and kept for a while, so that who asks never waits long for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Seen(Generic[T]):
    """What was found, and how many seconds ago."""

    value: T
    age: float


class Background(Generic[T]):
    """Calls `look` in a thread of its own, one at a time, and keeps what it gave for `keep` seconds.

    `look` turns its own failures into values.
    """

    def __init__(
        self, look: Callable[[], T], keep: float, clock: Callable[[], float] = time.monotonic, *, name: str = "looking"
    ) -> None:
        self._look, self._keep, self._clock, self._name = look, keep, clock, name
        self._lock = Lock()
        self._value: tuple[T, float] | None = None
        self._thread: Thread | None = None

    def get(self, wait: float) -> Seen[T] | None:
        """The newest there is, an old one when no other came within `wait` seconds; None before the first."""
        with self._lock:
            fresh = self._value is not None and self._clock() - self._value[1] < self._keep
            if not fresh and (self._thread is None or not self._thread.is_alive()):
                self._thread = Thread(target=self._refresh, name=self._name, daemon=True)
                self._thread.start()
            thread = self._thread
        if not fresh and thread is not None:
            thread.join(wait)
        with self._lock:
            return Seen(self._value[0], self._clock() - self._value[1]) if self._value is not None else None

    def _refresh(self) -> None:
        at = self._clock()
        value = self._look()
        with self._lock:
            self._value = value, at
