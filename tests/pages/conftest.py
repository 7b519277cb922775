"""Every page is seen by the owner of a house of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.desk.desk import Desk
from studio.people.account import OWNER
from studio.production.house import House
from tests.web.rows import house_at


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Streamlit makes the page the main module; what a process starts later looks there for what it was started as."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    """A house of its own."""
    made = house_at(home)
    yield made
    made.db.close()


@pytest.fixture
def desk(house: House) -> Desk:
    """The owner's desk."""
    return Desk(house, OWNER)
