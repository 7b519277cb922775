"""A voice designed for somebody: paid once, heard, kept and cast; booked to the micro-dollar."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import col, select

from studio.desk.desk import Desk
from studio.desk.views import Story
from studio.errors import BadRequest, BudgetReached
from studio.money.checking import check
from studio.money.entry import Entry, Verb
from studio.people.account import OWNER
from studio.production.house import House
from studio.production.run import ACTIVE, Run
from tests.doubles.cloud import Cloud
from tests.doubles.house import at_doubles

SCRIPT = b"INT. KITCHEN - NIGHT\n\nMARA, 70, puts a key on the table.\n\nMARA\nYou kept it.\n\nTOM\nNever.\n"


def opened(desk: Desk, crew: str = "voice=eleven") -> tuple[Story, str]:
    episode = desk.open_file("key.fountain", SCRIPT)
    desk.engage_named(episode, crew)
    story = desk.story(episode)
    return story, next(one.id for one in story.breakdown.cast if one.name == "MARA")


def bills(house: House) -> dict[str, int]:
    with house.db.read() as session:
        check(session)
        found = session.exec(select(Entry).where(Entry.verb == Verb.BILL)).all()
        assert not session.exec(select(Run).where(col(Run.state).in_(ACTIVE))).all()
    return {one.request: one.micros for one in found if one.purse.startswith("cost:")}


def test_voices_are_designed_at_the_price_told_and_one_is_kept_and_cast(
    desk: Desk, house: House, vendors: Cloud
) -> None:
    story, mara = opened(desk)
    price = desk.price_of_design(story, mara)
    assert price
    assert desk.designed_voices(story, mara) == ()
    desk.design_voice(story, mara)
    assert bills(house) == vendors.elevenlabs.books.billed
    assert sum(bills(house).values()) == price.likely > 0
    found = desk.designed_voices(story, mara)
    assert len(found) == 3
    desk.keep_voice(story, mara, found[1].voice)
    now = desk.story(story.episode)
    kept = now.breakdown.character(mara).casting.also["elevenlabs"]
    assert kept in [one["voice_id"] for one in vendors.elevenlabs.account.voices]
    first = desk.offers(now, mara)[0]
    assert (first.card.voice, first.cast) == (kept, True)
    assert bills(house) == vendors.elevenlabs.books.billed


def test_others_are_designed_the_next_time(desk: Desk, vendors: Cloud) -> None:
    story, mara = opened(desk)
    desk.design_voice(story, mara)
    before = {one.voice for one in desk.designed_voices(story, mara)}
    desk.design_voice(story, mara)
    assert not before & {one.voice for one in desk.designed_voices(story, mara)}
    assert vendors.elevenlabs.books.asked["design"] == 2


def test_every_voice_of_a_vendor_says_how_it_fits_and_the_best_comes_first(desk: Desk) -> None:
    story, mara = opened(desk)
    offers = [one for one in desk.offers(story, mara) if not one.cast]
    assert len(offers) > 5
    assert all(one.why for one in offers)
    assert [one.suggested for one in offers[1:]] == [False] * (len(offers) - 1)


def test_the_offline_crew_designs_nothing(desk: Desk) -> None:
    story, mara = opened(desk, "offline")
    assert desk.price_of_design(story, mara) is None
    with pytest.raises(BadRequest):
        desk.design_voice(story, mara)


def test_a_design_that_does_not_fit_the_limit_is_not_asked(vendors: Cloud, tmp_path: Path) -> None:
    with at_doubles(vendors, tmp_path, studio_episode_stop="0") as house:
        desk = Desk(house, OWNER)
        story, mara = opened(desk)
        with pytest.raises(BudgetReached):
            desk.design_voice(story, mara)
    assert vendors.elevenlabs.books.asked["design"] == 0
