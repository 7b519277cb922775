"""How much waits on each queue of the durable workflows, and how much of it is under way. It only looks."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import inspect, text

from studio.db import Database
from studio.story.noun import Noun

_OPEN = "SELECT queue_name, status, count(*) FROM {table} WHERE status IN ('ENQUEUED', 'PENDING') GROUP BY 1, 2"


class Depth(Noun):
    """One queue: what waits and what is under way."""

    queue: str
    waiting: int = 0
    working: int = 0


def depths(db: Database) -> tuple[Depth, ...]:
    """Every queue with something on it, by name; none before the first worker was started. StorageError as of reads."""
    schema = None if db.engine.dialect.name == "sqlite" else "dbos"
    table = f"{schema}.workflow_status" if schema else "workflow_status"
    with db.read() as session:
        if not inspect(session.connection()).has_table("workflow_status", schema=schema):
            return ()
        rows = session.connection().execute(text(_OPEN.format(table=table))).all()
    found: dict[str, Counter[str]] = {}
    for queue, status, count in rows:
        found.setdefault(queue or "", Counter())[status] += count
    return tuple(
        Depth(queue=name, waiting=one["ENQUEUED"], working=one["PENDING"])
        for name, one in sorted(found.items())
        if name
    )
