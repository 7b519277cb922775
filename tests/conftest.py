"""What every test stands on: no network, a runtime folder of its own, a database of either kind."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts

from studio.db import Database
from studio.people.account import owner
from tests.mould import moulded
from tests.postgres import Server, program, serving

# Where the database decides: these tests are run on SQLite and on PostgreSQL.
_ON_BOTH = (
    "api/test_api_rows.py",
    "desk/founding/",
    "desk/test_listing.py",
    "desk/test_progress.py",
    "money/",
    "payments/test_races.py",
    "people/test_parcels.py",
    "people/test_races.py",
    "people/test_visits.py",
    "production/test_executors.py",
    "production/test_queues.py",
    "takes/test_shelf.py",
    "test_db.py",
)
_BOTH = ("sqlite", "postgresql")
settings.register_profile("studio", deadline=None)  # a busy machine is not a wrong answer
settings.load_profile("studio")


@pytest.fixture(autouse=True)
def no_network() -> None:
    """Only this machine can be reached, whatever a test starts in its own process."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """A page that was opened stays no `__main__`: processes that a later test starts would begin by running it."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A runtime folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what stands on a database on both kinds where that matters; elsewhere SQLite speaks for both."""
    here = Path(metafunc.module.__file__).relative_to(Path(__file__).parent).as_posix()
    if "db" in metafunc.fixturenames and here.startswith(_ON_BOTH):
        metafunc.parametrize("db", _BOTH, indirect=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server of this process's own, with a migrated database to copy."""
    if not (program("initdb") and program("postgres")):
        if os.environ.get("STUDIO_REQUIRE_POSTGRES"):
            pytest.fail("PostgreSQL is not installed, and STUDIO_REQUIRE_POSTGRES is set")
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with serving() as server:
        server.mould()
        yield server


@pytest.fixture
def db(request: pytest.FixtureRequest) -> Database:
    """A migrated database with the owner in it: SQLite, and in some tests PostgreSQL too."""
    found: Database = request.getfixturevalue(getattr(request, "param", "sqlite"))
    return found


@pytest.fixture
def sqlite(home: Path) -> Iterator[Database]:
    """The same, for what only SQLite does."""
    with _owned(f"sqlite:///{moulded(home)}") as made:
        yield made


@pytest.fixture
def postgresql(postgres: Server) -> Iterator[Database]:
    """The same, for what only PostgreSQL does; emptied for the next test."""
    with _owned(postgres.lend()) as made:
        yield made
    postgres.take_back(made.url)


@contextmanager
def _owned(url: str) -> Iterator[Database]:
    made = Database(url)
    with made.write() as session:
        owner(session)
    yield made
    made.close()


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    """The environment of a child process whose runtime folder is `home`."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("STUDIO_")}
    return kept | {"STUDIO_HOME": str(home)}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud what was skipped and why, whatever was asked to be reported: a silent skip passes for a test."""
    found = Counter(
        (one.nodeid.partition("::")[0], _why(one.longrepr)) for one in terminalreporter.getreports("skipped")
    )
    if found:
        terminalreporter.section("skipped")
    for (file, why), times in sorted(found.items()):
        terminalreporter.line(f"{times} of {file}: {why}")


def _why(told: object) -> str:
    return str(told[-1]).removeprefix("Skipped: ") if isinstance(told, tuple) else str(told)
