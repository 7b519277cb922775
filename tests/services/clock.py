"""A clock that tests move: sleeping only moves it, and it remembers for how long."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from services.retry import Patience


@dataclass
class Clock:
    """Seconds that pass only by sleeping; `share` of a spread is what its dice always show."""

    now: float = 1000.0
    share: float = 1.0
    slept: list[float] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self.slept.append(seconds)
            self.now += seconds

    @property
    def patience(self) -> Patience:
        """What the studio waits with."""
        return Patience(lambda: self.now, self.sleep, lambda low, high: low + (high - low) * self.share)
