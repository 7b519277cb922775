"""The books are looked over by a worker; what was found is kept for the health page, also when they do not add up."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.books import look_over, standing
from services.housekeeping import chores
from services.rooms import Rooms
from services.settings import ROOT, Settings
from studio.db import Database
from studio.errors import StorageError
from studio.money.hold import Pot
from studio.people.account import Account
from studio.takes.roster import Roster
from tests.mould import moulded


@pytest.fixture
def db(home: Path) -> Database:
    return Database(f"sqlite:///{moulded(home)}")


def test_nothing_is_known_before_anybody_looked(home: Path) -> None:
    assert standing(home) is None


def test_books_that_add_up_are_found_well(db: Database, home: Path) -> None:
    found = look_over(db, home)
    assert (found.wrong, found.overrun_micros) == ("", 0)
    assert standing(home) == found


def test_a_pot_that_was_tampered_with_is_told(db: Database, home: Path) -> None:
    with db.write() as session:
        session.add(Account(id="me", name="Me"))
        session.flush()
        session.add(Pot(account="me", micros=5))
    found = look_over(db, home)
    assert "pot of me is kept as 5 and sums to 0" in found.wrong
    assert standing(home) == found


def test_a_file_that_cannot_be_read_is_an_error(home: Path) -> None:
    (home / "books.json").write_text("{")
    with pytest.raises(StorageError, match=r"books\.json"):
        standing(home)


@pytest.mark.parametrize(("given", "looks"), [({}, False), ({"groq_api_key": "gsk_double"}, True)])
def test_a_worker_looks_once_an_hour_where_anything_is_paid_for(
    db: Database, home: Path, given: dict[str, str], looks: bool
) -> None:
    settings = Settings(studio_home=home, **given)  # type: ignore[arg-type]
    roster = Roster.load(ROOT / "data" / "crew.toml", settings.given)
    due = {one.name: one for one in chores(settings, db, roster, Rooms(settings, roster))}
    assert ("books" in due) is looks
    if looks:
        assert due["books"].seconds == 3600
        due["books"].work()
        assert standing(home)
