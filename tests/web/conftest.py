"""A house with rows in it, and the routes of the web process behind local mode's door."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from services.health import Health
from services.settings import Settings
from services.web.local import LocalOnly
from services.web.routes import routes
from studio.desk.desk import Desk
from studio.people.account import OWNER
from studio.production.house import House
from tests.web.rows import house_at


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    """A house of its own."""
    made = house_at(home)
    yield made
    made.db.close()


@pytest.fixture
def app(house: House, home: Path) -> ASGIApp:
    """The routes, asked at the owner's desk."""
    health = Health(Settings(studio_home=home), house.db)
    return Starlette(
        routes=routes(lambda _request: Desk(house, OWNER), lambda: health), middleware=[Middleware(LocalOnly)]
    )
