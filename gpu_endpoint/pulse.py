"""What a job says while it runs: how far it is, twice a second, whether or not there is anything new."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self

from gpu_endpoint.wire import Progress, Stage

_BEAT = 0.5  # seconds
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


class Pulse:
    """Tells `told` the job's progress until the block ends, and with every beat that it is alive."""

    def __init__(self, told: Callable[[dict[str, Any]], None], alive: Callable[[], None]) -> None:
        """Begin waiting."""
        self._told, self._alive = told, alive
        self._now = Progress(share=0.0, stage="waiting")
        self._over, self._lock = Event(), Lock()
        self._thread = Thread(target=self._beat, name="pulse", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def at(self, share: float, stage: Stage) -> None:
        """Take in how much of a stage is done; the whole never goes back."""
        begin, end = _SPANS[stage]
        with self._lock:
            whole = begin + (end - begin) * min(1.0, max(0.0, share))
            if whole >= self._now.share:
                self._now = Progress(share=round(whole, 4), stage=stage)

    def _beat(self) -> None:
        while True:
            with self._lock:
                now = self._now
            self._told(now.model_dump())
            self._alive()
            if self._over.wait(_BEAT):
                return
