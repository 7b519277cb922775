"""Waiting: how long a take waits whose vendor, or the vault, is asked too much or does not answer. Sleeps nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from studio.errors import Busy, Down, StudioError, VaultDown

_FIRST, _MOST = 5.0, 60.0  # seconds
_VAULT = 900.0  # seconds takes wait in all for a vault that does not answer


@dataclass(frozen=True)
class Waits:
    """How long takes wait in all at each vendor, in seconds; one that is not named is not waited for.

    They pass `haste` times as fast at the vendors' doubles.
    """

    longest: Mapping[str, float] = field(default_factory=dict)
    haste: float = 1.0

    def pause(self, error: StudioError, vendor: str, waited: float) -> float:
        """Seconds until a take that has waited so long before is asked for again; 0 where waiting is of no use.

        Each pause is as long as all before it, within bounds, and never shorter than the vendor says. An outage is
        waited out like a storm: neither has accepted anything, and most end within minutes.
        """
        if not isinstance(error, Busy | Down | VaultDown):
            return 0.0
        longest = _VAULT if isinstance(error, VaultDown) else self.longest.get(vendor, 0.0)
        after = error.after if isinstance(error, Busy) else None
        pause = max(after or 0.0, min(max(_FIRST, waited), _MOST))
        return pause if waited + pause <= longest else 0.0
