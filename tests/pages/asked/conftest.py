"""Everything here is seen by the owner of a house whose writer is at a vendor's double."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.desk.desk import Desk
from studio.production.house import House
from tests.doubles.cloud import Cloud, cloud
from tests.doubles.house import at_doubles
from tests.production.crew import SCRIPT


@pytest.fixture(scope="module")
def vendors() -> Iterator[Cloud]:
    """Doubles of every vendor."""
    with cloud() as served:
        yield served


@pytest.fixture
def house(home: Path, vendors: Cloud) -> Iterator[House]:
    """A house whose vendors are doubles."""
    with at_doubles(vendors, home) as made:
        yield made


@pytest.fixture
def episode(desk: Desk) -> str:
    """An episode whose writer is at a vendor."""
    found = desk.open_file("the-key.fountain", SCRIPT.encode())
    desk.engage_named(found, "writer=groq")
    return found
