"""What every test stands on: no network, a runtime folder of its own."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts

from studio.db import Database
from studio.people.account import owner
from tests.mould import moulded

settings.register_profile("studio", deadline=None)  # a busy machine is not a wrong answer
settings.load_profile("studio")


@pytest.fixture(autouse=True)
def no_network() -> None:
    """Only this machine can be reached, whatever a test starts in its own process."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A runtime folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def db(home: Path) -> Iterator[Database]:
    """A migrated database with the owner in it."""
    made = Database(f"sqlite:///{moulded(home)}")
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
