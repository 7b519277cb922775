"""Completions: which takes of a run have ended; those made in this process tell it, those of peers are looked up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any
from weakref import WeakValueDictionary

from studio.errors import StorageError

Ended = tuple[str, dict[str, Any]]  # the workflow that made a take, and what came of it
_SOON = 0.05  # seconds until peers' takes are looked up after one was found
_LATER = 1.5  # times as long until the next look where nothing came of one

_followed: WeakValueDictionary[str, Completions] = WeakValueDictionary()


class Completions:
    """The takes of one run that have ended, in the order in which that was told; it hears for as long as it lives."""

    def __init__(self, run: str) -> None:
        self._told: SimpleQueue[Ended] = SimpleQueue()
        self._pause = _SOON
        _followed[run] = self

    def first(self, awaited: Collection[str], look: Callable[[], Iterable[Ended]], rarest: float) -> Ended:
        """Wait for one of these to end; `look` gives what has ended of them wherever it was made.

        It is asked every `rarest` seconds at least; while the database does not answer nothing has ended.
        """
        while True:
            try:
                ident, outcome = self._told.get(timeout=self._pause)
            except Empty:
                self._pause = min(self._pause * _LATER, rarest)
                with suppress(StorageError):
                    for one in look():
                        self._told.put(one)
                        self._pause = _SOON
            else:
                if ident in awaited:
                    return ident, outcome

    def _hear(self, one: Ended) -> None:
        self._told.put(one)


def tell(run: str, workflow: str, outcome: dict[str, Any]) -> None:
    """Tell whoever follows a run in this process that a take of it has ended."""
    if follower := _followed.get(run):
        follower._hear((workflow, outcome))
