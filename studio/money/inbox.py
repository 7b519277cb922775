"""The inbox of the payment service's notices: each is kept once and acted on later. It believes none of them.

A notice only says what to look at. What counts is the state that is fetched then; a turn that was taken before fetching
keeps an older look from writing over a newer one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import String
from sqlmodel import Field, Session, SQLModel, col, delete, func, or_, select, update

from studio.db import Moment
from studio.money.inserting import insert
from studio.story.noun import Noun

_FIRST, _MOST = 5.0, 3600.0  # seconds until what failed is looked at again
_LONG = timedelta(minutes=10)  # in which a worker has looked at every notice


class Topic(StrEnum):
    """What a notice asks to look at."""

    CHECKOUT = "checkout"
    SUBSCRIPTION = "subscription"
    INVOICE = "invoice"
    PAYMENT = "payment"


class Notice(Noun):
    """A notice whose signature was checked; without a topic it is about nothing the studio sells by."""

    id: str
    kind: str
    topic: Topic | None
    object: str = ""
    created: datetime
    live: bool


class PaymentNotice(SQLModel, table=True):
    """A notice that was taken in."""

    id: str = Field(primary_key=True)
    kind: str
    topic: Topic = Field(sa_type=String)
    object: str
    created: datetime = Field(sa_type=Moment)
    received: datetime = Field(sa_type=Moment)
    due: datetime | None = Field(default=None, sa_type=Moment, index=True)  # None when it was acted on
    tried: int = 0
    error: str = ""


class PaymentTurn(SQLModel, table=True):
    """How often an object was looked at, and by which look it was last written."""

    object: str = Field(primary_key=True)
    asked: int = 0
    applied: int = 0


class Waiting(Noun):
    """Something to look at, and the notices that ask for it."""

    topic: Topic
    object: str
    notices: tuple[str, ...]


class Stuck(Noun):
    """Notices that were kept and could not be acted on yet: how many, the oldest's age in seconds, what a look said."""

    count: int
    age: float
    why: str = ""


def take_in(session: Session, notice: Notice, *, at: datetime) -> bool:
    """Keep a notice to be acted on; False when it was there before or is about nothing."""
    if notice.topic is None:
        return False
    values = {"id": notice.id, "kind": notice.kind, "topic": notice.topic, "object": notice.object}
    times = {"created": notice.created, "received": at, "due": at}
    row = insert(session, PaymentNotice).values(**values, **times, tried=0, error="")
    kept = row.on_conflict_do_nothing(index_elements=["id"]).returning(col(PaymentNotice.id))
    return session.exec(kept).first() is not None


def waiting(session: Session, *, at: datetime, most: int) -> list[Waiting]:
    """What to look at now, the longest waiting first; several notices of one object are one look."""
    due = select(PaymentNotice).where(col(PaymentNotice.due) <= at)
    found: dict[tuple[Topic, str], list[str]] = {}
    for row in session.exec(due.order_by(col(PaymentNotice.due), col(PaymentNotice.id)).limit(most)):
        found.setdefault((Topic(row.topic), row.object), []).append(row.id)
    return [Waiting(topic=topic, object=name, notices=tuple(ids)) for (topic, name), ids in found.items()]


def settled(session: Session, one: Waiting) -> None:
    """Say that notices were acted on."""
    done = update(PaymentNotice).where(col(PaymentNotice.id).in_(one.notices))
    session.exec(done.values(due=None, error=""))


def put_off(session: Session, one: Waiting, why: str, *, at: datetime) -> None:
    """Try notices again later, ever more seldom."""
    for row in session.exec(select(PaymentNotice).where(col(PaymentNotice.id).in_(one.notices))):
        row.tried += 1
        row.due = at + timedelta(seconds=min(_MOST, _FIRST * 2.0 ** min(row.tried - 1, 12)))
        row.error = why[:200]
        session.add(row)


def stuck(session: Session, *, at: datetime) -> Stuck | None:
    """What a look failed at, or nobody has looked at for minutes; None where there is nothing such."""
    open_ = col(PaymentNotice.due).is_not(None)
    late = or_(col(PaymentNotice.tried) > 0, col(PaymentNotice.received) <= at - _LONG)
    asked = select(func.count(), func.min(PaymentNotice.received)).where(open_, late)
    count, oldest = session.exec(asked).one()
    if not count:
        return None
    said = select(PaymentNotice.error).where(open_, col(PaymentNotice.error) != "")
    why = session.exec(said.order_by(col(PaymentNotice.due).desc(), col(PaymentNotice.id)).limit(1)).first()
    return Stuck(count=count, age=(at - oldest).total_seconds(), why=why or "")


def forget(session: Session, before: datetime) -> None:
    """Drop notices that were acted on and came in before a moment."""
    done = delete(PaymentNotice).where(col(PaymentNotice.due).is_(None), col(PaymentNotice.received) < before)
    session.exec(done)


def turn(session: Session, name: str) -> int:
    """Take a turn at an object, before it is fetched."""
    row = insert(session, PaymentTurn).values(object=name, asked=1, applied=0)
    more = row.on_conflict_do_update(index_elements=["object"], set_={"asked": col(PaymentTurn.asked) + 1})
    return int(session.exec(more.returning(col(PaymentTurn.asked))).one()[0])


def newest(session: Session, name: str, turn: int) -> bool:
    """Whether what was fetched in a turn may be written: nobody who came later has written already."""
    mine = update(PaymentTurn).where(col(PaymentTurn.object) == name, col(PaymentTurn.applied) < turn)
    taken = session.exec(mine.values(applied=turn).execution_options(synchronize_session=False))
    return bool(taken.rowcount)
