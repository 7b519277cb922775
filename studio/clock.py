"""Milliseconds for an old SQLite: what DBOS asks it for under Python 3.12 and newer, and it tells from 3.42 on only."""

from __future__ import annotations

import sqlite3
import time

from sqlalchemy import Pool, event


def tell_time(connection: object, _record: object) -> None:
    """Teach a connection to SQLite `unixepoch('subsec')`: the time in seconds with its fraction."""
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("unixepoch", 1, _unixepoch)


def _unixepoch(asked: str) -> float | None:
    """The time now; nothing for any other time, of which the studio asks none."""
    return {"subsec": time.time(), "now": float(int(time.time()))}.get(asked)


def listen() -> None:
    """Teach every connection of this process, those of DBOS among them, where SQLite is too old to know it."""
    if sqlite3.sqlite_version_info < (3, 42):
        event.listen(Pool, "connect", tell_time)
