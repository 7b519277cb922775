"""A writer at a vendor behind the desk: paid once for the same question, booked to the micro-dollar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from services.settings import Settings
from services.wiring import build_house
from studio.desk.desk import Desk
from studio.errors import BudgetReached
from studio.money.entry import Entry, Verb
from studio.people.account import OWNER
from studio.production.house import House
from studio.production.run import ACTIVE, Run
from studio.story.proposal import Request
from tests.doubles.cloud import Cloud, cloud

SCRIPT = b"INT. KITCHEN - NIGHT\n\nMARA, 70, puts a key on the table.\n\nMARA\nYou kept it.\n\nTOM\nNever.\n"


@pytest.fixture(scope="module")
def vendors() -> Iterator[Cloud]:
    with cloud() as served:
        yield served


@pytest.fixture
def house_of(vendors: Cloud, tmp_path: Path) -> Iterator[Callable[..., House]]:
    built: list[House] = []

    def build(**more: object) -> House:
        given = {name.lower(): value for name, value in vendors.settings.items()} | more
        built.append(build_house(Settings(_env_file=None, studio_home=tmp_path, **given)))
        return built[-1]

    yield build
    for house in built:
        house.remotes.close()
        house.db.close()


def opened(house: House) -> tuple[Desk, str]:
    desk = Desk(house, OWNER)
    episode = desk.open_file("key.fountain", SCRIPT)
    desk.engage_named(episode, "writer=groq")
    return desk, episode


def bills(house: House) -> dict[str, int]:
    with house.db.read() as session:
        found = session.exec(select(Entry).where(Entry.verb == Verb.BILL)).all()
    return {one.request: one.micros for one in found if one.purse.startswith("cost:")}


def test_the_same_question_is_asked_and_paid_for_once(vendors: Cloud, house_of: Callable[..., House]) -> None:
    before = dict(vendors.groq.books.billed)
    house = house_of()
    desk, episode = opened(house)
    base = desk.story(episode).number
    assert desk.price_of_asking(episode, "funnier") > 0
    first = desk.ask(episode, Request(text="funnier", tab="script"), base=base)
    assert first.sentence
    mine = {key: value for key, value in vendors.groq.books.billed.items() if key not in before}
    assert bills(house) == mine
    assert mine
    assert desk.ask(episode, Request(text="funnier", tab="script"), base=base) == first
    assert bills(house) == {key: value for key, value in vendors.groq.books.billed.items() if key not in before}
    assert [one.text for one in desk.conversation(episode).messages][-1] == first.sentence
    with house.db.read() as session:
        assert not [run for run in session.exec(select(Run)) if run.state in ACTIVE]


def test_a_question_that_does_not_fit_the_limit_is_not_asked(vendors: Cloud, house_of: Callable[..., House]) -> None:
    before = vendors.groq.books.total
    desk, episode = opened(house_of(studio_episode_stop="0"))
    with pytest.raises(BudgetReached):
        desk.ask(episode, Request(text="funnier"), base=desk.story(episode).number)
    assert vendors.groq.books.total == before


def test_the_offline_writer_answers_for_nothing(vendors: Cloud, house_of: Callable[..., House]) -> None:
    house = house_of()
    desk, episode = opened(house)
    desk.engage_named(episode, "offline")
    assert desk.price_of_asking(episode, "shorter") == 0
    assert desk.ask(episode, Request(text="shorter"), base=desk.story(episode).number).sentence
    assert bills(house) == {}
