"""An errand kept in memory, as production keeps its own in the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from studio.errors import Conflict
from studio.money.usage import Usage


@dataclass
class KeptErrand:
    """What an engine said while it worked. Hand the same one to another engine: it goes on where the first stopped."""

    key: str = "a" * 64
    ticket: str = ""
    doubtful: bool = False
    allowed: int | None = None
    hear: Callable[[str], None] | None = None
    tickets: list[str] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    bills: dict[str, Usage] = field(default_factory=dict)
    called_off: bool = False

    def sent(self, ticket: str) -> None:
        """Keep the vendor's job id."""
        self.ticket = ticket
        self.tickets.append(ticket)

    def moved(self, share: float) -> None:
        """Keep how far it is."""
        self.shares.append(share)

    def billed(self, usage: Usage) -> None:
        """Keep a bill once per request id."""
        self.bills.setdefault(usage.request, usage)

    def check(self) -> None:
        """Say when it was called off."""
        if self.called_off:
            raise Conflict("called off")
