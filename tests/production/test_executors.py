"""Workers are alive while their process runs and they say so; the dead have exactly one heir."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from studio.db import Database, now
from studio.production.executors import EXPIRES, STARVED, alive, beat, enlist, reap, retire
from studio.production.run import Executor


@pytest.fixture
def ended_pid() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def add(
    db: Database, ident: str, *, pid: int, host: str = "", silent: timedelta = timedelta(0), heir: str = ""
) -> None:
    with db.write() as session:
        mine = session.get_one(Executor, enlist(session, "1"))
        session.delete(mine)
        row = Executor(id=ident, host=host or mine.host, pid=pid, version="1", seen=now() - silent, heir=heir)
        session.add(row)


def living(db: Database) -> set[str]:
    with db.read() as session:
        return alive(session)


def test_every_start_has_an_id_of_its_own(db: Database) -> None:
    with db.write() as session:
        assert enlist(session, "1") != enlist(session, "1")


def test_a_worker_is_alive_while_its_process_runs_here(db: Database, ended_pid: int) -> None:
    add(db, "me", pid=os.getpid(), silent=EXPIRES * 2)
    add(db, "dead", pid=ended_pid)
    assert living(db) == {"me"}


def test_a_process_that_hangs_is_dead_after_a_while(db: Database) -> None:
    add(db, "hangs", pid=os.getpid(), silent=STARVED * 2)
    assert living(db) == set()


def test_a_worker_elsewhere_must_be_heard_of(db: Database) -> None:
    add(db, "there", pid=1, host="elsewhere")
    add(db, "silent", pid=1, host="elsewhere", silent=EXPIRES * 2)
    assert living(db) == {"there"}
    with db.write() as session:
        beat(session, "silent")
    assert living(db) == {"there", "silent"}


def test_the_dead_are_inherited_once(db: Database, ended_pid: int) -> None:
    add(db, "me", pid=os.getpid())
    add(db, "dead", pid=ended_pid)
    taken: list[str] = []
    assert reap(db, "me", taken.append) == ["dead"]
    assert reap(db, "me", taken.append) == []
    assert taken == ["dead"]


def test_a_living_heir_is_left_to_it_and_a_dead_one_replaced(db: Database, ended_pid: int) -> None:
    add(db, "me", pid=os.getpid())
    add(db, "peer", pid=os.getpid())
    add(db, "first", pid=ended_pid, heir="peer")
    add(db, "second", pid=ended_pid, heir="first")
    assert reap(db, "me", lambda _: None) == ["second"]


def test_one_that_stopped_on_its_own_is_inherited_too(db: Database) -> None:
    add(db, "me", pid=os.getpid())
    add(db, "stopped", pid=os.getpid())
    with db.write() as session:
        retire(session, "stopped")
    assert living(db) == {"me"}
    assert reap(db, "me", lambda _: None) == ["stopped"]


def test_one_that_was_given_up_learns_it_at_its_next_beat(db: Database) -> None:
    add(db, "me", pid=os.getpid())
    add(db, "slept", pid=os.getpid(), silent=STARVED * 2)
    reap(db, "me", lambda _: None)
    with db.write() as session:
        assert not beat(session, "slept")
        assert beat(session, "me")
    assert living(db) == {"me"}


def test_who_is_heard_of_while_an_heir_is_chosen_is_not_inherited(db: Database) -> None:
    add(db, "me", pid=os.getpid())
    add(db, "slow", pid=1, host="elsewhere", silent=EXPIRES * 2)
    add(db, "silent", pid=1, host="elsewhere", silent=EXPIRES * 2)

    def hear_of_the_other(gone: str) -> None:
        with db.write() as session:
            assert beat(session, "silent" if gone == "slow" else "slow")

    assert len(reap(db, "me", hear_of_the_other)) == 1
