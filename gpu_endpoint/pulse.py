"""What a job says while it runs: how far it is and since when, twice a second, whether or not there is anything new.

It is said by a thread of its own, for a model's step may take longer than whoever waits should hear nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self

from gpu_endpoint.wire import Progress, Stage

log = logging.getLogger(__name__)
BEAT = 0.5  # seconds
_LIFE = 5.0  # seconds between signs of life for the claim, which is of a folder that may be far away
# Where each stage begins and ends in the whole of a job.
_SPANS: dict[Stage, tuple[float, float]] = {
    "waiting": (0.0, 0.0),
    "load": (0.0, 0.05),
    "encode": (0.05, 0.1),
    "denoise": (0.1, 0.8),
    "decode": (0.8, 0.95),
    "smooth": (0.95, 0.98),
    "upload": (0.98, 1.0),
}
Clock = Callable[[], float]


class Pulse:
    """Tells `told` the job's progress until the block ends, and keeps its claim `alive`."""

    def __init__(
        self, told: Callable[[dict[str, Any]], None], alive: Callable[[], None], clock: Clock = time.monotonic
    ) -> None:
        """Begin waiting."""
        self._told, self._clock, self._begun = told, clock, clock()
        self._now = Progress(share=0.0, stage="waiting")
        self._over, self._lock = Event(), Lock()
        # Two, so that a folder that hangs does not silence the job.
        work = {"pulse": (self.tell, BEAT), "claim": (alive, _LIFE)}
        self._threads = [
            Thread(target=paced, args=(do, every, clock, self._over.wait), name=name, daemon=True)
            for name, (do, every) in work.items()
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def at(self, share: float, stage: Stage, step: int = 0, steps: int = 0) -> None:
        """Take in how much of a stage is done; the whole never goes back."""
        begin, end = _SPANS[stage]
        with self._lock:
            whole = begin + (end - begin) * min(1.0, max(0.0, share))
            if whole >= self._now.share:
                self._now = Progress(
                    share=round(whole, 4), stage=stage, step=step if steps else None, steps=steps or None
                )

    def tell(self) -> None:
        """Say how far the job is now."""
        with self._lock:
            now = self._now
        since = round((self._clock() - self._begun) * 1000)
        self._told(now.model_copy(update={"elapsed_ms": since}).model_dump(exclude_none=True))


def paced(do: Callable[[], None], every: float, clock: Clock, over: Callable[[float], bool]) -> None:
    """Do something at once and then every so many seconds, however long it takes, until it is over.

    `over` waits so many seconds and says whether it is. What fails once is done again when it is due.
    """
    due = clock()
    while True:
        try:
            do()
        except (OSError, RuntimeError):  # a folder or a connection, or no thread to be had
            log.warning("a sign of life failed", exc_info=True)
        due = max(due + every, clock())
        if over(due - clock()):
            return
