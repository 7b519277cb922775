"""Executors: worker processes that say they are alive, and the reaper that takes over what the dead left.

Every start has a fresh id. Two live processes never share one, so no step runs twice at once. Who is alive is told by
the clock of the database's server where there is one: machines may disagree about the time.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import psutil
import sqlalchemy
from sqlalchemy import Row, bindparam
from sqlmodel import Session, SQLModel, col, update

from studio.db import Database, Moment, now
from studio.production.run import Executor

EXPIRES = timedelta(seconds=6)  # a worker elsewhere not heard of for so long is dead; it beats every BEAT
STARVED = timedelta(seconds=60)  # here its process can be seen, and a busy machine may keep it from beating
BEAT = 1.0  # seconds

# What every heartbeat asks, put together once, and without rows of the mapper: it goes on all day.
_row = SQLModel.metadata.tables["executor"]
_read = [_row.c[name] for name in ("id", "host", "pid", "seen", "gone", "heir")]
_rows = sqlalchemy.select(*_read).where(_row.c.settled.is_(False))
_mine = sqlalchemy.update(_row).where(_row.c.id == bindparam("me"), _row.c.gone.is_(False))
_theirs = sqlalchemy.func.clock_timestamp(type_=Moment())
_ours = bindparam("at", type_=Moment())
# By whether the database is a file of this machine.
_unsettled = {local: _rows.add_columns((_ours if local else _theirs).label("at")) for local in (True, False)}
_heard = {local: _mine.values(seen=_ours if local else _theirs) for local in (True, False)}


def enlist(session: Session, version: str) -> str:
    """Write this process down as a worker; gives its fresh executor id."""
    ident = f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"
    session.add(Executor(id=ident, host=socket.gethostname(), pid=os.getpid(), version=version))
    session.flush()
    beat(session, ident)
    return ident


def beat(session: Session, executor: str) -> bool:
    """Say that a worker is alive; False when others have given it up and taken over its work."""
    told = session.connection().execute(_heard[_local(session)], {"me": executor} | _at(session))
    return bool(told.rowcount)


def retire(session: Session, executor: str) -> None:
    """Say that a worker has stopped on its own."""
    session.exec(update(Executor).where(col(Executor.id) == executor).values(gone=True))


def alive(session: Session) -> set[str]:
    """Ids of workers heard of lately whose process, if it is on this machine, still runs."""
    return {row.id for row in _looked(session) if not _dead(row)}


def reap(db: Database, me: str, take_over: Callable[[str], None]) -> list[str]:
    """Become the heir of every dead worker that has none alive, and have `take_over` bring back its work.

    Among peers exactly one becomes the heir; one that dies while taking over is itself followed by another.
    """
    with db.read() as session:
        rows = _looked(session)
    living = {row.id for row in rows if not _dead(row)}
    inherited = []
    for row in rows:
        if row.id in living or row.heir in living - {me} or not _inherit(db, row, me):
            continue
        take_over(row.id)
        with db.write(of=None) as session:
            session.exec(update(Executor).where(col(Executor.id) == row.id).values(settled=True))
        inherited.append(row.id)
    return inherited


def _looked(session: Session) -> Sequence[Row[Any]]:
    """Every worker whose work nobody took over, and the time."""
    return session.connection().execute(_unsettled[_local(session)], _at(session)).all()


def _local(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _at(session: Session) -> dict[str, datetime]:
    return {"at": now()} if _local(session) else {}


def _inherit(db: Database, row: Row[Any], me: str) -> bool:
    with db.write(of=None) as session:
        changed = session.exec(
            update(Executor)
            .where(col(Executor.id) == row.id, col(Executor.heir) == row.heir, col(Executor.settled).is_(False))
            .where(col(Executor.seen) == row.seen)  # or it was heard of meanwhile
            .values(heir=me, gone=True)
        )
        return bool(changed.rowcount == 1)


def _dead(row: Row[Any]) -> bool:
    here = row.host == socket.gethostname()
    silent = row.at - row.seen
    return row.gone or silent > (STARVED if here else EXPIRES) or (here and not _runs(row.pid))


def _runs(pid: int) -> bool:
    if pid == os.getpid():
        return True
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE  # ended, and nobody has asked how yet
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
