"""What the gate's record says of animators now: who stands in for whom, and the newest finding of each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from services.gate.record import FileFindings
from services.gate.rule import Finding, instead
from services.pinging import near
from services.settings import Settings
from studio.errors import BadRequest
from studio.takes.roster import Roster, StandIn


class Verdicts:
    """Keeps the production's Gate protocol by the record of these settings; it is read again when it has changed."""

    def __init__(self, settings: Settings, roster: Roster) -> None:
        self._settings, self._roster = settings, roster
        self._read: tuple[tuple[int, int], Sequence[Finding]] = ((0, 0), ())

    def instead(self, animator: str) -> StandIn | None:
        """Who animates in an engine's place and has the settings for it, and why; StorageError."""
        found = self._findings()
        if not found or not animator:
            return None
        other = instead(animator, found, doubles=self._double(animator))
        if other == animator or not self._able(other):
            return None
        newest = next(one for one in self.newest() if one.engine == animator)
        return StandIn(engine=other, why=f"found on {newest.at:%Y-%m-%d}: {newest.why}")

    def newest(self) -> tuple[Finding, ...]:
        """The newest finding of every engine, by name; what was found on doubles counts only for doubles."""
        counts = [one for one in self._findings() if one.doubles == self._double(one.engine)]
        return tuple({one.engine: one for one in sorted(counts, key=lambda one: (one.engine, one.at))}.values())

    def _double(self, engine: str) -> bool:
        cards = {card.name: card.vendor for card in self._roster.engine}
        vendor = cards.get(engine, "")
        return bool(vendor) and near(vendor, self._settings)

    def _able(self, engine: str) -> bool:
        try:
            return not self._roster.missing(self._roster.named(engine))
        except BadRequest:
            return False

    def _findings(self) -> Sequence[Finding]:
        record = self._settings.home / "gate.jsonl"
        mark = _mark(record)
        if not mark:
            return ()
        if mark != self._read[0]:
            self._read = mark, FileFindings(record).all()
        return self._read[1]


def _mark(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
