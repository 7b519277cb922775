"""The queues of the durable workflows at the vendors, whose turn it is on them, and how much waits on every queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from weakref import WeakSet

from dbos import DBOS, SetEnqueueOptions
from sqlalchemy import bindparam, inspect, text
from sqlmodel import Session, col, func, select

from studio.db import Database
from studio.money.orders import ever_paid
from studio.people.account import NEWCOMER, Account
from studio.production.names import AWAY, FREE_RUNS, RUNS, queue_at
from studio.production.run import ACTIVE, Run, RunState
from studio.story.noun import Noun

_OPEN = "SELECT queue_name, status, count(*) FROM {table} WHERE status IN {states} GROUP BY 1, 2"
_BROKEN = "SELECT run.id FROM run JOIN {table} ON workflow_uuid = run.id WHERE state IN {active} AND status IN {ended}"
_ENDED = "SELECT workflow_uuid FROM {table} WHERE workflow_uuid IN :idents AND status IN :ended"
_STATES = ("DELAYED", "ENQUEUED", "PENDING")
ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")  # the durable workflows' words
_MINUTE = 60.0  # seconds
_begun: WeakSet[Database] = WeakSet()  # those whose durable workflows have their tables by now


_away = select(func.count()).select_from(Run).where(Run.state == RunState.RUNNING, col(Run.stage).in_(AWAY))


class Depth(Noun):
    """One queue: what waits and what is under way."""

    queue: str
    waiting: int = 0  # those that come up later are among them
    working: int = 0
    later: int = 0


class Room(Noun):
    """How many takes of all workers are under way at a vendor at once, and how many of them begin in a minute."""

    all: int
    each: int  # of one account
    rate: int | None = None  # None for as many as there is room for
    each_rate: int | None = None  # of one account

    @classmethod
    def parted(cls, room: int, rate: int | None, share: float) -> Room:
        """The room and the rate of which one account may have this share, but at least one take."""
        part = rate and max(1, int(rate * share))
        return cls(all=room, each=max(1, int(room * share)), rate=rate, each_rate=part)


def open_vendors_queue(vendor: str, room: Room, often: float) -> None:
    """Make a vendor's queue known with the room there is; a worker looks every so many seconds.

    It is parted by account, and whichever account's turn it is next is drawn anew each time: one with a hundred takes
    waiting does not keep the first of another waiting behind them.
    """
    DBOS.register_queue(
        queue_at(vendor),
        concurrency=room.all,
        partition_concurrency=room.each,
        polling_interval_sec=often,
        limiter={"limit": room.rate, "period": _MINUTE} if room.rate else None,
        partition_limiter={"limit": room.each_rate, "period": _MINUTE} if room.each_rate else None,
    )


def close_vendors_queue(vendor: str) -> None:
    """Have no worker look at a vendor's queue any more until it is opened again."""
    DBOS.delete_queue(queue_at(vendor))


def is_open(queue: str) -> bool:
    """Whether some worker made a queue known, now or in earlier times."""
    return DBOS.retrieve_queue(queue) is not None


def turn_at(account: str, priority: int, after: float = 0.0) -> SetEnqueueOptions:
    """Where a take of an account goes on a queue: within its account by priority.

    `after` so many seconds it comes up; until then it takes up no room.
    """
    return SetEnqueueOptions(priority=priority, queue_partition_key=account, delay_seconds=after or None)


def depths(db: Database) -> tuple[Depth, ...]:
    """Every queue with something on it, by name; none before the first worker was started. StorageError as of reads."""
    with db.read() as session:
        if not (table := _table(db, session)):
            return ()
        rows = session.connection().execute(text(_OPEN.format(table=table, states=_STATES))).all()
    found: dict[str, Counter[str]] = {}
    for queue, status, count in rows:
        found.setdefault(queue or "", Counter())[status] += count
    return tuple(
        Depth(
            queue=name,
            waiting=one["ENQUEUED"] + one["DELAYED"],
            working=one["PENDING"],
            later=one["DELAYED"],
        )
        for name, one in sorted(found.items())
        if name
    )


def shared(session: Session) -> bool:
    """Whether more than one account works in this house."""
    return len(session.exec(select(Account.id).limit(2)).all()) > 1


def runs_of(session: Session, account: str) -> str:
    """The queue of an account's runs: those who never paid have one of their own, however many accounts they are."""
    tier = session.exec(select(Account.tier).where(Account.id == account)).one()
    return FREE_RUNS if tier == NEWCOMER and shared(session) and not ever_paid(session, account) else RUNS


def away(db: Database) -> int:
    """How many runs under way have nothing to do here until a vendor answers; StorageError as of reads."""
    with db.read() as session:
        return int(session.execute(_away).scalar_one())


def broken_off(db: Database) -> tuple[str, ...]:
    """The open runs whose workflow has ended without closing them; StorageError as of reads."""
    with db.read() as session:
        if not (table := _table(db, session)):
            return ()
        active = tuple(str(state) for state in ACTIVE)
        rows = session.connection().execute(text(_BROKEN.format(table=table, active=active, ended=ENDED)))
        return tuple(rows.scalars())


def ended_of(db: Database, workflows: Sequence[str]) -> tuple[str, ...]:
    """Those of some workflows that have ended, however; StorageError as of reads."""
    with db.read() as session:
        query = text(_ENDED.format(table=_table(db, session)))
        asked = query.bindparams(bindparam("idents", expanding=True), bindparam("ended", expanding=True))
        return tuple(session.connection().execute(asked, {"idents": workflows, "ended": ENDED}).scalars())


def _table(db: Database, session: Session) -> str:
    """The table of the durable workflows, which is not there before the first worker was started."""
    schema = None if db.local else "dbos"
    if db not in _begun and not inspect(session.connection()).has_table("workflow_status", schema=schema):
        return ""
    _begun.add(db)
    return f"{schema}.workflow_status" if schema else "workflow_status"
