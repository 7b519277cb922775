"""fal's double on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.doubles.drawing import a_picture
from tests.doubles.fal import FalDouble
from tests.doubles.server import serving
from tests.services.fal import orders

Serve = Callable[[FalDouble], FalDouble]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves doubles until the test ends."""
    with ExitStack() as open_:
        open_.callback(orders.hang_up)

        def begin(double: FalDouble) -> FalDouble:
            open_.enter_context(serving(double.app))
            return double

        yield begin


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A board."""
    file = tmp_path / "board.png"
    file.write_bytes(a_picture(320, 180, 3))
    return file
