"""A PostgreSQL server of the tests' own: it begins with them, and ends with them also when they are killed."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from studio.db import Database
from studio.production.dispatch import Dispatch
from tests.ports import free_port

_PR_SET_PDEATHSIG = 1
_PATIENCE = 240.0  # seconds a server may need until it answers
_MOULD = "mould"
_FOLDER = "studio-postgres-"
# Nothing has to outlive a power cut, and nobody but the tests is asked for room.
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "120",
    "shared_buffers": "24MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
}


_TABLES = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'dbos')"
_SEQUENCES = "SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences"
_ANY = "SELECT 1 FROM {} LIMIT 1"
_ENDED = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def program(name: str) -> str | None:
    """A program of PostgreSQL, also where Debian keeps it off the path."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name, path=os.pathsep.join([*map(str, places), os.environ.get("PATH", "")]))


class Server:
    """A server under way; its databases are gone with it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._made = 0
        self._lent: list[str] = []  # those that came back as they were
        self._emptied = self._shape = ""

    def url(self, name: str) -> str:
        """Where one of its databases is."""
        return f"postgresql+psycopg://studio@127.0.0.1:{self.port}/{name}"

    def mould(self) -> None:
        """Make the migrated database that fresh() gives copies of, without a row in it."""
        self.tell(f"CREATE DATABASE {_MOULD}")
        made = Database(self.url(_MOULD))
        made.migrate()
        Dispatch(made).close()
        made.close()
        with self._line(self.url(_MOULD)) as line:
            bare = [one for (one,) in line.execute(_TABLES) if not line.execute(_ANY.format(one).encode()).fetchone()]
            counted = [one for (one,) in line.execute(_SEQUENCES)]
            self._shape = _shape(line)
        emptied = [f"DELETE FROM {one}" for one in bare] + [f"ALTER SEQUENCE {one} RESTART" for one in counted]
        self._emptied = "; ".join(["SET session_replication_role = replica", *emptied])

    def lend(self) -> str:
        """The same as fresh() for who gives it back and leaves nobody at work in it: a tenth of the time."""
        return self._lent.pop() if self._lent else self.fresh()

    def take_back(self, url: str) -> None:
        """Empty what was lent; one whose tables somebody changed is removed."""
        name = url.rpartition("/")[2]
        with self._line(url) as line:
            line.execute(_ENDED)
            same = _shape(line) == self._shape
            if same:
                line.execute(self._emptied.encode())
        if same:
            self._lent.append(url)
        else:
            self.tell(f"DROP DATABASE {name} WITH (FORCE)")

    def fresh(self) -> str:
        """The URL of a database that is migrated and empty."""
        return self._create(f"TEMPLATE {_MOULD} STRATEGY file_copy")

    def bare(self) -> str:
        """The URL of a database without a table."""
        return self._create("")

    def drop(self, url: str) -> None:
        """Remove a database, whoever is in it."""
        self.tell(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def tell(self, statement: str) -> None:
        """Have the server do something that is about no database of its own."""
        with self._line(self.url("postgres")) as line:
            line.execute(statement.encode())

    def _line(self, url: str) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)

    def _create(self, how: str) -> str:
        self._made += 1
        self.tell(f"CREATE DATABASE t{self._made} {how}")
        return self.url(f"t{self._made}")


def _shape(line: psycopg.Connection[tuple[Any, ...]]) -> str:
    """What tells whether somebody changed the tables: their indexes, and the version that is written down."""
    asked = "SELECT string_agg(indexname, ' ' ORDER BY indexname) || max(version_num) FROM pg_indexes, alembic_version"
    (found,) = line.execute(asked).fetchone() or ("",)
    return str(found)


@contextmanager
def serving() -> Iterator[Server]:
    """A server with nothing but its own databases."""
    _sweep()
    user, folder = _unprivileged(), Path(tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-"))
    if user:
        shutil.chown(folder, user)
    made = [str(program("initdb")), "-D", str(folder / "data"), "-U", "studio", "-A", "trust", "--no-sync"]
    subprocess.run([*made, "-E", "UTF8", "--locale=C"], user=user, check=True, capture_output=True, cwd=folder)
    port = free_port()
    told = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    child = subprocess.Popen(
        [str(program("postgres")), "-D", str(folder / "data"), "-p", str(port), *told],
        user=user,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=_end_with_the_tests,
    )
    try:
        server = Server(port)
        _wait(server, child)
        yield server
    finally:
        child.send_signal(signal.SIGQUIT)  # at once, whoever is still connected
        child.wait(30)
        shutil.rmtree(folder)


def _sweep() -> None:
    """Remove the folders of servers whose tests were killed."""
    for left in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        if not Path(f"/proc/{left.name.removeprefix(_FOLDER).partition('-')[0]}").exists():
            shutil.rmtree(left, ignore_errors=True)


def _unprivileged() -> str | None:
    """Whom the server runs as: it refuses root."""
    if os.geteuid():
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def _end_with_the_tests() -> None:
    """Have the server end with the process that started it; called after it has become another user."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _wait(server: Server, child: subprocess.Popen[bytes]) -> None:
    """Until the server answers; OperationalError where its process has ended."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return server.tell("SELECT 1")
        except psycopg.OperationalError:
            if time.monotonic() > end or child.poll() is not None:
                raise
            time.sleep(0.05)
