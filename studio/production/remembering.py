"""Remembering: what a process has worked out of films, as much as goes into a bound; what was long not asked for goes.

A film of an hour takes as much room as forty episodes, so a thing weighs as much as it has shots.
"""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

MOST = 4_000  # shots; of films, looks and scripts together they are some 150 MB

Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")


class Remembered(Generic[Key, Thing]):
    """Things by key, the one asked for last at the end."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._weight = most, 0
        self._things: dict[Key, tuple[Thing, int]] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._things)

    def find(self, key: Key) -> Thing | None:
        """What is kept under a key, which is asked for last now; None where nothing is."""
        with self._lock:
            known = self._things.pop(key, None)
            if known is None:
                return None
            self._things[key] = known
            return known[0]

    def keep(self, key: Key, thing: Thing, shots: int) -> None:
        """Keep a thing of so many shots; it stays at least until the next is kept, however heavy it is."""
        with self._lock:
            _, before = self._things.pop(key, (None, 0))
            self._things[key] = thing, shots + 1
            self._weight += shots + 1 - before
            while self._weight > self._most and len(self._things) > 1:
                _, gone = self._things.pop(next(iter(self._things)))
                self._weight -= gone
