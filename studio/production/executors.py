"""Executors: worker processes that say they are alive, and the reaper that takes over what the dead left.

Every start has a fresh id. Two live processes never share one, so no step runs twice at once.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import psutil
from sqlmodel import Session, col, select, update

from studio.db import Database, now
from studio.production.run import Executor

EXPIRES = timedelta(seconds=6)  # a worker elsewhere not heard of for so long is dead; it beats every BEAT
STARVED = timedelta(seconds=60)  # here its process can be seen, and a busy machine may keep it from beating
BEAT = 1.0  # seconds


def enlist(session: Session, version: str) -> str:
    """Write this process down as a worker; gives its fresh executor id."""
    ident = f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"
    session.add(Executor(id=ident, host=socket.gethostname(), pid=os.getpid(), version=version))
    return ident


def beat(session: Session, executor: str) -> bool:
    """Say that a worker is alive; False when others have given it up and taken over its work."""
    query = update(Executor).where(col(Executor.id) == executor, col(Executor.gone).is_(False))
    return bool(session.exec(query.values(seen=now())).rowcount)


def retire(session: Session, executor: str) -> None:
    """Say that a worker has stopped on its own."""
    session.exec(update(Executor).where(col(Executor.id) == executor).values(gone=True, seen=now()))


def alive(session: Session) -> set[str]:
    """Ids of workers heard of lately whose process, if it is on this machine, still runs."""
    rows = session.exec(select(Executor).where(col(Executor.settled).is_(False)))
    return {row.id for row in rows if not _dead(row)}


def reap(db: Database, me: str, take_over: Callable[[str], None]) -> list[str]:
    """Become the heir of every dead worker that has none alive, and have `take_over` bring back its work.

    Among peers exactly one becomes the heir; one that dies while taking over is itself followed by another.
    """
    with db.read() as session:
        living = alive(session)
        rows = session.exec(select(Executor).where(col(Executor.settled).is_(False))).all()
    inherited = []
    for row in rows:
        if row.id in living or row.heir in living - {me} or not _inherit(db, row, me):
            continue
        take_over(row.id)
        with db.write() as session:
            session.exec(update(Executor).where(col(Executor.id) == row.id).values(settled=True))
        inherited.append(row.id)
    return inherited


def _inherit(db: Database, row: Executor, me: str) -> bool:
    with db.write() as session:
        changed = session.exec(
            update(Executor)
            .where(col(Executor.id) == row.id, col(Executor.heir) == row.heir, col(Executor.settled).is_(False))
            .values(heir=me, gone=True)
        )
        return bool(changed.rowcount == 1)


def _dead(row: Executor) -> bool:
    here = row.host == socket.gethostname()
    silent = now() - row.seen
    return row.gone or silent > (STARVED if here else EXPIRES) or (here and not _runs(row.pid))


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE  # ended, and nobody has asked how yet
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
