"""Retaking looks and plates after a note: the note is followed, and a take of its own is made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.db import Database
from studio.desk.places import plate_of
from studio.errors import BadRequest, NotFound
from studio.production.film import Choices
from studio.story.places import Time, Weather
from tests.production.crew import SCRIPT
from tests.production.test_production import Studio

pytestmark = pytest.mark.xdist_group("workflows")
LOW = Choices()


@pytest.fixture
def studio(db: Database, home: Path) -> Iterator[Studio]:
    made = Studio(db, home)
    made.worker.start()
    yield made
    made.worker.stop()


def test_a_note_on_a_look_changes_it_and_is_shown_on_the_take(studio: Studio) -> None:
    episode = studio.open()
    noted = studio.desk.note_look(episode, "mara", "in a blue robe like Merlin", LOW, base=1)
    assert (noted.number, noted.unread) == (2, ("like", "merlin"))
    assert noted.run
    studio.desk.wait(noted.run)
    (take,) = studio.desk.takes(episode, ["look:mara"])["look:mara"]
    assert (take.note, take.circled) == ("in a blue robe like Merlin", True)
    assert studio.desk.story(episode).breakdown.character("mara").dna.garment == "robe"
    assert studio.desk.make(episode, ["look:mara"], LOW) is None


def test_a_note_that_nothing_follows_from_is_no_take(studio: Studio) -> None:
    episode = studio.open()
    for note, said in (("like Merlin", "changes nothing"), (" ", "say what"), ("in a yellow coat", "changes nothing")):
        with pytest.raises(BadRequest, match=said):
            studio.desk.note_look(episode, "mara", note, LOW, base=1)
    with pytest.raises(NotFound):
        studio.desk.note_look(episode, "nobody", "older", LOW, base=1)
    assert (studio.desk.story(episode).number, studio.desk.under_way(episode)) == (1, ())


def test_a_note_on_a_plate_sets_its_scenes_and_leaves_the_rest(studio: Studio) -> None:
    episode = studio.open()
    before = studio.desk.story(episode).breakdown.scenes[1]
    noted = studio.desk.note_plate(episode, [before.id], "at night", LOW, base=1)
    assert noted.run
    studio.desk.wait(noted.run)
    story = studio.desk.story(episode)
    now = story.breakdown.scenes[1].setting
    assert (now.time, now.weather, now.mood) == (Time.NIGHT, before.setting.weather, before.setting.mood)
    subject = plate_of(story.breakdown, LOW, before.id).subject
    assert [take.note for take in studio.desk.takes(episode, [subject])[subject]] == ["at night"]
    snow = studio.desk.note_plate(episode, [before.id], "snow", LOW, base=2)
    assert studio.desk.story(episode).breakdown.scenes[1].setting.weather is Weather.SNOW
    assert studio.desk.story(episode).breakdown.scenes[1].setting.time is Time.NIGHT
    assert snow.run
    studio.desk.wait(snow.run)


def test_what_another_episode_has_made_is_here_too_where_there_is_none(studio: Studio) -> None:
    first = studio.open()
    run = studio.desk.make(first, ["look:mara"], LOW)
    assert run
    studio.desk.wait(run)
    second = studio.desk.open_file("again.fountain", SCRIPT.encode())
    studio.desk.plan_part(second, ["look:mara", "look:tom"], LOW)
    looks = studio.desk.takes(second, ["look:mara", "look:tom"])
    assert [take.circled for take in looks["look:mara"]] == [True]
    assert looks["look:tom"] == ()
    noted = studio.desk.note_look(second, "mara", "older, in a robe", LOW, base=1)
    assert noted.run
    studio.desk.wait(noted.run)
    mine = studio.desk.takes(second, ["look:mara"])["look:mara"][0]
    studio.desk.restore(second, 1, base=noted.number)
    studio.desk.plan_part(second, ["look:mara"], LOW)
    assert studio.desk.takes(second, ["look:mara"])["look:mara"][0] == mine  # a circle a person drew is not moved
