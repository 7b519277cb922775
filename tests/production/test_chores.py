"""Chores are done at the start and at their time again; one that fails keeps nobody from the others."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest

from studio.db import Database
from studio.errors import Down
from studio.production.chores import Chore, Chores
from studio.production.house import House
from studio.production.worker import Worker
from studio.takes.roster import Roster
from studio.takes.thumbs import Thumbs
from studio.takes.vault import FolderVault
from tests.production.crew import SmallCrew
from tests.until import HANGS

ROOT = Path(__file__).parents[2]


def test_each_is_due_at_once_and_then_at_its_time() -> None:
    now, done = [50.0], []
    both = Chore("often", 60.0, lambda: done.append("o")), Chore("seldom", 100.0, lambda: done.append("s"))
    chores = Chores(lambda: both, clock=lambda: now[0])
    assert chores.do_due() == ["often", "seldom"]
    for moment, due in ((60.0, []), (110.0, ["often"]), (150.0, ["seldom"]), (170.0, ["often"])):
        now[0] = moment
        assert chores.do_due() == due
    assert done == ["o", "s", "o", "s", "o"]


def test_where_somebody_waits_for_something_else_the_first_time_is_later() -> None:
    now = [50.0]
    chores = Chores(lambda: [Chore("often", 60.0, lambda: None)], clock=lambda: now[0], after=4.0)
    for moment, due in ((50.0, []), (53.9, []), (54.0, ["often"]), (60.0, []), (114.0, ["often"])):
        now[0] = moment
        assert chores.do_due() == due


def test_nobody_is_asked_which_there_are_before_the_first_time() -> None:
    now, asked = [50.0], []

    def bring() -> list[Chore]:
        asked.append(now[0])
        return []

    chores = Chores(bring, clock=lambda: now[0], after=4.0)
    for now[0] in (50.0, 53.9, 54.0, 60.0):
        assert chores.do_due() == []
    assert asked == [54.0]


def test_one_that_fails_is_tried_again_at_its_next_time() -> None:
    now, tries = [50.0], []

    def fail() -> None:
        tries.append(now[0])
        raise Down("no answer", vendor="runpod")

    chores = Chores(lambda: [Chore("failing", 60.0, fail), Chore("other", 60.0, lambda: None)], clock=lambda: now[0])
    assert chores.do_due() == ["failing", "other"]
    now[0] = 111.0
    assert chores.do_due() == ["failing", "other"]
    assert tries == [50.0, 111.0]


def test_after_the_end_nothing_is_begun() -> None:
    chores = Chores(lambda: [Chore("any", 1.0, lambda: None)])
    chores.stop()
    assert chores.do_due() == []


@pytest.mark.xdist_group("workflows")
def test_a_worker_does_the_chores_of_its_house(db: Database, home: Path) -> None:
    done = Event()
    house = House(
        db=db,
        vault=FolderVault(home / "vault"),
        roster=Roster.load(ROOT / "data" / "crew.toml"),
        crew=SmallCrew(),
        scratch=home / "scratch",
        thumbs=Thumbs(home / "thumbs"),
        media=home / "media",
        chores=lambda: (Chore("look", 3600.0, done.set),),
    )
    worker = Worker(house, 1)
    worker.start()
    try:
        assert done.wait(HANGS)
    finally:
        worker.stop()
