"""What is asked is kept from the moment it is asked: who comes back finds the answer, or a question to ask again."""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta
from threading import Event

import pytest
from sqlmodel import Session, select

from studio.db import now
from studio.desk.desk import Desk
from studio.errors import Conflict, NotFound
from studio.production.asker import asker
from studio.production.house import House
from studio.story.message import Fate, Message, Role
from studio.story.proposal import Question, Request
from tests.doubles.cloud import Cloud
from tests.production.crew import SCRIPT

ASKED = Request(text="colder", tab="script_lab", scenes=(2,))


@pytest.fixture
def episode(desk: Desk) -> str:
    found = desk.open_file("key.fountain", SCRIPT.encode())
    desk.engage_named(found, "writer=groq")
    return found


def ended() -> str:
    """The name of a process that has ended."""
    with subprocess.Popen(["sleep", "0"]) as child:
        pass
    return asker().replace(f"-{os.getpid()}-", f"-{child.pid}-")


def cut_off(session: Session, by: str) -> Message:
    """Make the only question one that a process asked which wrote no answer down any more."""
    person, *answers = sorted(session.exec(select(Message)), key=lambda row: row.role != Role.PERSON)
    for row in answers:
        session.delete(row)
    person.state = Fate.ASKED
    person.proposal = Question(request=ASKED, by=by).model_dump_json()
    session.add(person)
    return person


def test_a_question_is_in_the_conversation_before_it_is_answered(vendors: Cloud, desk: Desk, episode: str) -> None:
    vendors.groq.heard = Event()
    desk.begin(episode, ASKED, base=1)
    asking = desk.asking(episode)
    assert asking
    next(words for words in asking.follow() if words)
    found = desk.conversation(episode)
    assert found.asked
    assert (found.asked.text, found.asked.request, found.unanswered) == ("colder (scene 2)", ASKED, None)
    vendors.groq.heard.set()
    assert asking.wait(120)
    vendors.groq.heard = None
    found = desk.conversation(episode)
    assert (found.asked, [one.role for one in found.messages]) == (None, [Role.PERSON, Role.WRITER])
    assert found.messages[1].request == ASKED


def test_an_answer_that_came_before_the_end_is_found_and_not_paid_again(
    vendors: Cloud, house: House, desk: Desk, episode: str
) -> None:
    before = vendors.groq.books.total
    sentence = desk.ask(episode, ASKED, base=1).sentence
    with house.db.write() as session:
        cut_off(session, ended())
    found = desk.conversation(episode)
    assert found.unanswered
    assert found.asked is None
    desk.ask(episode, found.unanswered.request, base=1)
    assert desk.conversation(episode).messages[-1].text == sentence
    assert desk.conversation(episode).unanswered is None
    assert vendors.groq.books.total - before == desk.budget(episode).billed > 0


@pytest.mark.parametrize(("minutes", "fate"), [(1, Fate.ASKED), (16, Fate.UNANSWERED)])
def test_what_a_machine_out_of_sight_asks_is_given_its_time(
    house: House, desk: Desk, episode: str, minutes: int, fate: Fate
) -> None:
    desk.ask(episode, ASKED, base=1)
    with house.db.write() as session:
        cut_off(session, "desk-elsewhere-7-1700000000").created = now() - timedelta(minutes=minutes)
    assert desk.conversation(episode).messages[-1].state is fate


def test_a_question_is_left_by_its_account_once_nobody_answers_it(house: House, desk: Desk, episode: str) -> None:
    desk.ask(episode, ASKED, base=1)
    with house.db.write() as session:
        asked = cut_off(session, asker()).id
    with pytest.raises(Conflict, match="just being answered"):
        desk.leave_question(asked)
    with house.db.write() as session:
        cut_off(session, ended())
    with pytest.raises(NotFound):
        Desk(house, "stranger").leave_question(asked)
    desk.leave_question(asked)
    found = desk.conversation(episode)
    assert (found.unanswered, found.messages[-1].state) == (None, Fate.LEFT)
