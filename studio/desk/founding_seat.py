"""The founder's seat: every question and every act from it is a founder's, looked up each time, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlmodel import Session

from studio.desk.seat import Seat
from studio.money.films import Films
from studio.money.plan import Plan
from studio.money.vendorreports import Layout, layouts
from studio.people import entrusting

_DATA = Path(__file__).parents[2] / "data"


@cache
def plan() -> Plan:
    """The business plan."""
    return Plan.load(_DATA / "plan.toml")


@cache
def films() -> Films:
    """What films would sell for, also where none are sold."""
    return Films.load(_DATA / "films.toml")


@cache
def reports() -> tuple[Layout, ...]:
    """The layouts of vendors' reports."""
    return layouts(_DATA / "reports.toml")


class FoundersSeat(Seat):
    """Reads and writes for founders alone: NotAllowed for everybody else, whatever is asked."""

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with self._house.db.read() as session:
            self._check(session)
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with self._house.db.write(durable=True) as session:
            self._check(session)
            yield session

    def _check(self, session: Session) -> None:
        entrusting.check(session, self._account, app=self._house.doors.founders_app)
