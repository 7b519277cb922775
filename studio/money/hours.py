"""Hours: what a rented machine costs while it is there, whoever works on it. No customer pays it; takes carry a part.

A take made on a rented machine is billed at its engine's price as everywhere, and owed to the rented machines instead
of the vendor; the hours are owed to the host. What the rented machines' purse is left with is what nobody carried.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from studio.money.amount import nearest
from studio.money.entry import About, Book, Entry, Purse, Verb
from studio.money.posting import post
from studio.story.noun import Noun

_HOUR = timedelta(hours=1)
_MS = timedelta(milliseconds=1)
_MACHINES = Purse.RENTED.of("machines")


class Hire(Noun):
    """A machine as its host bills it."""

    host: str
    machine: str
    gpu: str = ""
    micros_an_hour: int


class Hours(Noun):
    """What rented machines cost, and what of it takes carried, in micro-dollars."""

    cost: int
    carried: int


def book_hours(session: Session, hire: Hire, since: datetime, until: datetime) -> int:
    """Owe a host the time from `since` to `until`; gives the micro-dollars, 0 when booked before. In a write session.

    The times of a machine must follow each other: what begins at the same moment is the same time.
    """
    micros = nearest(Fraction(hire.micros_an_hour) * Fraction((until - since) // _MS, _HOUR // _MS))
    written = post(
        session,
        Book.COST,
        Verb.RENT,
        {Purse.VENDOR.of(hire.host): -micros, _MACHINES: micros},
        About(account=""),
        at=until,
        once=f"rent:{hire.host}:{hire.machine}:{since.isoformat()}",
        vendor=hire.host,
        model=hire.gpu,
        request=hire.machine,
        quantities={"machine_ms": (until - since) // _MS},
    )
    return micros if written else 0


def hours(session: Session, *, since: datetime | None = None) -> Hours:
    """What the ledger holds of rented machines."""
    rent, bills = (_sum(session, since, Entry.verb == verb) for verb in (Verb.RENT, Verb.BILL))
    return Hours(cost=rent, carried=-bills)


def cost_of(session: Session, host: str, machine: str) -> int:
    """What the ledger holds of one machine."""
    return _sum(session, None, Entry.verb == Verb.RENT, Entry.vendor == host, Entry.request == machine)


def _sum(session: Session, since: datetime | None, *where: ColumnElement[bool] | bool) -> int:
    query = select(func.coalesce(func.sum(Entry.micros), 0)).where(Entry.purse == _MACHINES, *where)
    return int(session.exec(query.where(col(Entry.at) >= since) if since else query).one())
