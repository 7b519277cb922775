"""An answer on its way: the page goes on meanwhile, and what broke off is said and asked again."""

from __future__ import annotations

import time
from threading import Event

from sqlmodel import select

from studio.desk.desk import Desk
from studio.production.house import House
from studio.story.message import Fate, Message, Role
from studio.story.proposal import Question, Request
from tests.doubles.cloud import Cloud
from tests.doubles.server import Fault
from tests.pages.visit import answered, button, tab, text
from tests.production.crew import SCRIPT


def test_the_editor_works_while_an_answer_comes(desk: Desk, episode: str, vendors: Cloud) -> None:
    page = tab(desk, "script_lab", episode=episode)
    vendors.groq.heard = Event()
    page.button(key="quick-funnier").click().run()
    asking = desk.asking(episode)
    assert asking
    assert '<b>You</b> Funnier</p><p class="ts-talk-line"><b>Writer</b>' in text(page)
    page.text_area[0].set_value(f"{SCRIPT}\nEXT. QUORL\n").run()
    page.button(key="check").click().run()
    assert "No set is known for “QUORL”" in text(page)
    assert not asking.over
    vendors.groq.heard.set()
    vendors.groq.heard = None
    page = answered(page)
    assert desk.conversation(episode).messages[-1].text in text(page)
    assert "aria-busy" not in text(page)


def cut_off(house: House) -> None:
    """Make the only question one whose process ended before it had an answer."""
    asked = Question(request=Request(text="colder", tab="script_lab"), by="desk-elsewhere-7-1700000000")
    with house.db.write() as session:
        for row in session.exec(select(Message)):
            if row.role == Role.PERSON:
                row.state, row.proposal = Fate.UNANSWERED, asked.model_dump_json()
                session.add(row)
            else:
                session.delete(row)


def test_a_question_that_broke_off_is_asked_again_for_nothing_where_its_answer_came(
    house: House, desk: Desk, episode: str, vendors: Cloud
) -> None:
    desk.ask(episode, Request(text="colder", tab="script_lab"), base=1)
    answer, paid = desk.conversation(episode).messages[-1].text, vendors.groq.books.total
    cut_off(house)
    page = tab(desk, "script_lab", episode=episode)
    assert "The writer has not answered this" in text(page)
    (again,) = [one for one in page.button if one.label.startswith("Ask again, about $")]
    page = answered(again.click().run())
    assert answer in text(page)
    assert "has not answered" not in text(page)
    assert vendors.groq.books.total == paid


def test_a_question_that_broke_off_can_be_left(house: House, desk: Desk, episode: str) -> None:
    desk.engage_named(episode, "offline")
    desk.ask(episode, Request(text="colder", tab="script_lab"), base=1)
    cut_off(house)
    page = tab(desk, "script_lab", episode=episode)
    page = button(page, "Leave it").click().run()
    assert "has not answered" not in text(page)
    assert desk.conversation(episode).unanswered is None


def test_whom_a_question_waits_for_is_said_and_can_be_stopped(desk: Desk, episode: str, vendors: Cloud) -> None:
    before, groq = vendors.groq.books.total, vendors.groq
    groq.again, groq.schedule.script["chat"] = "301", [Fault.BUSY]  # longer than anybody waits on the line
    page = tab(desk, "script_lab", episode=episode)
    page.button(key="quick-funnier").click().run()
    asking = desk.asking(episode)
    assert asking
    until = time.monotonic() + 120
    while not asking.held_up and time.monotonic() < until:
        time.sleep(0.02)
    page.run()
    assert "groq has no room for this now, or does not answer" in text(page)
    page.button(key="stop-asking-lab").click().run()
    while not asking.over and time.monotonic() < until:
        time.sleep(0.02)
    page.run()
    assert "The writer has not answered this" in text(page)
    assert groq.books.total == before
    groq.again = "0.01"
