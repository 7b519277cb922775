"""Completions: which takes of a run have ended; those made in this process tell it, those of peers are looked up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from queue import Empty, SimpleQueue
from typing import Any
from weakref import WeakValueDictionary

Ended = tuple[str, dict[str, Any]]  # the workflow that made a take, and what came of it
_SOON, _LATE = 0.05, 4.0  # seconds until peers' takes are first looked up, and between looks at most

_followed: WeakValueDictionary[str, Completions] = WeakValueDictionary()


class Completions:
    """The takes of one run that have ended, in the order in which that was told; it hears for as long as it lives."""

    def __init__(self, run: str) -> None:
        self._told: SimpleQueue[Ended] = SimpleQueue()
        _followed[run] = self

    def first(self, awaited: Collection[str], look: Callable[[], Iterable[Ended]]) -> Ended:
        """Wait for one of these to end; `look` gives what has ended of them wherever it was made."""
        pause = _SOON
        while True:
            try:
                ident, outcome = self._told.get(timeout=pause)
            except Empty:
                for one in look():
                    self._told.put(one)
                pause = min(2 * pause, _LATE)
            else:
                if ident in awaited:
                    return ident, outcome

    def _hear(self, one: Ended) -> None:
        self._told.put(one)


def tell(run: str, workflow: str, outcome: dict[str, Any]) -> None:
    """Tell whoever follows a run in this process that a take of it has ended."""
    if follower := _followed.get(run):
        follower._hear((workflow, outcome))
