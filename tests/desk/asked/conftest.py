"""Everything here is asked of vendors' doubles, at a desk of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.desk.desk import Desk
from studio.people.account import OWNER
from studio.production.house import House
from tests.doubles.cloud import Cloud, cloud
from tests.doubles.house import at_doubles


@pytest.fixture
def vendors() -> Iterator[Cloud]:
    """Doubles of every vendor."""
    with cloud() as served:
        yield served


@pytest.fixture
def house(vendors: Cloud, tmp_path: Path) -> Iterator[House]:
    """A house whose vendors are doubles."""
    with at_doubles(vendors, tmp_path) as made:
        yield made


@pytest.fixture
def desk(house: House) -> Desk:
    """The owner's desk in it."""
    return Desk(house, OWNER)
