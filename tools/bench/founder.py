"""The founder's questions on a million entries: the slowest of them on either database, in seconds."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import psutil
from sqlalchemy import text

from services.building import build_house
from services.settings import Settings
from studio.db import Database, now
from studio.desk.founding import Founding
from studio.money.reckoning import Span
from studio.people.account import OWNER
from tests.postgres import serving
from tools.bench.figures import Figure, Rounds
from tools.bench.meter import Sample, studio_home
from tools.bench.million import fill

_ENTRIES, _QUICK = 1_000_000, 20_000
_REACH = 1.0  # seconds
_DAYS, _TIMES = 366, 3
QUESTIONS: dict[str, Callable[[Founding, Span], object]] = {
    "revenue": lambda desk, span: desk.revenue(span),
    "goods": lambda desk, span: desk.goods(span),
    "margins": lambda desk, span: desk.margins(span),
    "service": lambda desk, span: desk.service(span),
    "growth": lambda desk, span: desk.growth(span),
    "plan": lambda desk, span: desk.plan_check(span),
    "alarms": lambda desk, span: desk.alarms(),
    "acts": lambda desk, span: desk.acts(span),
}


class Founder:
    """The bench of `founder`."""

    name = "founder"

    def __init__(self, work: Path, *, quick: bool) -> None:
        self.work, self.entries = work / self.name, _QUICK if quick else _ENTRIES
        self.rounds = Rounds()
        self.said: dict[str, str] = {}

    def round(self, number: int) -> None:
        """Fill a ledger on each database and ask everything."""
        del number
        shutil.rmtree(self.work, ignore_errors=True)
        self._ask("sqlite", "")
        with serving() as postgres:
            postgres.mould()
            self._ask("postgresql", postgres.fresh())
        shutil.rmtree(self.work)

    def figures(self) -> Iterator[Figure]:
        """What came of the rounds."""
        for kind, said in self.said.items():
            found = self.rounds.of[kind]
            yield Figure(f"founder_{kind}", _REACH, "s", [one.wall for one in found], found, note=said)

    def _ask(self, kind: str, database: str) -> None:
        home = self.work / kind
        home.mkdir(parents=True)
        told = studio_home(home)
        settings = Settings(_env_file=None, studio_home=Path(told["STUDIO_HOME"]), studio_database_url=database)
        house = build_house(settings)
        at, began = now(), time.monotonic()
        entries = fill(house.db, self.entries, at)
        built, span = time.monotonic() - began, Span.last(_DAYS, at)
        desk = Founding(replace(house), OWNER)
        took = {name: _timed(partial(ask, desk, span), partial(_used, house.db)) for name, ask in QUESTIONS.items()}
        house.db.close()
        slowest = max(took, key=lambda name: took[name].wall)
        each = ", ".join(f"{name} {one.wall:.2f} ({one.cpu:.2f})" for name, one in took.items())
        self.rounds.add(kind, took[slowest])
        self.said[kind] = f"{entries:,} entries of a year, built in {built:.0f} s; {each} s of wall (CPU)"


def _timed(ask: Callable[[], object], used: Callable[[], float]) -> Sample:
    """The quickest of some answers: others are at work on this machine too."""
    found = []
    for _ in range(_TIMES):
        wall, cpu = time.monotonic(), used()
        ask()
        found.append(Sample(time.monotonic() - wall, used() - cpu, 0.0))
    return min(found, key=lambda one: one.wall)


def _used(db: Database) -> float:
    """CPU seconds of this process, and of the database's server and whoever works for it."""
    if db.local:
        return time.process_time()
    with db.engine.connect() as connection:
        backend = int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
    server = psutil.Process(backend).parent()
    assert server
    times = [one.cpu_times() for one in (server, *server.children())]
    ended = times[0].children_user + times[0].children_system
    return time.process_time() + ended + sum(one.user + one.system for one in times)
