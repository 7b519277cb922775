"""The business plan's targets, from data/targets.toml, held against what was measured: a value, and what follows."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from services.pinging import near
from services.rehearsal import rehearsed
from services.sampling import MEASURED, Samples
from services.settings import Settings
from studio.db import Database
from studio.story.noun import Noun
from studio.takes.roster import Roster

if TYPE_CHECKING:
    from services.gate.rule import Finding

_FILE = Path(__file__).parents[1] / "data" / "targets.toml"
_EVER = datetime.min.replace(tzinfo=UTC)


class Figure(StrEnum):
    P95 = "p95"  # 95 of 100 samples are not above it
    MEAN = "mean"
    SHARE = "share"  # the mean of samples that are 0 or 100


class Verdict(StrEnum):
    MET = "met"
    MISSED = "missed"
    UNPROVEN = "not proven"  # its value meets it, by a measure that cannot see every fault
    TOO_FEW = "too few samples"
    UNMEASURED = "not measured yet"


class Target(Noun):
    """One row of the plan's table; exactly one of `under` and `over` is set."""

    name: str
    title: str
    vendor: str = ""
    figure: Figure
    unit: str
    under: float | None = None
    over: float | None = None
    least: int
    met: str
    missed: str

    def holds(self, value: float) -> bool:
        """Whether a value meets it; the bound itself does not."""
        return (self.under is None or value < self.under) and (self.over is None or value > self.over)


class Measure(Noun):
    """What was measured of a target, and the decision it leads to; empty where nothing follows yet."""

    target: Target
    verdict: Verdict
    value: float | None = None
    samples: int = 0
    at: datetime | None = None
    doubles: bool = False  # a vendor's double was measured, not the vendor
    decision: str = ""


@cache
def targets() -> tuple[Target, ...]:
    """The plan's table."""
    return tuple(Target(**one) for one in tomllib.loads(_FILE.read_text(encoding="utf-8"))["target"])


def measured(settings: Settings, db: Database, roster: Roster) -> tuple[Measure, ...]:
    """Every target with what is known of it now; StorageError when the studio's files cannot be read."""
    return tuple(_measure(target, settings, db, roster) for target in targets())


def judged(target: Target, samples: Samples, *, doubles: bool = False) -> Measure:
    """Hold samples against a target."""
    if not samples.values:
        return Measure(target=target, verdict=Verdict.UNMEASURED)
    value = figure(target.figure, samples.values)
    verdict = Verdict.MET if target.holds(value) else Verdict.MISSED
    if len(samples.values) < target.least:
        verdict = Verdict.TOO_FEW
    follows = {Verdict.MET: target.met, Verdict.MISSED: target.missed}.get(verdict, "")
    return Measure(
        target=target,
        verdict=verdict,
        value=value,
        samples=len(samples.values),
        at=samples.at,
        doubles=doubles,
        decision=_decision(follows, doubles=doubles),
    )


def bound(target: Target) -> str:
    """What a target asks for, in words: under 5 s."""
    word, limit = ("under", target.under) if target.under is not None else ("over", target.over or 0.0)
    return f"{word} {_with_unit(limit, target.unit, '{:g}')}"


def amount(measure: Measure) -> str:
    """What was measured, with its unit; empty where nothing was."""
    return "" if measure.value is None else _with_unit(measure.value, measure.target.unit, "{:.2f}")


def _with_unit(value: float, unit: str, form: str) -> str:
    return f"${form.format(value)}" if unit == "$" else f"{form.format(value)} {unit}"


def figure(kind: Figure, values: Sequence[float]) -> float:
    """One number for at least one sample."""
    if kind is Figure.P95:
        return sorted(values)[math.ceil(len(values) * 0.95) - 1]
    return sum(values) / len(values)


def _measure(target: Target, settings: Settings, db: Database, roster: Roster) -> Measure:
    if target.name not in MEASURED:
        found = _findings(settings.home / "gate.jsonl")
        return _gated(target, [finding for finding in found if roster.sold(finding.engine)])
    cards = [card for card in roster.engine if card.vendor and target.vendor in ("", card.vendor)]
    given = {card.vendor for card in cards if not roster.missing(card)}
    doubles = any(near(vendor, settings) for vendor in given)
    # What doubles made earlier says nothing of the vendors that are asked now.
    ends = [end for vendor, end in rehearsed(settings.home).items() if target.vendor in ("", vendor) and not doubles]
    with db.read() as session:
        samples = MEASURED[target.name](session, [card.name for card in cards], max(ends, default=_EVER))
    return judged(target, samples, doubles=doubles)


def _findings(record: Path) -> Sequence[Finding]:
    """What the gate found, the oldest first; its code loads OpenCV, so only where it found something."""
    if not record.exists():
        return ()
    from services.gate.record import FileFindings

    return FileFindings(record).all()


def _gated(target: Target, findings: Sequence[Finding]) -> Measure:
    """The gate's newest finding; what follows is the gate's own decision, which knows more than the score.

    A score that only lets an engine stay proves nothing: the measure sees no faces.
    """
    if not findings:
        return Measure(target=target, verdict=Verdict.UNMEASURED)
    newest = findings[-1]
    shot = [scene for scene in newest.scenes if scene.came == "shot"]
    follows = {"lock": Verdict.MET, "stay": Verdict.UNPROVEN}.get(newest.decision, Verdict.MISSED)
    verdict = follows if target.holds(newest.score) else Verdict.MISSED
    if len(shot) < target.least:
        verdict = Verdict.TOO_FEW if shot else Verdict.UNMEASURED
    return Measure(
        target=target,
        verdict=verdict,
        value=newest.score if shot else None,
        samples=len(shot),
        at=newest.at,
        doubles=newest.doubles,
        decision=_decision(f"{newest.decision}: {newest.then} animates", doubles=newest.doubles),
    )


def _decision(follows: str, *, doubles: bool) -> str:
    """What follows; of a double nothing follows for the vendor, so it is said what would."""
    return f"on the vendor it would be: {follows}" if doubles and follows else follows
