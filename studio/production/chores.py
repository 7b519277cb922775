"""Chores: what a worker does now and then beside its takes. It knows none itself; a house brings them along."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from studio.errors import StudioError

log = logging.getLogger(__name__)
_LOOK, _RARELY = 1.0, 30.0  # seconds between looks at what is due, at least and at most


@dataclass(frozen=True)
class Chore:
    """Something to do first and then every so many seconds; `work` raises errors of the studio only."""

    name: str
    seconds: float
    work: Callable[[], None]


class Chores:
    """Does them in a thread of its own, one after the other: a slow one makes the others late, never two at once."""

    def __init__(
        self, bring: Callable[[], Sequence[Chore]], clock: Callable[[], float] = time.monotonic, *, after: float = 0.0
    ) -> None:
        """The first time is `after` so many seconds, and until then nobody is asked which there are."""
        self._bring, self._clock, self._begin = bring, clock, clock() + after
        self._due: dict[Chore, float] | None = None if after else self._all_due()
        self._stopping = Event()
        self._thread = Thread(target=self._go, name="chores", daemon=True)

    def start(self) -> None:
        """Begin; where there are none the thread ends."""
        self._thread.start()

    def stop(self, patience: float = 1.0) -> None:
        """Begin no further one and wait a little for the one under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(patience)

    def do_due(self) -> list[str]:
        """Do what is due now; gives the names. One that failed is written down and done again at its next time."""
        if self._due is None:
            if self._stopping.is_set() or self._clock() < self._begin:
                return []
            self._due = self._all_due()
        done = []
        for chore, due in self._due.items():
            if self._stopping.is_set() or self._clock() < due:
                continue
            self._due[chore] = self._clock() + chore.seconds
            try:
                chore.work()
            except (StudioError, SQLAlchemyError) as error:
                log.warning("chore.failed name=%s %s", chore.name, error)
            done.append(chore.name)
        return done

    def _all_due(self) -> dict[Chore, float]:
        return dict.fromkeys(self._bring(), self._clock())

    def _go(self) -> None:
        while not self._stopping.is_set():
            self.do_due()
            times = [self._begin] if self._due is None else list(self._due.values())
            if not times:
                return
            self._stopping.wait(min(max(_LOOK, min(times) - self._clock()), _RARELY))
