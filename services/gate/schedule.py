"""Trials on a schedule: off unless it is set, and never beyond a budget of their own."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta

from services.gate.record import FileFindings
from services.gate.rule import gate
from services.settings import Settings
from studio.takes.recipe import TakeKind
from studio.takes.roster import EngineCard, Roster

log = logging.getLogger(__name__)
_MONTH = timedelta(days=30)
Begin = Callable[[], subprocess.Popen[bytes]]


def animator_on_trial(roster: Roster) -> EngineCard:
    """Who is tried when nobody is named: the first animator that costs and is available here."""
    able = [card for card in roster.available("animator") if TakeKind.CLIP in card.makes]
    return next((card for card in able if card.vendor), able[0])


def trial_of_its_own() -> subprocess.Popen[bytes]:
    """Begin a trial in a process of its own: it takes minutes, and a worker has other chores."""
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "-m", "studio", "benchmark", "--consistency", "--json"], stdin=quiet, stdout=quiet
    )


class Schedule:
    """Begins a trial of the animator when the last one is old enough and the budget has room for the dearest."""

    def __init__(self, settings: Settings, roster: Roster, begin: Begin = trial_of_its_own) -> None:
        self._card, self._begin = animator_on_trial(roster), begin
        self._every = timedelta(days=settings.studio_trial_days)
        self._budget = round(settings.studio_trial_budget * 1_000_000)
        self._record = FileFindings(settings.home / "gate.jsonl")
        self._going: subprocess.Popen[bytes] | None = None

    def look(self, at: datetime) -> bool:
        """Begin a trial if one is due; whether one was begun."""
        if not self._every or (self._going and self._going.poll() is None):
            return False
        found = self._record.all()
        if any(one.engine == self._card.name and one.at > at - self._every for one in found):
            return False
        spent = sum(one.cost_micros for one in found if one.at > at - _MONTH)
        if self._card.vendor and spent + gate().rule.cost_micros > self._budget:
            log.warning(
                "trial.not_begun engine=%s spent_micros=%d budget_micros=%d", self._card.name, spent, self._budget
            )
            return False
        self._going = self._begin()
        return True
