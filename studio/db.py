"""The database: one engine, read and write sessions, migrations at start; on SQLite or PostgreSQL alike.

A read sees one snapshot. A write waits its turn before its first statement instead of failing half way: SQLite runs in
WAL mode and begins writes IMMEDIATE, what PostgreSQL does is in studio.postgres.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, DateTime, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, StatementError, TimeoutError
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

from studio import clock, postgres
from studio.errors import BadRequest, StorageError, StudioError
from studio.postgres import OF, WRITES

clock.listen()
SQLModel.model_config["defer_build"] = True  # what would check rows, which nobody asks of a table, need not be built
_SYNCHRONOUS = "synchronous"
_KEPT = 60_000  # ms another may keep a file: where forty processes share two cores, thirty seconds were too few
_SETTING = "STUDIO_DATABASE_URL"
HEAD = "0020"  # the newest migration; a test holds it against studio/migrations/versions
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
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC)


class Database:
    """An engine at a URL such as sqlite:////path/studio.db or postgresql://...; migrate() before use.

    BadRequest where that is no address of either; a password in it is not repeated.
    """

    def __init__(self, url: str) -> None:
        place = _place(url)
        self.url = place.render_as_string(hide_password=False)
        self.local = place.get_backend_name() == "sqlite"  # a file of this machine, and no server that may hang up
        self.engine: Engine = _open_file(place) if self.local else postgres.open_engine(place)
        moment = {} if self.local else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reading = self.engine.execution_options(**moment)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one snapshot and is rolled back at the end; StorageError if it cannot be had."""
        with told(), Session(self._reading) as session:
            yield session

    @contextmanager
    def write(self, *, durable: bool = False, of: str | None = "") -> Iterator[Session]:
        """A session that holds the write lock from its first statement and commits at the end.

        `of` names the account whose rows alone it writes: on PostgreSQL others write theirs meanwhile. None says that
        it is one statement, which is right whoever writes beside it.
        A `durable` one, and all before it, also outlives a power cut, for a millisecond or two more.
        Raises StorageError when the disk is full or another process keeps the lock, BadRequest for what cannot be
        stored; nothing was written then.
        """
        engine = self.engine.execution_options(**{WRITES: "FULL" if durable else "NORMAL", OF: of})
        with told(), Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def migrate(self) -> None:
        """Bring the schema to HEAD; safe when several processes start at once.

        Raises StorageError if it cannot be done, also for the database of a newer studio.
        """
        with told():
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
        if not self.local:
            with postgres.alone(self.engine):
                yield
            return
        with Path(f"{self.engine.url.database}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def told() -> Iterator[None]:
    """Turn what the driver says of a full disk, a kept lock, a damaged file or a lost server into a StorageError.

    What no column of the database can hold is a BadRequest.
    """
    try:
        yield
    except IntegrityError:
        raise
    except DataError as error:
        raise BadRequest(f"the database cannot hold it: {_line(error.orig)}", cause=error) from error
    except DBAPIError as error:
        raise StorageError(f"the database answers: {_line(error.orig)}", cause=error) from error
    except StatementError as error:
        raise (error.orig if isinstance(error.orig, StudioError) else error) from error
    except TimeoutError as error:
        raise StorageError("all connections to the database are busy", cause=error) from error


def _place(url: str) -> URL:
    try:
        place = postgres.url_of(make_url(url))
    except ArgumentError:
        place = None
    if place is None or place.get_backend_name() not in ("sqlite", "postgresql") or not place.database:
        raise BadRequest("it is no address such as postgresql://name:password@host:5432/database", field=_SETTING)
    return place


def _line(said: object) -> str:
    return str(said).strip().partition("\n")[0]


def _open_file(url: URL) -> Engine:
    engine = create_engine(url)
    event.listen(engine, "connect", _pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the begin event below says how a transaction starts
    for pragma in (f"busy_timeout={_KEPT}", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get(WRITES)
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
    with engine.execution_options(**{WRITES: "FULL"}).begin() as connection:
        if engine.dialect.name != "sqlite":
            postgres.unhurried(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)
