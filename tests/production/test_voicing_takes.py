"""Voices heard before they are cast, lines read otherwise, and what that leaves stale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from studio.db import Database
from studio.errors import BadRequest, Conflict, NotFound
from studio.production.film import Choices
from studio.production.wants import audition
from studio.story.cast import Casting
from studio.story.voicing import LineReading
from studio.takes.plan import State
from studio.takes.recipe import TakeKind
from studio.takes.take import Take
from tests.production.test_production import Studio, made

pytestmark = pytest.mark.xdist_group("workflows")
LOW = Choices()


@pytest.fixture
def studio(db: Database, home: Path) -> Iterator[Studio]:
    made = Studio(db, home)
    made.worker.start()
    yield made
    made.worker.stop()


def stale(studio: Studio, episode: str) -> list[TakeKind]:
    return [item.kind for item in studio.desk.plan(episode, LOW).items if item.state is State.STALE]


def wait(studio: Studio, run: str | None) -> None:
    assert run
    studio.desk.wait(run)


def tom(studio: Studio, episode: str) -> str:
    return next(one.id for one in studio.desk.story(episode).breakdown.cast if one.name == "TOM")


def test_an_audition_is_made_only_when_asked_for_and_is_no_part_of_the_film(studio: Studio) -> None:
    episode = studio.open()
    subject = audition(tom(studio, episode), "voice 0")
    assert subject not in {item.subject for item in studio.desk.plan(episode, LOW).items}
    assert made(studio, lambda: wait(studio, studio.desk.make(episode, [subject], LOW))) == {TakeKind.SPEECH: 1}
    (take,) = studio.desk.takes(episode, [subject])[subject]
    assert (take.suffix, take.circled) == (".wav", True)
    assert studio.desk.make(episode, [subject], LOW) is None


def test_a_voice_heard_and_then_cast_has_that_line_already(studio: Studio) -> None:
    episode = studio.open()
    studio.film()
    story = studio.desk.story(episode)
    who = tom(studio, episode)
    casting = story.breakdown.character(who).casting.model_copy(update={"voice": "voice 0"})
    wait(studio, studio.desk.make(episode, [audition(who, "voice 0")], LOW))
    assert studio.desk.cast_voice(episode, who, casting, base=story.number) == story.number + 1
    assert stale(studio, episode).count(TakeKind.SPEECH) == 1
    assert made(studio, lambda: studio.film())[TakeKind.SPEECH] == 1


def test_another_pitch_makes_auditions_stale(studio: Studio) -> None:
    episode = studio.open()
    who, number = tom(studio, episode), studio.desk.story(episode).number
    subject = audition(who, "voice 0")
    wait(studio, studio.desk.make(episode, [subject], LOW))
    studio.desk.cast_voice(episode, who, Casting(voice="voice 1", pitch=1.2), base=number)
    (item,) = studio.desk.plan(episode, Choices(only=(subject,))).items
    assert item.state is State.STALE


def test_offers_mark_who_is_cast_what_is_suggested_and_what_fits(studio: Studio) -> None:
    episode = studio.open()
    story = studio.desk.story(episode)
    who = tom(studio, episode)
    offers = studio.desk.offers(story, who)
    assert [(one.card.voice, one.cast, one.suggested, one.fits) for one in offers] == [
        ("voice 1", True, True, True),
        ("voice 0", False, False, True),
        ("small", False, False, False),
    ]
    assert offers[0].subject == audition(who, "voice 1")
    with pytest.raises(NotFound):
        studio.desk.offers(story, "nobody")


def test_a_line_read_otherwise_makes_its_speech_stale_and_nothing_else_anew(studio: Studio) -> None:
    studio.film()
    episode = studio.open()
    story = studio.desk.story(episode)
    line = story.breakdown.lines[1]
    how = LineReading(speed=0.8, said_as="I nevver used it.", like="softly")
    number = studio.desk.read_line(episode, line.id, how, base=story.number)
    assert stale(studio, episode).count(TakeKind.SPEECH) == 1
    wait(studio, studio.desk.make(episode, [f"speech:{line.id}"], LOW))
    with studio.house.db.read() as session:
        fingerprint = studio.desk.takes(episode, [f"speech:{line.id}"])[f"speech:{line.id}"][0].fingerprint
        brief = session.get_one(Take, ("owner", fingerprint)).recipe["brief"]
    assert (brief["text"], brief["said_as"], brief["manner"]) == ("I never used it.", "I nevver used it.", "softly")
    assert brief["casting"]["pace"] == pytest.approx(story.breakdown.character(line.character).casting.pace * 0.8, 0.01)
    studio.desk.read_line(episode, line.id, LineReading(), base=number)
    assert stale(studio, episode) == []


def test_a_recipe_of_a_line_nobody_directed_says_nothing_new(studio: Studio) -> None:
    studio.film()
    with studio.house.db.read() as session:
        speeches = [take for take in session.exec(select(Take)) if take.kind == TakeKind.SPEECH]
    assert speeches
    assert all(set(take.recipe["brief"]) == {"text", "manner", "language", "casting", "loudness"} for take in speeches)


def test_what_no_voice_knows_and_what_others_changed_is_refused(studio: Studio) -> None:
    episode = studio.open()
    story = studio.desk.story(episode)
    who, line = story.breakdown.cast[0], story.breakdown.lines[0]
    with pytest.raises(BadRequest, match="opera"):
        studio.desk.read_line(episode, line.id, LineReading(like="opera"), base=story.number)
    with pytest.raises(BadRequest, match="a tenor"):
        studio.desk.cast_voice(episode, who.id, Casting(voice="a tenor"), base=story.number)
    studio.desk.read_line(episode, line.id, LineReading(like="softly"), base=story.number)
    with pytest.raises(Conflict):
        studio.desk.read_line(episode, line.id, LineReading(like="shouting"), base=story.number)
