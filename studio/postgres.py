"""PostgreSQL as the studio uses it: its connections, who may write beside whom, who migrates. SQLite needs none of it.

Whoever writes for the whole house writes alone, as on SQLite. Whoever says of whom they write keeps out only those who
write of the same, and those who write for the whole house. One statement that is right by itself waits for nobody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, text
from sqlalchemy.engine import Connection

from studio.errors import BadRequest

WRITES, OF = "studio_write", "studio_of"  # execution options of a connection: FULL or NORMAL, and of whom
_KINDS = frozenset({"postgres", "postgresql"})  # what people write; the driver is ours to say
_ZERO = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # as JSON writes it
_MIGRATING = 7270
_WRITING = 7272  # locks of the house, and with a name's hash beside it of one name
# A line that was cut is noticed within a minute, also while the server is silent.
_LINE: dict[str, str | int] = {
    "application_name": "trashfire",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 40_000,
}
_PATIENCE = "SET lock_timeout = '30s'; SET statement_timeout = '120s'; SET timezone = 'UTC'"
_UNHURRIED = "SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0"
# Who stands still within a write, stopped or cut off, gives way to those who wait.
_BEGIN = (
    "SELECT set_config('synchronous_commit', {commit}, true),"
    " set_config('idle_in_transaction_session_timeout', '60s', true)"
)
_COMMIT = {"FULL": "current_setting('synchronous_commit')", "NORMAL": "'off'"}
_ALONE = f", pg_advisory_xact_lock({_WRITING})"
_BESIDE = f", pg_advisory_xact_lock_shared({_WRITING}), pg_advisory_xact_lock({_WRITING}, hashtext(%s))"


def url_of(url: URL) -> URL:
    """An address with the driver the studio has, however it was written."""
    return url.set(drivername="postgresql+psycopg") if url.drivername in _KINDS else url


def open_engine(url: URL) -> Engine:
    """An engine at an address; its connections come back from a pool when they were found to be alive."""
    line = {name: value for name, value in _LINE.items() if name not in url.query}
    engine = create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=15, connect_args=line,
                           json_serializer=_dumped)  # fmt: skip
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Keep others from migrating meanwhile, and wait for one that does, however long it takes."""
    with engine.begin() as connection:
        unhurried(connection)
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATING})
        yield


def unhurried(connection: Connection) -> None:
    """Let the statements of a transaction take as long as they need."""
    connection.exec_driver_sql(_UNHURRIED)


def _prepare(connection: Any, _record: object) -> None:
    from psycopg.adapt import Loader

    class Whole(Loader):
        """A sum of whole numbers is one: the server adds them up as decimals."""

        def load(self, data: Any) -> Any:
            return int(bytes(data))

    connection.adapters.register_loader("numeric", Whole)
    connection.execute(_PATIENCE)
    connection.commit()  # or the pool's rollback takes it back


def _dumped(value: object) -> str:
    """JSON that can be read back in part: the server writes a zero byte down and stumbles over it ever after."""
    said = json.dumps(value)
    if _ZERO.search(said):
        raise BadRequest("a text with a zero byte in it cannot be kept")
    return said


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not (write := options.get(WRITES)):
        return
    begin, name = _BEGIN.format(commit=_COMMIT[write]), options.get(OF, "")
    if name:
        connection.exec_driver_sql(begin + _BESIDE, (name,))
    else:
        connection.exec_driver_sql(begin if name is None else begin + _ALONE)
