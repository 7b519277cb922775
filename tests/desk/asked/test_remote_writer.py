"""A writer at a vendor behind the desk: paid once for the same question, booked to the micro-dollar."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlmodel import col, select

from studio.db import now
from studio.desk.desk import Desk
from studio.errors import BudgetReached, Conflict, Unclear
from studio.money.entry import Entry, Verb
from studio.people.account import OWNER
from studio.production.asker import asker
from studio.production.dispatch import Dispatch
from studio.production.house import House
from studio.production.proposing import close_left
from studio.production.run import ACTIVE, Run, RunState
from studio.story.message import Fate
from studio.story.proposal import Request
from studio.takes.take import Take, TakeState
from tests.doubles.cloud import Cloud
from tests.doubles.house import at_doubles
from tests.doubles.server import Fault

UNDER_WAY = "unanswered-x=input_tokens:900,cached_tokens:0,output_tokens:4000"
SCRIPT = b"INT. KITCHEN - NIGHT\n\nMARA, 70, puts a key on the table.\n\nMARA\nYou kept it.\n\nTOM\nNever.\n"


@pytest.fixture
def poor(vendors: Cloud, tmp_path: Path) -> Iterator[House]:
    """A house where no episode may cost anything."""
    with at_doubles(vendors, tmp_path, studio_episode_stop="0") as made:
        yield made


def opened(house: House) -> tuple[Desk, str]:
    desk = Desk(house, OWNER)
    episode = desk.open_file("key.fountain", SCRIPT)
    desk.engage_named(episode, "writer=groq")
    return desk, episode


def bills(house: House) -> dict[str, int]:
    with house.db.read() as session:
        found = session.exec(select(Entry).where(Entry.verb == Verb.BILL)).all()
    return {one.request: one.micros for one in found if one.purse.startswith("cost:")}


def test_the_same_question_is_asked_and_paid_for_once(vendors: Cloud, house: House) -> None:
    before = dict(vendors.groq.books.billed)
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


def test_a_question_that_does_not_fit_the_limit_is_not_asked(vendors: Cloud, poor: House) -> None:
    before = vendors.groq.books.total
    desk, episode = opened(poor)
    with pytest.raises(BudgetReached):
        desk.ask(episode, Request(text="funnier"), base=desk.story(episode).number)
    assert vendors.groq.books.total == before


def test_the_offline_writer_answers_for_nothing(vendors: Cloud, house: House) -> None:
    desk, episode = opened(house)
    desk.engage_named(episode, "offline")
    assert desk.price_of_asking(episode, "shorter") == 0
    assert desk.ask(episode, Request(text="shorter"), base=desk.story(episode).number).sentence
    assert bills(house) == {}


def followed(desk: Desk, episode: str) -> list[str]:
    """What somebody reads who follows the answer to its end."""
    asking = desk.asking(episode)
    assert asking
    return list(asking.follow())


def active(house: House) -> list[Run]:
    with house.db.read() as session:
        return [run for run in session.exec(select(Run)) if run.state in ACTIVE]


def test_the_answer_s_words_are_read_before_it_is_whole(vendors: Cloud, house: House) -> None:
    desk, episode = opened(house)
    vendors.groq.heard = Event()  # its stream goes on only once somebody has read the first words
    desk.begin(episode, Request(text="sadder, please"), base=desk.story(episode).number)
    asking = desk.asking(episode)
    assert asking
    read = []
    for words in asking.follow():
        read.append(words)
        if words:
            vendors.groq.heard.set()
    vendors.groq.heard = None
    assert 0 < len(next(filter(None, read))) < len(desk.conversation(episode).messages[-1].text)
    assert desk.conversation(episode).messages[-1].text.startswith(read[-1])
    assert len(bills(house)) == 1


def test_who_leaves_finds_the_answer_and_no_run_stays_open(vendors: Cloud, house: House) -> None:
    desk, episode = opened(house)
    vendors.groq.heard = Event()
    desk.begin(episode, Request(text="colder"), base=desk.story(episode).number)
    with pytest.raises(Conflict, match="something else"):
        desk.begin(episode, Request(text="warmer"), base=desk.story(episode).number)
    vendors.groq.heard.set()
    vendors.groq.heard = None
    again = Desk(house, OWNER)  # the page was loaded again
    followed(again, episode)
    person, writer = again.conversation(episode).messages
    assert person.text == "colder"
    assert writer.text
    assert again.asking(episode) is None
    assert active(house) == []


def test_what_goes_wrong_is_told_to_who_follows_and_leaves_nothing_open(poor: House) -> None:
    desk, episode = opened(poor)
    desk.begin(episode, Request(text="funnier"), base=desk.story(episode).number)
    with pytest.raises(BudgetReached):
        followed(desk, episode)
    assert active(poor) == []
    (asked,) = desk.conversation(episode).messages
    assert (asked.text, asked.state) == ("funnier", Fate.UNANSWERED)


def left_by(house: House, name: str) -> None:
    """Make the last question one that the process of that name was asking."""
    with house.db.write() as session:
        run = session.exec(select(Run).where(col(Run.part).startswith("proposal:"))).one()
        take = session.get_one(Take, (run.account, run.target))
        run.state, run.finished = RunState.RUNNING, None
        take.state, take.executor, take.ticket = TakeState.ASKED, name, f"1 doctor-1 {UNDER_WAY}"
        session.add(run)
        session.add(take)


def ended() -> str:
    """The name of a process that has ended."""
    before = asker()
    with subprocess.Popen(["sleep", "0"]) as child:
        pass
    return before.replace(f"-{os.getpid()}-", f"-{child.pid}-")


def test_a_question_left_by_a_process_that_is_gone_is_asked_again(vendors: Cloud, house: House) -> None:
    desk, episode = opened(house)
    base = desk.story(episode).number
    desk.ask(episode, Request(text="stranger"), base=base)
    left_by(house, ended())
    assert desk.ask(episode, Request(text="stranger"), base=base).sentence
    assert active(house) == []
    assert bills(house)["unanswered-x"] == 2_535  # what was under way is owed


def test_an_answer_lost_twice_is_owed_and_can_be_asked_for_once_let_go(vendors: Cloud, house: House) -> None:
    desk, episode = opened(house)
    base = desk.story(episode).number
    vendors.groq.schedule.script["chat"] = [Fault.LOST_AFTER, Fault.LOST_AFTER]
    with pytest.raises(Unclear):
        desk.ask(episode, Request(text="stormier"), base=base)
    (doubt,) = desk.doubts(episode)
    assert "in the books" in doubt.why
    owed = bills(house)
    assert len(owed) == 2
    desk.let_go(episode, doubt.fingerprint)
    assert desk.ask(episode, Request(text="stormier"), base=base).sentence
    (answer,) = set(bills(house)) - set(owed)
    with house.db.read() as session:
        told = set(session.exec(select(Entry.why).where(col(Entry.request).in_(owed))))
        assert told == {"no answer came; it cost this at the most"}
        take = session.get_one(Take, (OWNER, doubt.fingerprint))
        assert take.cost_micros == vendors.groq.books.billed[answer]  # nobody pays for what never came


def test_a_question_of_a_process_that_lives_is_not_asked_twice(vendors: Cloud, house: House) -> None:
    desk, episode = opened(house)
    base = desk.story(episode).number
    desk.ask(episode, Request(text="quieter"), base=base)
    left_by(house, asker())
    asked = vendors.groq.books.asked["chat"]
    with pytest.raises(Conflict, match="just that"):
        desk.ask(episode, Request(text="quieter"), base=base)
    assert vendors.groq.books.asked["chat"] == asked
    with house.db.write() as session:
        close_left(session)
    assert len(active(house)) == 1


def test_an_upgrade_makes_no_film_of_a_question(house: House) -> None:
    desk, episode = opened(house)
    desk.ask(episode, Request(text="warmer"), base=desk.story(episode).number)
    left_by(house, ended())
    with house.db.write() as session:
        (run,) = session.exec(select(Run)).all()
        run.version = "0"
        session.add(run)
    dispatch = Dispatch(house.db)
    assert dispatch.restart_old() == []
    dispatch.close()
    with house.db.read() as session:
        assert [one.id for one in session.exec(select(Run))] == [run.id]


@pytest.mark.parametrize("minutes", [1, 16])
def test_a_question_that_cannot_be_seen_is_left_after_a_while(house: House, minutes: int) -> None:
    desk, episode = opened(house)
    desk.ask(episode, Request(text="louder"), base=desk.story(episode).number)
    left_by(house, "desk-elsewhere-7-1700000000")  # nobody can see from here whether it lives
    with house.db.write() as session:
        (run,) = session.exec(select(Run)).all()
        run.created = now() - timedelta(minutes=minutes)
        session.add(run)
    with house.db.write() as session:
        close_left(session)
    assert len(active(house)) == (1 if minutes < 15 else 0)
