"""What an episode cost: every take once, added up by scene, kind and engine, and the account's month."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from studio.db import Database
from studio.desk.costing import CostView, Sum
from studio.desk.desk import Desk
from studio.errors import NotFound, RenderFailed
from studio.production.film import Choices
from studio.takes.recipe import TakeKind
from studio.takes.take import Take
from tests.production.crew import SCRIPT
from tests.production.test_production import Studio

pytestmark = pytest.mark.xdist_group("workflows")


@pytest.fixture
def studio(db: Database, home: Path) -> Iterator[Studio]:
    made = Studio(db, home)
    made.worker.start()
    yield made
    made.worker.stop()


def costs(studio: Studio, episode: str) -> CostView:
    return studio.desk.costs(studio.desk.story(episode))


def bill(studio: Studio, kind: TakeKind, micros: int) -> None:
    """Have every take of a kind cost so much."""
    with studio.house.db.write() as session:
        for take in session.exec(select(Take).where(Take.kind == kind)):
            take.cost_micros, take.took_ms = micros, 2000
            session.add(take)


def money(sums: tuple[Sum, ...]) -> dict[str, int]:
    return {one.name: one.micros for one in sums if one.micros}


def test_every_take_is_one_entry_and_costs_nothing_offline(studio: Studio) -> None:
    ended = studio.film()
    assert ended
    found = costs(studio, studio.open())
    assert len(found.entries) == found.all.takes == ended.made
    assert (found.all.micros, found.share, found.target_micros) == (0, 0.0, 2_000_000)
    assert sum(one.takes for one in found.kinds) == sum(one.takes for one in found.scenes) == ended.made
    assert [one.name for one in found.scenes] == ["Scene 1", "Scene 2", "Whole film"]
    assert "board 1A" in {one.name for one in found.entries}


def test_spend_is_added_up_to_the_micro_dollar(studio: Studio) -> None:
    studio.film()
    bill(studio, TakeKind.CLIP, 300_001)
    bill(studio, TakeKind.SPEECH, 7)
    found = costs(studio, studio.open())
    clips = sum(one.kind is TakeKind.CLIP for one in found.entries)
    assert money(found.kinds) == {"clip": 300_001 * clips, "speech": 21}
    assert found.all.micros == 300_001 * clips + 21
    assert sum(money(found.scenes).values()) == found.all.micros
    assert "Whole film" not in money(found.scenes)
    assert found.share == pytest.approx(found.all.micros / 2_000_000)
    assert [(one.name, one.micros) for one in found.month] == [("The Key", found.all.micros)]
    assert found.account.micros == found.all.micros


def test_retakes_have_their_share(studio: Studio) -> None:
    studio.film()
    episode = studio.open()
    board = next(one.subject for one in costs(studio, episode).entries if one.kind is TakeKind.BOARD)
    run = studio.desk.retake(episode, [board], Choices(), note="closer")
    assert run
    studio.desk.wait(run)
    bill(studio, TakeKind.BOARD, 1000)
    found = costs(studio, episode)
    (retake,) = [one for one in found.entries if one.retake]
    assert (retake.subject, retake.note, retake.micros) == (board, "closer", 1000)
    assert (found.retakes.takes, found.retakes.micros) == (1, 1000)
    assert found.retaken == pytest.approx(1000 / found.all.micros)


def test_what_failed_is_an_entry_and_what_is_tried_again_is_one_still(studio: Studio) -> None:
    studio.fail_on(TakeKind.CLIP, RenderFailed("no paper left"), times=2)
    studio.film()
    failed = [one for one in costs(studio, studio.open()).entries if one.failed]
    assert [one.kind for one in failed] == [TakeKind.CLIP]
    studio.crew.trouble = lambda _recipe: None
    studio.film()
    found = costs(studio, studio.open())
    assert not [one for one in found.entries if one.failed]
    assert sum(one.subject == failed[0].subject for one in found.entries) == 1


def test_what_another_episode_had_made_costs_this_one_nothing(studio: Studio) -> None:
    studio.film()
    bill(studio, TakeKind.SPEECH, 500)
    other = studio.desk.open_file("again.fountain", SCRIPT.encode())
    run = studio.desk.produce(other, Choices())
    if run:
        studio.desk.wait(run)
    assert costs(studio, other).all.micros == 0


def test_a_shot_that_is_gone_keeps_its_entries(studio: Studio) -> None:
    studio.film()
    episode = studio.open(SCRIPT.partition("EXT. HARBOUR")[0])
    assert "No longer in the script" in {one.name for one in costs(studio, episode).scenes}


def test_costs_are_of_ones_own_episodes(studio: Studio) -> None:
    story = studio.desk.story(studio.open())
    with pytest.raises(NotFound):
        Desk(studio.house, "somebody").costs(story)
