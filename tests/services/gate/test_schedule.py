"""Trials on a schedule: when one is begun, and what holds it back."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.gate.record import FileFindings
from services.gate.rule import Decision, Finding
from services.gate.schedule import Schedule
from services.settings import ROOT, Settings
from studio.takes.roster import Roster

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ROSTER = Roster.load(ROOT / "data" / "crew.toml", frozenset({"FAL_KEY"}))


class Begun:
    """Counts trials begun; each ends at once."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> subprocess.Popen[bytes]:
        self.count += 1
        child = subprocess.Popen([sys.executable, "-S", "-c", ""])
        child.wait()
        return child


def finding(engine: str, at: datetime, micros: int = 1_000_000) -> Finding:
    return Finding(
        engine=engine, engine_version="1", at=at, gate="1", metric="weight-free", doubles=False, floor=0.2, scenes=(),
        score=95.0, cost_micros=micros, decision=Decision.STAY, then=engine, why="nothing speaks against it",
    )  # fmt: skip


def schedule(home: Path, begun: Begun, *, days: int = 7, budget: str = "10") -> Schedule:
    settings = Settings(_env_file=None, studio_home=home, studio_trial_days=days, studio_trial_budget=budget)
    return Schedule(settings, ROSTER, begun)


def test_a_trial_is_begun_when_the_last_is_old_enough(tmp_path: Path) -> None:
    begun = Begun()
    trials = schedule(tmp_path, begun)
    assert trials.look(NOW)
    tried = next(card.name for card in ROSTER.available("animator") if card.vendor)
    FileFindings(tmp_path / "gate.jsonl").keep(finding(tried, NOW))
    assert not trials.look(NOW + timedelta(days=6))
    assert trials.look(NOW + timedelta(days=8))
    assert begun.count == 2


@pytest.mark.parametrize(("days", "budget"), [(0, "10"), (7, "4.99"), (7, "0")], ids=["off", "too little", "nothing"])
def test_none_is_begun_when_it_is_off_or_might_cost_too_much(tmp_path: Path, days: int, budget: str) -> None:
    begun = Begun()
    assert not schedule(tmp_path, begun, days=days, budget=budget).look(NOW)
    assert begun.count == 0


def test_what_trials_cost_in_thirty_days_counts(tmp_path: Path) -> None:
    record, begun = FileFindings(tmp_path / "gate.jsonl"), Begun()
    record.keep(finding("another", NOW - timedelta(days=29), 6_000_000))
    trials = schedule(tmp_path, begun)
    assert not trials.look(NOW)
    assert trials.look(NOW + timedelta(days=2))
