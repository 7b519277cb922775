"""Alarms: what a founder should look at. One is told of once, stands as long as it holds, and clears by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, String
from sqlmodel import Field, Session, SQLModel, col, select, update

from studio.db import Moment
from studio.errors import NotFound
from studio.money.inserting import insert
from studio.story.episode import fresh_id
from studio.story.noun import Noun


class Worry(StrEnum):
    """What an alarm is about."""

    EPISODE = "episode"  # it cost more than it should
    TIER = "tier"  # it is below its margin
    ACCOUNT = "account"  # it is below its margin
    ERRORS = "errors"  # vendors fail too often
    LEAK = "leak"  # a machine is paid for and nobody knows of it
    OWED = "owed"  # credits were spent whose payment was taken back
    BILL = "bill"  # a vendor's bill disagrees with the ledger
    OVERRUN = "overrun"  # an engine's takes cost more than is held for them


_WAVERING = (Worry.TIER, Worry.ACCOUNT, Worry.ERRORS, Worry.BILL, Worry.OVERRUN)  # sums around a limit
_DAY = timedelta(days=1)


class Concern(Noun):
    """Something that holds now; `about` tells those of one kind apart."""

    kind: Worry
    about: str
    said: str
    account: str = ""
    micros: int = 0


class Alarm(SQLModel, table=True):
    """A concern since it came up; `open` is there while it holds, so that two workers raise it once."""

    id: str = Field(default_factory=fresh_id, primary_key=True)
    account: str = Field(default="", index=True)
    kind: Worry = Field(sa_type=String)
    about: str
    said: str
    micros: int = Field(default=0, sa_type=BigInteger)
    since: datetime = Field(sa_type=Moment)
    seen: datetime | None = Field(default=None, sa_type=Moment)  # when a founder said that they know
    cleared: datetime | None = Field(default=None, sa_type=Moment)
    open: str | None = Field(default=None, unique=True)


def raise_all(session: Session, concerns: Iterable[Concern], *, at: datetime) -> list[Alarm]:
    """Have exactly these stand: new ones are raised, those that hold no more are cleared. Gives the new ones.

    What comes and goes around its limit stands again as it was, and is not new before it was away for a day.
    """
    held = {f"{one.kind}:{one.about}": one for one in concerns}
    standing = {row.open: row for row in session.exec(select(Alarm).where(col(Alarm.open).is_not(None)))}
    for key, row in standing.items():
        if key not in held:
            row.cleared, row.open = at, None
        else:
            row.said, row.micros = held[key].said, held[key].micros
        session.add(row)
    session.flush()
    came = {key: one for key, one in held.items() if key not in standing}
    fresh = [_raise(session, key, one, at) for key, one in came.items() if not _again(session, key, one, at)]
    return [row for row in fresh if row]


def standing(session: Session) -> list[Alarm]:
    """The alarms that hold, those nobody has seen first, the newest of each in front."""
    rows = session.exec(select(Alarm).where(col(Alarm.open).is_not(None)).order_by(col(Alarm.since).desc()))
    return sorted(rows, key=lambda row: row.seen is not None)


def cleared(session: Session, since: datetime) -> list[Alarm]:
    """The alarms that cleared since a moment, the newest first."""
    query = select(Alarm).where(col(Alarm.cleared) >= since).order_by(col(Alarm.cleared).desc())
    return list(session.exec(query))


def see(session: Session, alarm: str, *, at: datetime) -> Alarm:
    """Note that a founder knows of an alarm; NotFound for one that does not stand."""
    seen = update(Alarm).where(col(Alarm.id) == alarm, col(Alarm.open).is_not(None)).values(seen=at)
    if not session.exec(seen.execution_options(synchronize_session=False)).rowcount:
        raise NotFound("no alarm that stands has this number")
    return session.get_one(Alarm, alarm, populate_existing=True)


def _again(session: Session, key: str, one: Concern, at: datetime) -> bool:
    """Let an alarm that was away for a while stand again; gives whether there was one."""
    if one.kind not in _WAVERING:
        return False
    same = select(Alarm.id).where(Alarm.kind == one.kind, Alarm.about == one.about, col(Alarm.cleared) > at - _DAY)
    if (found := session.exec(same.order_by(col(Alarm.cleared).desc())).first()) is None:
        return False
    stands = update(Alarm).where(col(Alarm.id) == found, col(Alarm.open).is_(None))
    values = stands.values(open=key, cleared=None, said=one.said, micros=one.micros)
    session.exec(values.execution_options(synchronize_session=False))
    return True


def _raise(session: Session, key: str, one: Concern, at: datetime) -> Alarm | None:
    values = {"id": fresh_id(), "since": at, "open": key, **one.model_dump()}
    made = insert(session, Alarm).values(values).on_conflict_do_nothing(index_elements=["open"])
    found = session.exec(made.returning(col(Alarm.id))).first()
    return session.get_one(Alarm, found[0]) if found else None
