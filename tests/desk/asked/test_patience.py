"""A question waits for room at its vendor, counted with the takes of all workers, and for a storm to end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest

from studio.desk.desk import Desk
from studio.errors import Busy, CalledOff
from studio.people.account import OWNER, Account
from studio.production.executors import enlist, retire
from studio.production.film import Choices
from studio.production.house import House
from studio.production.making import Outcome, make
from studio.production.names import VERSION
from studio.production.preparing import prepare
from studio.production.run import JobState
from studio.production.waiting import Waits
from studio.production.wants import SCRIPT as THE_SCRIPT
from studio.story.message import Fate
from studio.story.proposal import Request
from tests.doubles.cloud import Cloud
from tests.doubles.house import at_doubles
from tests.doubles.server import Fault
from tests.production.crew import SCRIPT
from tests.until import HANGS, until

ASKED = Request(text="colder", tab="script_lab")


@pytest.fixture
def house(request: pytest.FixtureRequest, vendors: Cloud, tmp_path: Path) -> Iterator[House]:
    """A house whose writer takes one at a time; a parameter says how many times as fast its lines wait."""
    with at_doubles(vendors, tmp_path, studio_haste=getattr(request, "param", "30")) as made:
        yield replace(made, rooms={"groq": 1})


@pytest.fixture
def episode(desk: Desk) -> str:
    found = desk.open_file("key.fountain", SCRIPT.encode())
    desk.engage_named(found, "writer=groq")
    return found


def held_up(desk: Desk, episode: str) -> str:
    asking = desk.asking(episode)
    return asking.held_up if asking else ""


def script_under_way(house: House, worker: str) -> tuple[Thread, list[Outcome]]:
    """A screenplay that this worker is having written in a thread, at a vendor that is not done with it."""
    desk, came = Desk(house, OWNER), list[Outcome]()
    pitch = desk.open_pitch("A key nobody gave back.", seconds=20)
    desk.engage_named(pitch, "writer=groq")
    run = desk.produce(pitch, Choices(only=(THE_SCRIPT,)))
    assert run
    prepare(house, run)
    thread = Thread(target=lambda: came.append(make(house, run, THE_SCRIPT, {}, worker)), daemon=True)
    thread.start()
    return thread, came


def test_a_question_waits_until_a_worker_s_take_leaves_room(
    vendors: Cloud, house: House, desk: Desk, episode: str
) -> None:
    hold = vendors.groq.hold = Event()
    with house.db.write() as session:
        worker = enlist(session, VERSION)
    thread, came = script_under_way(house, worker)
    until(lambda: vendors.groq.books.asked["chat"] > 0)
    desk.begin(episode, ASKED, base=1)
    until(lambda: held_up(desk, episode) == "groq")
    assert desk.conversation(episode).asked
    asking = desk.asking(episode)
    assert asking
    hold.set()
    thread.join(HANGS)
    assert asking.wait(HANGS)
    assert came[0].state is JobState.MADE
    assert desk.conversation(episode).messages[-1].text


def test_a_question_leaves_other_accounts_their_share_of_the_room(
    vendors: Cloud, house: House, desk: Desk, episode: str
) -> None:
    house = replace(house, rooms={"groq": 2}, shares={"groq": 0.5})
    hold = vendors.groq.hold = Event()
    with house.db.write() as session:
        worker = enlist(session, VERSION)
        session.add(Account(id="guest", name="Guest"))
    thread, came = script_under_way(house, worker)
    until(lambda: vendors.groq.books.asked["chat"] > 0)
    desk = Desk(house, OWNER)
    desk.begin(episode, ASKED, base=1)
    until(lambda: held_up(desk, episode) == "groq")
    asking = desk.asking(episode)
    assert asking
    hold.set()
    thread.join(HANGS)
    assert asking.wait(HANGS)
    assert came[0].state is JobState.MADE


def test_a_take_waits_until_a_question_leaves_room(vendors: Cloud, house: House, desk: Desk, episode: str) -> None:
    vendors.groq.heard = Event()
    desk.begin(episode, ASKED, base=1)
    asking = desk.asking(episode)
    assert asking
    until(lambda: bool(asking.words))
    with house.db.write() as session:
        worker = enlist(session, VERSION)
    asked = vendors.groq.books.asked["chat"]
    thread, came = script_under_way(house, worker)
    thread.join(1)
    assert vendors.groq.books.asked["chat"] == asked
    vendors.groq.heard.set()
    vendors.groq.heard = None
    thread.join(HANGS)
    assert came[0].state is JobState.MADE
    assert asking.wait(HANGS)


def test_what_a_dead_worker_had_under_way_takes_no_room(vendors: Cloud, house: House, desk: Desk, episode: str) -> None:
    hold = vendors.groq.hold = Event()
    with house.db.write() as session:
        worker = enlist(session, VERSION)
    thread, _ = script_under_way(house, worker)
    until(lambda: vendors.groq.books.asked["chat"] > 0)
    with house.db.write() as session:
        retire(session, worker)
    desk.begin(episode, ASKED, base=1)
    asked = desk.asking(episode)
    assert asked
    assert asked.wait(HANGS)
    assert thread.is_alive()
    hold.set()
    thread.join(HANGS)


def stormy(vendors: Cloud, house: House, haste: float) -> Desk:
    """A desk where the writer's vendor turns the next three away for longer than a line waits."""
    vendors.groq.again = "301"
    vendors.groq.schedule.script["chat"] = [Fault.BUSY] * 3
    return Desk(replace(house, waits=Waits({"groq": 1800.0}, haste)), OWNER)


@pytest.mark.parametrize("house", ["1000"], indirect=True)
def test_a_question_outlasts_a_storm_that_its_line_does_not(vendors: Cloud, house: House, episode: str) -> None:
    desk = stormy(vendors, house, 10_000)
    desk.begin(episode, ASKED, base=1)
    asking = desk.asking(episode)
    assert asking
    assert asking.wait(HANGS)
    assert desk.conversation(episode).messages[-1].text
    assert vendors.groq.schedule.script["chat"] == []


def test_who_waits_for_a_busy_vendor_can_stop_and_owes_nothing(vendors: Cloud, house: House, episode: str) -> None:
    desk, before = stormy(vendors, house, 1), vendors.groq.books.total
    desk.begin(episode, ASKED, base=1)
    until(lambda: held_up(desk, episode) == "groq")
    asking = desk.asking(episode)
    assert asking
    desk.stop_asking(episode)
    with pytest.raises(CalledOff):
        asking.wait(HANGS)
    assert [one.state for one in desk.conversation(episode).messages] == [Fate.UNANSWERED]
    assert vendors.groq.books.total == before


def test_where_nobody_reads_along_a_busy_vendor_is_an_error(vendors: Cloud, house: House, episode: str) -> None:
    with pytest.raises(Busy):
        stormy(vendors, house, 10_000).ask(episode, ASKED, base=1)
