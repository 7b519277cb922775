"""Tries that failed, and how long whoever makes too many has to wait. Every count fades by half in a quarter of an
hour, so nobody is locked out for ever; refused tries are not counted, so nobody can keep a count up by hammering alone.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import NamedTuple

from sqlmodel import Field, Session, SQLModel, col, delete, select, update

from studio.db import Moment
from studio.errors import TooManyTries
from studio.money.inserting import insert

log = logging.getLogger(__name__)
HALF = timedelta(minutes=15)  # in which a count fades by half
_FORGOTTEN = timedelta(days=1)
_CUSTOMER = 64  # bits of an IPv6 address that somebody cannot choose


class Limit(NamedTuple):
    """Of whom tries are counted, as a digest, and how many are let pass."""

    who: str
    most: float


def neighbourhood(address: str) -> str:
    """Where tries from an address are counted: itself, or the network of 64 bits that one customer has by IPv6."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((found, _CUSTOMER), strict=False))


class Attempt(SQLModel, table=True):
    """How often somebody failed of late."""

    who: str = Field(primary_key=True)
    count: float
    at: datetime = Field(sa_type=Moment)


def pass_by(session: Session, limits: Iterable[Limit], *, at: datetime) -> None:
    """Count a try before it is made, so that of many at once no more pass than one after the other.

    Raises TooManyTries, which says how long to wait, and counts nothing then. Whoever succeeds gives it back.
    """
    rows = _locked(session, limits, at)
    waits = [_wait(row, limit.most, at) for limit, row in rows]
    if (longest := max(waits, default=0.0)) > 0:
        log.warning("people.too_many who=%s", " ".join(limit.who[:12] for limit, _row in rows))
        raise TooManyTries(f"wait {_said(longest)} and try again", after=longest)
    for _limit, row in rows:
        row.count, row.at = _faded(row, at) + 1, max(row.at, at)
        session.add(row)


def passes(session: Session, limits: Iterable[Limit], *, at: datetime) -> bool:
    """Whether another one would be let pass; counts nothing."""
    return not any(_wait(row, limit.most, at) for limit, row in _locked(session, limits, at))


def count(session: Session, limits: Iterable[Limit], *, at: datetime) -> None:
    """Count one that was let pass."""
    for _limit, row in _locked(session, limits, at):
        row.count, row.at = _faded(row, at) + 1, max(row.at, at)
        session.add(row)


def give_back(session: Session, limits: Iterable[Limit]) -> None:
    """Count one less: it was no failure."""
    mine = col(Attempt.who).in_([limit.who for limit in limits])
    session.exec(update(Attempt).where(mine, col(Attempt.count) >= 1).values(count=Attempt.count - 1))


def forget(session: Session, limits: Iterable[Limit]) -> None:
    """Count no more what somebody failed at who got in."""
    session.exec(delete(Attempt).where(col(Attempt.who).in_([limit.who for limit in limits])))


def prune(session: Session, *, at: datetime) -> None:
    """Drop what faded away long ago."""
    session.exec(delete(Attempt).where(col(Attempt.at) < at - _FORGOTTEN))


def _locked(session: Session, limits: Iterable[Limit], at: datetime) -> list[tuple[Limit, Attempt]]:
    """The counts, locked in one order, so that two who count do not wait for each other."""
    found = []
    for limit in sorted(limits):
        session.exec(insert(session, Attempt).values(who=limit.who, count=0.0, at=at).on_conflict_do_nothing())
        query = select(Attempt).where(Attempt.who == limit.who).with_for_update()
        found.append((limit, session.exec(query, execution_options={"populate_existing": True}).one()))
    return found


def _faded(row: Attempt, at: datetime) -> float:
    """A count as it is now; a clock that runs late lets none grow."""
    past: float = max(timedelta(0), at - row.at) / HALF
    return float(row.count * 0.5**past)


def _wait(row: Attempt, most: float, at: datetime) -> float:
    """Seconds until another try is let pass."""
    left = _faded(row, at)
    return HALF.total_seconds() * math.log2(left / (most - 1)) if left > most - 1 else 0.0


def _said(seconds: float) -> str:
    minutes = math.ceil(seconds / 60)
    return "a minute" if minutes <= 1 else f"{minutes} minutes"
