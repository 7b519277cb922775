"""The pulse: a row for each minute in which a worker lived and wrote it down, with what it then found of the studio.

A minute without a row is one in which nobody was there to write: it counts as down.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, delete, func, select

from studio.db import Moment
from studio.money.inserting import insert
from studio.story.noun import Noun

_MINUTE = timedelta(minutes=1)
_KEPT = timedelta(days=400)


class Pulse(SQLModel, table=True):
    """One minute; `why` is what was not well."""

    at: datetime = Field(primary_key=True, sa_type=Moment)
    well: bool
    why: str = ""


class Uptime(Noun):
    """Minutes of a span that could have been well, those that were, and since when that is written down."""

    minutes: int
    well: int
    since: datetime | None

    @property
    def share(self) -> float | None:
        """Of 1; None before anything was written down."""
        return self.well / self.minutes if self.minutes else None


def beat(session: Session, why: str = "", *, at: datetime) -> None:
    """Write this minute down; of several workers the first one that finds it well has the word."""
    row = insert(session, Pulse).values(at=_minute(at), well=not why, why=why[:200])
    better = {"well": row.excluded.well, "why": row.excluded.why}
    same = row.on_conflict_do_update(index_elements=["at"], set_=better, where=col(Pulse.well).is_(False))
    session.exec(same)


def forget(session: Session, *, at: datetime) -> None:
    """Drop minutes of long ago."""
    session.exec(delete(Pulse).where(col(Pulse.at) < at - _KEPT))


def uptime(session: Session, since: datetime, until: datetime) -> Uptime:
    """How much of a span was well, counted from the first minute that was ever written down."""
    first = session.exec(select(func.min(Pulse.at))).one()
    began = max(_minute(since), first) if first else None
    if began is None or began >= until:
        return Uptime(minutes=0, well=0, since=first)
    well = select(func.count()).where(Pulse.at >= began, Pulse.at < until, col(Pulse.well))
    minutes = -(-(_minute(until) - began) // _MINUTE)
    return Uptime(minutes=max(1, minutes), well=int(session.exec(well).one()), since=first)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
