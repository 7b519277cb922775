"""The database: aware times, writers that wait their turn, readers that see one moment, migrations that may race."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import StatementError
from sqlmodel import SQLModel, select

import studio.production.rental
import studio.production.run
import studio.story.message
import studio.takes.take  # noqa: F401  their tables
from studio.db import HEAD, Database, now
from studio.errors import BadRequest, StorageError
from studio.people.account import OWNER, Account, owner

ROOT = Path(__file__).parents[1]


def test_sqlite_runs_in_wal_mode_with_foreign_keys(sqlite: Database) -> None:
    with sqlite.read() as session:
        pragmas = {name: session.exec(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "foreign_keys")}
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1}


def test_every_sqlite_tells_milliseconds_as_dbos_asks_them_under_newer_pythons() -> None:
    engine = create_engine("sqlite://")  # not ours: DBOS makes its own
    began = time.time()
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE job (id INTEGER, at INTEGER NOT NULL DEFAULT (unixepoch('subsec') * 1000))")
        )
        connection.execute(text("INSERT INTO job (id) VALUES (1)"))
        at = connection.execute(text("SELECT at FROM job")).scalar_one()
    engine.dispose()
    assert began - 0.01 <= at / 1000 <= time.time() + 0.01


@pytest.mark.parametrize("durable", [True, False])
def test_only_a_durable_write_waits_for_the_disk(db: Database, durable: bool) -> None:
    asked, waits = ("PRAGMA synchronous", (1, 2)) if db.local else ("SHOW synchronous_commit", ("off", "on"))
    for before in (True, False):
        with db.write(durable=before):
            pass
        with db.write(durable=durable) as session:
            assert session.exec(text(asked)).scalar() == waits[durable]


def test_times_come_back_aware_and_in_utc(db: Database) -> None:
    east = datetime(2026, 11, 20, 12, tzinfo=timezone(timedelta(hours=5)))
    with db.write() as session:
        session.add(Account(id="a", name="A", created=east))
    with db.read() as session:
        found = session.get_one(Account, "a").created
    assert found == east
    assert found.utcoffset() == timedelta(0)


def test_a_naive_time_is_refused(db: Database) -> None:
    with db.write() as session:
        session.add(Account(id="a", name="A", created=datetime(2026, 1, 1)))
        with pytest.raises(StatementError, match="zone"):
            session.flush()
        session.rollback()


def test_a_writer_that_fails_leaves_nothing(db: Database) -> None:
    def half() -> None:
        with db.write() as session:
            session.add(Account(id="half", name="Half"))
            session.flush()
            raise KeyError("half way")

    with pytest.raises(KeyError):
        half()
    with db.read() as session:
        assert session.get(Account, "half") is None


def test_writers_wait_for_each_other(db: Database) -> None:
    """Twenty read-then-write transactions at once lose no update, because each holds the lock from its start."""

    def add() -> None:
        with db.write() as session:
            row = session.get_one(Account, OWNER)
            row.name = str(int(row.name) + 1) if row.name.isdigit() else "1"
            session.add(row)

    threads = [threading.Thread(target=add) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.read() as session:
        assert session.get_one(Account, OWNER).name == "20"


def test_a_reader_sees_one_moment_while_others_write(db: Database) -> None:
    with db.read() as reading:
        before = len(reading.exec(select(Account)).all())
        with db.write() as session:
            session.add(Account(id="new", name="New"))
        assert len(reading.exec(select(Account)).all()) == before
    with db.read() as reading:
        assert len(reading.exec(select(Account)).all()) == before + 1


def differences(db: Database) -> list[Any]:
    """What a migration would still have to change: tables, columns, types, indexes, constraints."""
    tables = SQLModel.metadata.tables

    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name in tables

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": ours, "compare_type": True})
        return list(compare_metadata(context, SQLModel.metadata))


def test_migrations_give_exactly_what_the_code_declares(db: Database) -> None:
    assert differences(db) == []


def test_a_missing_index_would_be_noticed(db: Database) -> None:
    with db.write() as session:
        session.exec(text("DROP INDEX run_one_active"))
    assert ("add_index", "run_one_active") in [
        (change, getattr(what, "name", "")) for change, what, *_ in differences(db)
    ]


def test_the_database_of_a_newer_studio_is_said_and_left_alone(db: Database) -> None:
    with db.write() as session:
        session.exec(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="newer studio"):
        db.migrate()
    with db.read() as session:
        assert session.exec(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


def test_migrating_twice_changes_nothing(db: Database) -> None:
    db.migrate()
    with db.read() as session:
        assert session.exec(text("SELECT version_num FROM alembic_version")).scalar() == HEAD


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_that_start_at_once_migrate_once(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    bare = f"sqlite:///{tmp_path / 'race.db'}" if kind == "sqlite" else request.getfixturevalue("postgres").bare()
    code = f"from studio.db import Database; Database({bare!r}).migrate()"
    children = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    answers = [(child.communicate()[1], child.returncode) for child in children]
    assert [code for _, code in answers] == [0, 0, 0], answers


def test_the_owner_is_one(db: Database) -> None:
    with db.write() as session:
        assert owner(session).id == owner(session).id == OWNER
    assert now().tzinfo is not None


@pytest.mark.parametrize("url", ["secret", "mysql://me:secret@host/studio", "postgresql://me:secret@host", "://secret"])
def test_what_is_no_address_of_a_database_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(BadRequest, match="STUDIO_DATABASE_URL") as refused:
        Database(url)
    assert "secret" not in str(refused.value)
