"""A world to pay in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.payments.world import World, world_at


@pytest.fixture
def world(home: Path) -> Iterator[World]:
    """A house that sells, on SQLite."""
    with world_at(home) as made:
        yield made
