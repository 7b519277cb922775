"""PostgreSQL: who waits for whom, what a lost line is told as, and what of it differs from SQLite."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import Session, func, select

from studio.db import Database
from studio.errors import BadRequest, StorageError
from studio.money.hold import Pot
from studio.people.account import Account
from studio.story.episode import Episode, Series
from tests.postgres import Server
from tests.until import HANGS, until

ROOT = Path(__file__).parents[1]
_MOMENT = 0.3  # seconds: who waits has not come by then


def write(db: Database, ident: str, of: str | None = "") -> None:
    with db.write(of=of) as session:
        session.add(Account(id=ident, name=ident))


def waits(work: Future[None]) -> bool:
    try:
        work.result(_MOMENT)
    except StillWaiting:
        return True
    return False


@pytest.mark.parametrize(
    ("first", "second", "stopped"),
    [("", "", True), ("", "a", True), ("a", "", True), ("a", "a", True), ("a", "b", False), ("", None, False)],
)
def test_who_writes_of_somebody_waits_only_for_the_same_and_for_who_writes_of_all(
    postgresql: Database, first: str, second: str | None, stopped: bool
) -> None:
    with ThreadPoolExecutor(1) as thread:
        with postgresql.write(of=first) as session:
            session.add(Account(id="1", name="1"))
            session.flush()
            other = thread.submit(write, postgresql, "2", second)
            if stopped:
                assert waits(other)
            else:
                other.result(HANGS)
        other.result(HANGS)
    with postgresql.read() as session:
        assert session.exec(select(func.count()).select_from(Account).where(Account.id.in_(["1", "2"]))).one() == 2  # type: ignore[attr-defined]


def test_who_waited_sees_what_was_written_meanwhile(postgresql: Database) -> None:
    def rename() -> None:
        with postgresql.write() as session:
            session.get_one(Account, "1").name += " and seen"

    with ThreadPoolExecutor(1) as thread:
        with postgresql.write() as session:
            session.add(Account(id="1", name="written"))
            session.flush()
            other = thread.submit(rename)
            assert waits(other)
        other.result(HANGS)
    with postgresql.read() as session:
        assert session.get_one(Account, "1").name == "written and seen"


def test_nothing_is_written_in_a_read_session(postgresql: Database) -> None:
    def scribble() -> None:
        with postgresql.read() as session:
            session.add(Account(id="1", name="1"))
            session.flush()

    with pytest.raises(StorageError, match="read-only"):
        scribble()


def test_a_line_that_is_lost_is_told_and_the_next_one_holds(postgresql: Database) -> None:
    def cut_off() -> None:
        with postgresql.write() as session:
            session.add(Account(id="lost", name="lost"))
            session.flush()
            session.exec(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(StorageError, match="terminating connection"):
        cut_off()
    write(postgresql, "found")
    with postgresql.read() as session:
        assert (session.get(Account, "lost"), session.get_one(Account, "found").name) == (None, "found")


def test_a_statement_that_takes_too_long_is_told(postgresql: Database) -> None:
    def dawdle() -> None:
        with postgresql.write() as session:
            session.exec(text("SET LOCAL statement_timeout = 20"))
            session.exec(text("SELECT pg_sleep(20)"))

    with pytest.raises(StorageError, match="statement timeout"):
        dawdle()


def test_a_server_that_is_not_there_is_told(postgres: Server) -> None:
    gone = Database(postgres.url("nobody_made_this"))
    with pytest.raises(StorageError, match="does not exist"), gone.read() as session:
        session.exec(select(Account)).all()
    gone.close()


@pytest.mark.parametrize("row", [{"title": "a\0b"}, {"crew": {"writer": "a\0b"}}, {"seed": 2**40}])
def test_what_cannot_be_stored_is_a_bad_request(postgresql: Database, row: dict[str, Any]) -> None:
    with postgresql.write() as session:
        session.add(Series(id="s", account="owner", title="S"))
    with pytest.raises(BadRequest), postgresql.write() as session:
        session.add(Episode(account="owner", series="s", **{"source": "a", "title": "A"} | row))


def test_sums_are_whole_numbers(postgresql: Database) -> None:
    with postgresql.write() as session:
        session.add_all(Pot(account=str(n), micros=2**62) for n in range(3))
    with postgresql.read() as session:
        total = session.exec(select(func.sum(Pot.micros))).one()
    assert (type(total), total) == (int, 3 * 2**62)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_an_address_is_taken_however_it_is_written(postgresql: Database, scheme: str) -> None:
    written = Database(postgresql.url.replace("postgresql+psycopg", scheme))
    with written.read() as session:
        assert session.get_one(Account, "owner").id == "owner"
    written.close()


def test_the_server_ends_with_the_tests_that_are_killed() -> None:
    code = (
        "from tests.postgres import serving\n"
        "with serving() as server:\n"
        "    print(server.port, flush=True)\n"
        "    input()\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout
    port = int(child.stdout.readline())
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    with pytest.raises(psycopg.OperationalError):
        _linger(f"postgresql://studio@127.0.0.1:{port}/postgres")


def _linger(url: str) -> None:
    """Ask a server until it is gone, for ten seconds."""
    for _ in range(200):
        with psycopg.connect(url) as line:
            line.execute("SELECT pg_sleep(0.05)")


def lines(db: Database) -> set[int]:
    """The server's processes that hold the lines to this database, among them the one that is asked."""
    with Session(db.engine) as session:
        asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        return set(session.exec(text(asked)).scalars())  # type: ignore[call-overload]


def test_closing_gives_every_line_back(postgresql: Database) -> None:
    ours, other = lines(postgresql), Database(postgresql.url)
    write(other, "1")
    held = lines(postgresql) - ours
    assert held
    other.close()
    until(lambda: not held & lines(postgresql))  # the server lets a line go a moment after it was told
