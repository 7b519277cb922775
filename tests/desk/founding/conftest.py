"""A house on either database with a founder, and two who pay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.db import Database
from studio.desk.founding import Founding
from studio.people.account import Account, Role
from studio.production.house import House
from tests.desk.founding.rows import FILMS, PRICES, TIERS
from tests.web.rows import house_at


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> House:
    """What a house has, read once."""
    made = house_at(tmp_path_factory.mktemp("founding"))
    made.db.close()
    return replace(made, prices=PRICES, tiers=TIERS, films=FILMS)


@pytest.fixture
def house(db: Database, furnished: House) -> House:
    """A house on either database with a founder, and two who pay."""
    made = replace(furnished, db=db)
    with db.write() as session:
        session.add(Account(id="grace", name="Grace", role=Role.FOUNDER, tier="free"))
        for name, tier in (("anna", "pro"), ("bert", "basic")):
            session.add(Account(id=name, name=name.capitalize(), tier=tier, email=f"{name}@example.com"))
    return made


@pytest.fixture
def desk(house: House) -> Founding:
    """The founder's."""
    return Founding(house, "grace")
