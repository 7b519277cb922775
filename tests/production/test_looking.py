"""Looking at the shelf again and again: remembered while nothing changed, and whatever changed is seen at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from studio.db import Database
from studio.desk.desk import Desk
from studio.errors import NotFound
from studio.people.account import OWNER
from studio.production.film import Choices
from studio.production.house import House
from studio.production.latest import latest
from studio.production.looking import look
from studio.production.preparing import planned_film
from studio.production.survey import Survey
from studio.production.wants import resolve, wants
from studio.takes import shelf
from studio.takes.plan import PlanItem, State
from studio.takes.shelf import Hand
from tests.production.crew import SCRIPT
from tests.production.test_production import Studio

LOW = Choices()
LOOK = "look:mara"


@pytest.fixture
def studio(db: Database, home: Path) -> Studio:
    return Studio(db, home)


@pytest.fixture
def worker(studio: Studio) -> Iterator[House]:
    """The same house as another process has it."""
    other = Database(studio.house.db.url)
    yield replace(studio.house, db=other)
    other.close()


def seen(studio: Studio, episode: str) -> Survey:
    return look(studio.house, OWNER, episode, planned_film(studio.house, OWNER, episode, LOW))


def item(studio: Studio, episode: str) -> PlanItem:
    return seen(studio, episode).items[LOOK]


def keep(house: House, episode: str, *, circle: bool = True, seed: int = 0) -> str:
    """Make Mara's look as a worker does; gives its content."""
    film = planned_film(house, OWNER, episode, LOW)
    want = next(one for one in wants(film) if one.subject == LOOK)
    recipe = resolve(want, {}, film, house.roster).model_copy(update={"seed": seed})
    house.scratch.mkdir(exist_ok=True)
    file = house.scratch / f"mara-{seed}"
    file.write_bytes(f"mara {seed}".encode())
    content, hand = house.vault.put(file), Hand("a worker")
    with house.db.write() as session:
        shelf.claim(session, OWNER, recipe, hand, ())
        shelf.keep(session, OWNER, recipe, hand, content=content, suffix=".png", size=1, took_ms=1, measure={})
        if circle:
            shelf.circle(session, OWNER, episode, LOOK, recipe.fingerprint)
    return content


def test_while_nothing_changes_the_same_survey_is_given(studio: Studio) -> None:
    episode = studio.open()
    keep(studio.house, episode)
    assert seen(studio, episode) is seen(studio, episode)


def test_what_a_worker_makes_is_seen_at_once(studio: Studio, worker: House) -> None:
    episode = studio.open()
    assert item(studio, episode).state is State.MISSING
    content = keep(worker, episode)
    assert item(studio, episode).state is State.CURRENT
    assert seen(studio, episode).cut.takes[LOOK].content == content


def test_another_circle_is_seen_at_once(studio: Studio, worker: House) -> None:
    episode = studio.open()
    keep(studio.house, episode)
    first = item(studio, episode).fingerprint
    keep(worker, episode, seed=1)
    second = item(studio, episode).fingerprint
    assert first != second
    with worker.db.write() as session:
        shelf.circle(session, OWNER, episode, LOOK, first)
    assert item(studio, episode).fingerprint == first


def test_a_twin_another_episode_made_is_adopted_at_once(studio: Studio, worker: House) -> None:
    episode, other = studio.open(), Desk(studio.house, OWNER).open_file("other.fountain", SCRIPT.encode(), title="Two")
    assert item(studio, episode).state is State.MISSING
    keep(worker, other, circle=False)
    assert item(studio, episode).why == "made before"
    assert LOOK in seen(studio, episode).adopted


def test_a_damaged_file_is_missed_at_once_and_found_again_when_it_is_back(studio: Studio) -> None:
    episode = studio.open()
    file = studio.vault.place(keep(studio.house, episode))
    assert item(studio, episode).state is State.CURRENT
    kept = file.rename(file.with_name("elsewhere"))
    assert item(studio, episode).why == "its file was damaged or gone"
    kept.rename(file)
    assert item(studio, episode).state is State.CURRENT


def test_a_take_said_to_be_lost_is_missed_at_once(studio: Studio, worker: House) -> None:
    episode = studio.open()
    content = keep(studio.house, episode)
    assert item(studio, episode).state is State.CURRENT
    with worker.db.write() as session:
        shelf.lose(session, OWNER, content)
    assert item(studio, episode).state is State.MISSING


def test_a_version_kept_in_another_tab_is_the_latest_at_once(studio: Studio, worker: House) -> None:
    episode = studio.open()
    keep(studio.house, episode)
    assert item(studio, episode).state is State.CURRENT
    assert Desk(worker, OWNER).design(episode, "mara", {"cloth": "#3566a8"}, base=1) == 2
    assert latest(studio.house, OWNER, episode).number == 2
    assert studio.desk.story(episode).breakdown.character("mara").dna.cloth == "#3566a8"
    assert item(studio, episode).state is State.STALE


def test_a_stranger_has_no_latest_script(studio: Studio) -> None:
    episode = studio.open()
    studio.desk.story(episode)
    with pytest.raises(NotFound):
        latest(studio.house, "somebody", episode)
