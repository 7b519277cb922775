"""Refusing: what is turned away at the door, written down so that it is seen and pushes nothing else out of the log.

Anybody may knock a thousand times a second. So of each kind the first is a line, and what follows is counted into one
line a minute.
"""

from __future__ import annotations

import logging
from asyncio import get_running_loop
from collections import Counter
from collections.abc import Callable

log = logging.getLogger(__name__)
_MINUTE = 60.0  # seconds
Later = Callable[[float, Callable[[], None]], object]


class Refusals:
    """Counts by kind, which the door's own words are, never a stranger's; `later` calls back after some seconds."""

    def __init__(self, later: Later = lambda after, back: get_running_loop().call_later(after, back)) -> None:
        self._later = later
        self._since = Counter[str]()  # by kind, of those that were said less than a minute ago

    def count(self, kind: str) -> None:
        """Count one."""
        if kind in self._since:
            self._since[kind] += 1
        else:
            self._say(kind, 1)

    def _say(self, kind: str, times: int) -> None:
        log.warning("door.refused what=%s times=%d", kind, times)
        self._since[kind] = 0
        self._later(_MINUTE, lambda: self._look(kind))

    def _look(self, kind: str) -> None:
        if times := self._since.pop(kind):
            self._say(kind, times)


refusals = Refusals()  # of this process
