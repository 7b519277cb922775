"""Sums of the ledger. Every balance is one: nothing here is kept, all of it is asked of the entries."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, literal
from sqlmodel import Session, col, func, select

from studio.money.entry import Entry, Purse, Verb
from studio.money.hold import Pot
from studio.money.usage import TIMED
from studio.story.noun import Noun


class Group(StrEnum):
    """What costs are added up by."""

    KIND = "kind"
    ENGINE = "engine"
    SCENE = "scene"
    VENDOR = "vendor"
    EPISODE = "episode"


class Owed(Noun):
    """What vendors billed under one name: bills and micro-dollars."""

    name: str
    bills: int
    micros: int


def balance(session: Session, purse: str) -> int:
    """What is in a purse: pot:owner, vendor:groq; what is owed is below zero."""
    return _sum(session, Entry.purse == purse)


def spent(session: Session, account: str, episode: str = "", *, since: datetime | None = None) -> int:
    """What the customer has paid, for one episode or all of them."""
    return _sum(session, *_of(Purse.SPENT, account, episode, since))


def held(session: Session, account: str, episode: str = "") -> int:
    """What is set aside for takes that have not ended."""
    return _sum(session, *_of(Purse.HELD, account, episode, None))


def billed(
    session: Session, account: str, episode: str = "", *, since: datetime | None = None, take: str = "", run: str = ""
) -> int:
    """What vendors billed for an account, one episode, run or take (its fingerprint), made or not."""
    where = [*_of(Purse.COST, account, episode, since), Entry.verb == Verb.BILL]
    where += [Entry.fingerprint == take] if take else []
    where += [Entry.run == run] if run else []
    return _sum(session, *where)  # type: ignore[arg-type]


def worked(session: Session, account: str, episode: str, take: str, paid: int) -> int:
    """Milliseconds that vendors billed for a take, as far as `paid` of its bills goes; 0 without such bills."""
    bills = _of(Purse.COST, account, episode, None)
    found = select(Entry.micros, Entry.quantities).where(*bills, Entry.verb == Verb.BILL, Entry.fingerprint == take)
    timed = [(micros, quantities[TIMED]) for micros, quantities in session.exec(found) if TIMED in quantities]
    total = sum(micros for micros, _ in timed)
    return sum(ms for _, ms in timed) * min(paid, total) // total if total else 0


def overrun(session: Session, account: str = "", *, since: datetime | None = None) -> int:
    """What takes cost above their parts, for one account or all of them."""
    where = [Entry.verb == Verb.OVERRUN, Entry.micros > 0]
    where += [Entry.account == account] if account else []
    where += [Entry.at >= since] if since else []
    return _sum(session, *where)


def overruns(session: Session, *, since: datetime, until: datetime) -> dict[str, int]:
    """What takes cost above their parts in a time, by engine, the dearest first."""
    purses = select(literal(Purse.OVERRUN.of("")) + col(Pot.account))  # named one by one, as the index has them
    total = func.sum(Entry.micros)
    query = select(Entry.engine, total).where(col(Entry.purse).in_(purses), Entry.at >= since, Entry.at < until)
    return {engine: int(micros) for engine, micros in session.exec(query.group_by(Entry.engine).order_by(total.desc()))}


def owed(
    session: Session, group: Group, *, account: str = "", episode: str = "", since: datetime | None = None
) -> tuple[Owed, ...]:
    """What vendors billed, added up by kind of take, engine, scene, vendor or episode, the dearest first."""
    name, micros = getattr(Entry, group.value), func.sum(Entry.micros)
    query = select(name, func.count(), micros).where(col(Entry.purse).startswith("cost:"), Entry.verb == Verb.BILL)
    for column, wanted in ((Entry.account, account), (Entry.episode, episode)):
        query = query.where(column == wanted) if wanted else query
    query = query.where(Entry.at >= since) if since else query
    rows = session.exec(query.group_by(name).order_by(micros.desc(), name))
    return tuple(Owed(name=name, bills=bills, micros=int(total)) for name, bills, total in rows)


def month(at: datetime) -> datetime:
    """The moment the month of `at` began."""
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def month_after(at: datetime) -> datetime:
    """The moment the month after that of `at` begins."""
    return month(month(at) + timedelta(days=32))


def _of(purse: Purse, account: str, episode: str, since: datetime | None) -> list[ColumnElement[bool]]:
    where = [Entry.purse == purse.of(account)]
    where += [Entry.account == account, Entry.episode == episode] if episode else []  # the index has them so
    where += [Entry.at >= since] if since else []
    return where  # type: ignore[return-value]


def _sum(session: Session, *where: ColumnElement[bool] | bool) -> int:
    return int(session.exec(select(func.coalesce(func.sum(Entry.micros), 0)).where(*where)).one())
