"""A ledger on both engines: SQLite always, PostgreSQL where its server is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from studio.db import Database
from studio.people.account import owner
from tests.mould import moulded

_SERVER = ("-c", "fsync=off", "-c", "max_connections=60", "-c", "unix_socket_directories=", "-h", "127.0.0.1")


def _program(name: str) -> str | None:
    """A program of PostgreSQL, also where Debian keeps it off the path."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *map(str, places)]))


def _unprivileged() -> str | None:
    """Whom the server runs as: it refuses root."""
    if os.geteuid():
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of an empty PostgreSQL server of our own."""
    initdb, server = _program("initdb"), _program("postgres")
    if not (initdb and server):
        pytest.skip("PostgreSQL is not tested: there is no initdb and postgres here")
    user = _unprivileged()
    with tempfile.TemporaryDirectory(prefix="ledger-") as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        if user:
            shutil.chown(folder, user)
        data = f"{folder}/data"
        made = [initdb, "-D", data, "-U", "studio", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]
        subprocess.run(made, user=user, check=True, capture_output=True, cwd=folder)
        child = subprocess.Popen([server, "-D", data, "-p", str(port), *_SERVER], user=user, cwd=folder,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        try:
            _wait(port)
            yield f"postgresql+psycopg://studio@127.0.0.1:{port}/"
        finally:
            child.send_signal(signal.SIGINT)  # at once, whoever is still connected
            child.wait(30)


def _wait(port: int) -> None:
    """Until the server answers."""
    for _ in range(300):
        try:
            engine = create_engine(f"postgresql+psycopg://studio@127.0.0.1:{port}/postgres")
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except Exception:  # noqa: BLE001  whatever the driver says, the server is not there yet
            subprocess.run(["sleep", "0.1"], check=True)
        else:
            return
        finally:
            engine.dispose()
    raise TimeoutError("PostgreSQL did not start")


@pytest.fixture(scope="session")
def mould(postgres: str) -> str:
    """The name of a migrated database on the server, from which others are made."""
    _create(postgres, "CREATE DATABASE mould")
    made = Database(f"{postgres}mould")
    made.migrate()
    made.close()
    return "mould"


def _create(server: str, statement: str) -> None:
    engine = create_engine(f"{server}postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, home: Path) -> Iterator[Database]:
    """A migrated database with the owner in it, on either engine."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{moulded(home)}")
    else:
        server, name = request.getfixturevalue("postgres"), f"t{os.urandom(4).hex()}"
        _create(server, f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('mould')} STRATEGY file_copy")
        made = Database(f"{server}{name}")
    with made.write() as session:
        owner(session)
    yield made
    made.close()
