"""A film over several formats: its strip with the state of every shot and line, and what a render takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.db import Database
from studio.desk.strip import Stretch
from studio.errors import BadRequest, NotFound, RenderFailed
from studio.production.film import Choices
from studio.production.run import RunState
from studio.takes.frame import Aspect, Quality
from studio.takes.plan import State
from studio.takes.recipe import TakeKind
from tests.production.crew import SCRIPT
from tests.production.test_production import Studio, made

pytestmark = pytest.mark.xdist_group("workflows")
LOW = Choices()
BOTH = (LOW, Choices(aspect=Aspect.TALL))


@pytest.fixture
def studio(db: Database, home: Path) -> Iterator[Studio]:
    made = Studio(db, home)
    made.worker.start()
    yield made
    made.worker.stop()


def scenes(studio: Studio, episode: str, order: Choices = LOW) -> tuple[Stretch, ...]:
    return tuple(one for one in studio.desk.cut(episode, [order]).strip.stretches if one.number)


def test_a_strip_has_every_shot_and_line_in_order_between_the_cards(studio: Studio) -> None:
    episode = studio.open()
    strip = studio.desk.cut(episode, [LOW]).strip
    breakdown = studio.desk.story(episode).breakdown
    title, *found, end = strip.stretches
    assert (title.heading, title.number, end.heading) == ("Title", "", "The End")
    assert [block.id for one in found for block in one.pictures] == [shot.id for shot in breakdown.shots]
    assert [block.id for one in found for block in one.speech] == [line.id for line in breakdown.lines]
    assert strip.seconds == pytest.approx(sum(one.seconds for one in strip.stretches))
    for one in found:
        assert sum(block.seconds for block in one.pictures) == pytest.approx(one.seconds)
    assert {block.state for one in found for block in one.pictures} == {State.MISSING}


def test_a_changed_line_is_stale_on_the_strip_with_the_shot_that_speaks_it(studio: Studio) -> None:
    studio.film()
    episode = studio.open(SCRIPT.replace("I never used it.", "I used it once, in the snow."))
    blocks = [block for one in scenes(studio, episode) for block in (*one.pictures, *one.speech)]
    stale = [block for block in blocks if block.state is State.STALE]
    assert studio.desk.cut(episode, BOTH).behind == ("1280x720p24",)
    story = studio.desk.story(episode).breakdown
    shot = next(shot for shot in story.shots if any("snow" in line.text for line in shot.lines))
    assert [block.name for block in stale] == [shot.number, "Tom"]
    assert all(block.picture for one in scenes(studio, episode) for block in one.pictures)
    amounts = {amount.kind: amount for amount in studio.desk.cut(episode, [LOW]).amounts}
    assert (amounts[TakeKind.SPEECH].stale, amounts[TakeKind.SPEECH].to_make) == (1, 1)
    keep = {one.kind: one for one in studio.desk.cut(episode, [Choices(keep_stale=True)]).amounts}
    assert (keep[TakeKind.SPEECH].stale, keep[TakeKind.SPEECH].to_make) == (1, 0)


def test_what_the_last_run_could_not_make_is_failed_until_it_is_made(studio: Studio) -> None:
    studio.fail_on(TakeKind.SPEECH, RenderFailed("hoarse"), times=2)
    studio.film()
    episode = studio.open()
    failed = [block for one in scenes(studio, episode) for block in one.speech if block.failed]
    assert len(failed) == 1
    assert studio.desk.cut(episode, [LOW]).strip.states["failed"] == 1
    studio.crew.trouble = lambda _recipe: None
    studio.film()
    assert studio.desk.cut(episode, [LOW]).strip.states["failed"] == 0


def test_two_formats_are_two_runs_and_share_voices_and_looks(studio: Studio) -> None:
    episode = studio.open()
    planned = studio.desk.cut(episode, BOTH)

    def both() -> None:
        for run in studio.desk.render(episode, BOTH):
            studio.desk.wait(run)

    counted = made(studio, both)
    assert sum(counted.values()) == planned.to_make
    assert counted[TakeKind.SPEECH] == 3
    assert counted[TakeKind.MASTER] == 2
    standing = studio.desk.standing(episode)
    assert {one.frame for one in standing} == {"1280x720p24", "720x1280p24"}
    assert {one.state for one in standing} == {RunState.DONE}
    assert studio.desk.render(episode, BOTH) == ()
    assert studio.desk.cut(episode, BOTH).to_make == 0
    assert studio.desk.cut(episode, BOTH).behind == ()


def test_the_formats_of_the_last_quality_are_remembered(studio: Studio) -> None:
    episode = studio.open()
    assert studio.desk.formats(episode) == ()
    for order in (LOW, Choices(quality=Quality.HIGH, names=True)):
        studio.desk.wait(studio.desk.render(episode, [order])[0])
    (order,) = studio.desk.formats(episode)
    assert (order.quality, order.names) == (Quality.HIGH, True)


def test_without_music_the_strip_has_no_bed(studio: Studio) -> None:
    episode = studio.open()
    assert all(one.music for one in scenes(studio, episode))
    assert not any(one.music for one in scenes(studio, episode, Choices(music=False)))


def test_no_format_and_no_episode_are_refused(studio: Studio) -> None:
    with pytest.raises(BadRequest):
        studio.desk.cut(studio.open(), [])
    with pytest.raises(BadRequest):
        studio.desk.render(studio.open(), [])
    with pytest.raises(NotFound):
        studio.desk.cut("nobody", [LOW])
