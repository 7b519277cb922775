"""Everything here is seen by the owner of a house with keys for most vendors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.desk.desk import Desk
from studio.production.house import House
from tests.pages.sold.vendors import keyed

SCRIPT = b"INT. HALL - NIGHT\n\nShe runs to the door.\n\nANNA\nGood evening.\n\nTOM\nGood night.\n"


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    """A house with keys for most vendors, none for fal."""
    with keyed(home) as made:
        yield made


@pytest.fixture
def shown(desk: Desk) -> str:
    """An episode with a screenplay and the cloud crew; nothing is made of it."""
    found = desk.open_file("hall.fountain", SCRIPT)
    desk.engage_named(found, "cloud")
    return found
