"""The queues of the durable workflows at the vendors, whose turn it is on them, and how much waits on every queue."""

from __future__ import annotations

from collections import Counter

from dbos import DBOS, SetEnqueueOptions
from sqlalchemy import inspect, text

from studio.db import Database
from studio.production.names import queue_at
from studio.story.noun import Noun

_OPEN = "SELECT queue_name, status, count(*) FROM {table} WHERE status IN {states} GROUP BY 1, 2"
_STATES = ("DELAYED", "ENQUEUED", "PENDING")
_MINUTE = 60.0  # seconds


class Depth(Noun):
    """One queue: what waits and what is under way."""

    queue: str
    waiting: int = 0
    working: int = 0


def open_vendors_queue(vendor: str, room: int, often: float, rate: int | None = None) -> None:
    """Make a vendor's queue known: `room` takes are under way at once, and a worker looks every so many seconds.

    At most `rate` of them are begun in a minute, in all workers together; None for as many as there is room for.

    It is parted by account, and whichever account's turn it is next is drawn anew each time: an account alone may have
    all the room, and one with a hundred takes waiting does not keep the first of another waiting behind them.
    """
    DBOS.register_queue(
        queue_at(vendor),
        concurrency=room,
        partition_concurrency=room,
        polling_interval_sec=often,
        limiter={"limit": rate, "period": _MINUTE} if rate else None,
    )


def is_open(queue: str) -> bool:
    """Whether some worker made a queue known, now or in earlier times."""
    return DBOS.retrieve_queue(queue) is not None


def turn_at(vendor: str, account: str, priority: int, after: float = 0.0) -> SetEnqueueOptions:
    """Where a take of an account goes on the queue of a vendor, or of no vendor: within its account by priority.

    `after` so many seconds it comes up; until then it takes up no room.
    """
    partition = account if vendor else None
    return SetEnqueueOptions(priority=priority, queue_partition_key=partition, delay_seconds=after or None)


def depths(db: Database) -> tuple[Depth, ...]:
    """Every queue with something on it, by name; none before the first worker was started. StorageError as of reads."""
    schema = None if db.engine.dialect.name == "sqlite" else "dbos"
    table = f"{schema}.workflow_status" if schema else "workflow_status"
    with db.read() as session:
        if not inspect(session.connection()).has_table("workflow_status", schema=schema):
            return ()
        rows = session.connection().execute(text(_OPEN.format(table=table, states=_STATES))).all()
    found: dict[str, Counter[str]] = {}
    for queue, status, count in rows:
        found.setdefault(queue or "", Counter())[status] += count
    return tuple(
        Depth(queue=name, waiting=one["ENQUEUED"] + one["DELAYED"], working=one["PENDING"])
        for name, one in sorted(found.items())
        if name
    )
