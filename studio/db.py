"""The database: one engine, read and write sessions, migrations at start.

SQLite runs in WAL mode: reads begin plainly and see a snapshot, writes begin IMMEDIATE, so a writer waits its turn
instead of failing half way.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session

from studio import clock
from studio.errors import StorageError

clock.listen()
_SYNCHRONOUS = "synchronous"
HEAD = "0009"  # the newest migration; a test holds it against studio/migrations/versions
_MIGRATIONS = Path(__file__).parent / "migrations"


class Moment(TypeDecorator[datetime]):
    """An aware UTC time on every engine; SQLite alone would hand it back without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC)


class Database:
    """An engine at a URL such as sqlite:////path/studio.db or postgresql+psycopg://...; migrate() before use."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _pragmas)
            event.listen(self.engine, "begin", _begin)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one snapshot and is rolled back at the end; StorageError if it cannot be had."""
        with _told(), Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Session]:
        """A session that holds the write lock from its first statement and commits at the end.

        A `durable` one, and all before it, also outlives a power cut, for a millisecond or two more.
        Raises StorageError when the disk is full or another process keeps the lock; nothing was written then.
        """
        engine = self.engine.execution_options(studio_write="FULL" if durable else "NORMAL")
        with _told(), Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def migrate(self) -> None:
        """Bring the schema to HEAD; safe when several processes start at once.

        Raises StorageError if it cannot be done, also for the database of a newer studio.
        """
        with _told():
            if self._revision() == HEAD:
                return
            with self._alone():
                revision = self._revision()
                if revision != HEAD:
                    _upgrade(self.engine, revision)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def _revision(self) -> str | None:
        with self.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        file = self.engine.url.database
        if self.engine.dialect.name != "sqlite" or not file or file == ":memory:":
            with self.engine.begin() as connection:
                connection.execute(text("SELECT pg_advisory_xact_lock(7270)"))
                yield
            return
        with Path(f"{file}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the database driver says of a full disk, a kept lock or a damaged file into a StorageError."""
    try:
        yield
    except IntegrityError:
        raise
    except DatabaseError as error:
        raise StorageError(f"the database answers: {error.orig}", cause=error) from error


def _pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the begin event below says how a transaction starts
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("studio_write")
    if write and write != connection.info.get(_SYNCHRONOUS):
        connection.exec_driver_sql(f"PRAGMA synchronous={write}")
        connection.info[_SYNCHRONOUS] = write  # it stays so for this connection to the file
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _upgrade(engine: Engine, revision: str | None) -> None:
    # alembic costs 0.2 s to import and is needed once per schema
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    ours = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in ours:
        raise StorageError(f"the database {engine.url.database} was made by a newer studio; update this one")
    with engine.execution_options(studio_write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)
