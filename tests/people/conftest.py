"""A town for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.db import Database, now
from studio.people.account import Account
from tests.people.town import EMAIL, MINE, PASSWORD, Town, founded
from tests.trespass import Belongings, settle_in


@pytest.fixture
def town(home: Path, db: Database) -> Iterator[Town]:
    """A house nobody lives in yet but its owner, and all that stands around its doors."""
    with founded(home, db) as made:
        yield made


@pytest.fixture
def things(town: Town) -> Belongings:
    """An account with all that one can have, which signs in with an address and a password."""
    town.clock.at = now()
    made = settle_in(town.house, MINE, "Lighthouse")
    with town.house.db.write() as session:
        account = session.get_one(Account, MINE)
        account.name, account.email, account.shown = "Anna Lightkeeper", EMAIL, "Ada@example.com"
        account.password = town.hasher.hash(PASSWORD)
        session.add(account)
    return made
