"""A vault that does not answer for a while makes a run slower: nothing fails, is lost, or is paid for twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from studio.desk.desk import Desk
from studio.errors import VaultDown
from studio.money.hold import PartState
from studio.production.film import Choices
from studio.production.house import House
from studio.production.run import JobState, RunState
from studio.production.waiting import Waits
from studio.production.worker import Worker
from studio.takes.roster import Roster
from studio.takes.vault import FolderVault, digest
from tests.production.crew import SmallCrew
from tests.production.test_switching import EVERY, ROOT, Shop, Shops, opened, parts, shops
from tests.production.test_waiting import made_as_asked
from tests.web.rows import house_at

pytestmark = pytest.mark.xdist_group("workflows")
AWAY = "the store: it is asked too much now"


class Moody(FolderVault):
    """A vault that does not answer the first few times it is asked to keep, or to hand out, each content."""

    keeps = opens = looks = 0  # times it does not answer

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.asked = Counter[tuple[str, str]]()

    def put(self, file: Path, *, move: bool = False) -> str:
        """Keep a file, sooner or later."""
        self._perhaps("put", digest(file), self.keeps)
        return super().put(file, move=move)

    def open(self, content: str) -> Path:
        """Hand a content out, sooner or later."""
        self._perhaps("open", content, self.opens)
        return super().open(content)

    def intact(self, content: str) -> bool:
        """Say whether a content is there, sooner or later."""
        self._perhaps("look", content, self.looks)
        return super().intact(content)

    def _perhaps(self, what: str, content: str, times: int) -> None:
        self.asked[what, content] += 1
        if self.asked[what, content] <= times:
            raise VaultDown(AWAY)


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    """A house with keys for vendors of motion, whose waits pass in no time, and whose vault has moods."""
    made = house_at(home)
    roster = Roster.load(ROOT / "data" / "crew.toml", EVERY)
    more = {"roster": roster, "remotes": Shops(), "rooms": {"fal": 4}, "waits": Waits(haste=10_000)}
    yield replace(made, crew=SmallCrew(), vault=Moody(home / "vault"), **more)
    made.db.close()


def moody(house: House, **moods: int) -> None:
    for name, times in moods.items():
        setattr(house.vault, name, times)


@pytest.mark.parametrize("sent", [False, True])
def test_what_was_bought_and_could_not_be_kept_at_once_is_billed_once(house: House, sent: bool) -> None:
    """A vendor with jobs is asked for the same job's result again."""
    shop = shops(house).engine(house.roster.named("kling-v3"))
    assert isinstance(shop, Shop)
    shop.trouble = lambda errand: None if errand.ticket or not sent else errand.sent("job-1")
    moody(house, keeps=2)
    desk, episode = opened(house, "animator=kling-v3")
    run = desk.produce(episode, Choices())
    assert run
    told = made_as_asked(house, run)
    assert all([one.wait for one in mine] == [5, 5, 0] for mine in told.values())
    assert {mine[-1].state for mine in told.values()} == {JobState.MADE}
    assert set(shop.asked.values()) == {3}
    assert {one.state for one in parts(house)} == {PartState.SETTLED}
    assert sum(one.paid or 0 for one in parts(house)) == desk.progress(run).cost_micros > 0


def test_what_could_not_be_begun_was_not_sent(house: House) -> None:
    moody(house, opens=1)
    desk, episode = opened(house, "animator=kling-v3")
    run = desk.produce(episode, Choices())
    assert run
    told = made_as_asked(house, run)
    assert {mine[-1].state for mine in told.values()} == {JobState.MADE}
    assert set(shops(house).built["kling-v3"].asked.values()) == {1}


def test_a_run_gets_through_an_outage_of_the_vault(house: House) -> None:
    moody(house, keeps=1, looks=1)
    worker = Worker(house, 2)
    worker.start()
    try:
        desk, episode = opened(house, "animator=kling-v3")
        run = desk.produce(episode, Choices())
        assert run
        ended = desk.wait(run)
    finally:
        worker.stop()
    assert (ended.state, ended.failures, worker.trouble) == (RunState.DONE, (), None)


def test_an_outage_that_does_not_end_fails_the_takes_with_its_reason(house: House) -> None:
    moody(house, keeps=10_000)
    desk, episode = opened(house, "animator=offline")
    run = desk.produce(episode, Choices())
    assert run
    told = made_as_asked(house, run)
    first = next(iter(told.values()))
    assert 840 < sum(one.wait for one in first) <= 900
    assert first[-1].state is JobState.FAILED
    assert AWAY in first[-1].error
    assert isinstance(desk, Desk)
