"""A short film produced on an S3 vault, and everything of it on another machine whose disk is empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from studio.db import Database
from studio.desk.desk import Desk
from studio.people.account import OWNER
from studio.production.film import Choices
from studio.production.worker import Worker
from studio.takes.take import Delivery, Take, TakeState
from studio.takes.thumbs import Thumbs
from studio.takes.vault import digest
from tests.production.crew import SCRIPT
from tests.production.test_production import Studio
from tests.services.vaults.conftest import Place

pytestmark = pytest.mark.xdist_group("workflows")


class Machine(Studio):
    """A worker's machine, its vault in the store."""

    def __init__(self, db: Database, home: Path, place: Place, name: str) -> None:
        super().__init__(db, home)
        self.house = replace(self.house, vault=place.vault(name), thumbs=Thumbs(home / f"thumbs of {name}"))
        self.desk = Desk(self.house, OWNER)
        self.worker = Worker(self.house, 2)


@pytest.fixture
def machine(db: Database, home: Path, place: Place) -> Iterator[Machine]:
    """A machine at work."""
    made = Machine(db, home, place, "one")
    made.worker.start()
    yield made
    made.worker.stop()


def test_a_film_of_one_machine_is_opened_changed_and_cleared_up_on_another(
    machine: Machine, db: Database, home: Path, place: Place
) -> None:
    ended = machine.film()
    assert ended
    assert ended.failures == ()
    other = Machine(db, home, place, "two")
    assert not (place.folder / "two").exists()
    with db.read() as session:
        takes = [one for one in session.exec(select(Take)) if one.state == TakeState.MADE]
        files = session.exec(select(Delivery)).all()
    contents = {one.content for one in (*takes, *files)}
    assert len(contents) > 10
    assert contents <= set(other.house.vault.contents())
    assert {digest(other.house.vault.open(one)) for one in contents} == contents
    episode = files[0].episode
    assert other.desk.delivery(episode, files[0].frame, "master.mp4").stat().st_size > 0
    assert other.desk.export(episode, Choices(), home / "taken along")
    assert other.desk.produce(episode, Choices()) is None  # all is there
    machine.film(SCRIPT.replace("I never used it.", "I used it once, in the snow."))
    found = other.desk.collect(delete=True)
    assert found.deleted
    assert found.contents
    assert not set(found.contents) & set(machine.house.vault.contents())
    assert machine.film(SCRIPT.replace("I never used it.", "I used it once, in the snow.")) is None
