"""The storyboard: a shot that is said to be current has its picture, whichever episode made it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.db import Database
from studio.production.film import Choices
from studio.takes.plan import State
from tests.production.crew import SCRIPT
from tests.production.test_production import Studio

pytestmark = pytest.mark.xdist_group("workflows")


@pytest.fixture
def studio(db: Database, home: Path) -> Iterator[Studio]:
    made = Studio(db, home)
    made.worker.start()
    yield made
    made.worker.stop()


def test_what_only_another_episode_made_is_shown(studio: Studio) -> None:
    studio.film()
    other = studio.desk.open_file("again.fountain", SCRIPT.encode(), title="Again")
    shots = studio.desk.storyboard(other, Choices()).shots
    assert {(shot.board.state, shot.clip.state) for shot in shots} == {(State.CURRENT, State.CURRENT)}
    assert all(shot.picture and shot.film for shot in shots)
    for shot in shots:
        for shown in (shot.picture, shot.film):
            assert studio.desk.take_file(other, shown)[0].is_file()


def test_what_only_another_episode_made_is_shown_in_the_cut(studio: Studio) -> None:
    studio.film()
    other = studio.desk.open_file("again.fountain", SCRIPT.encode(), title="Again")
    scenes = [one for one in studio.desk.cut(other, [Choices()]).strip.stretches if one.number]
    pictures = [block.picture for one in scenes for block in one.pictures]
    assert all(studio.desk.take_file(other, one)[0].is_file() for one in pictures)
