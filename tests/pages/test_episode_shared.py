"""Sharing on the Episode tab: a link is made and closed, a tester's note is answered and followed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from studio.desk.desk import Desk
from studio.desk.screening import Standing
from studio.desk.viewing import Ticket, Viewing
from studio.people.account import OWNER
from studio.production.house import House
from tests.pages.visit import button, tab, text
from tests.web import rows
from tests.web.rows import FRAME, deliver, house_at

SCRIPT = b"INT. HALL - NIGHT\n\nShe waits.\n\nANNA\nGood evening.\n"


@pytest.fixture
def filmed(desk: Desk, house: House) -> str:
    """An episode with a film."""
    made = desk.open_file("hall.fountain", SCRIPT)
    deliver(house, made)
    return made


def noted(desk: Desk, house: House, episode: str, said: str, second: float = 4.0) -> Ticket:
    """A note somebody left at a link."""
    ticket = Ticket(desk.screen(episode, label="Friday").token)
    ticket = ticket._replace(viewer=Viewing(house).enter(ticket))
    Viewing(house).leave_note(ticket, second, "Tess <b>", said)
    return ticket


def chosen(desk: Desk, episode: str) -> AppTest:
    """The tab with the one note of an episode opened."""
    (note,) = desk.notes(episode)
    return tab(desk, "episode", episode=episode, note=note.id)


def test_without_a_film_there_is_nothing_to_share(desk: Desk) -> None:
    page = tab(desk, "episode", episode=desk.open_file("hall.fountain", SCRIPT))
    assert "Share" not in text(page)
    assert not [one for one in page.button if one.label == "Make a link"]


def test_a_link_is_made_shown_once_and_closed(desk: Desk, filmed: str) -> None:
    page = tab(desk, "episode", episode=filmed)
    button(page, "Make a link").click().run()
    page.text_input(key="screening-label").input("<b>Friday</b>")
    page.number_input(key="screening-most").set_value(5)
    button(page, "Make the link").click().run()
    (shown,) = page.code
    token = re.search(r"/s/([\w-]{43})", shown.value)
    assert token
    assert "answers nobody else" in text(page)
    assert "&lt;b&gt;Friday&lt;/b&gt;" in text(page)
    assert "opened by 0 of 5" in text(page)
    button(page, "I have it").click().run()
    assert not page.code
    button(page, "Close it").click().run()
    assert desk.screenings(filmed)[0].standing is Standing.REVOKED
    assert not [one for one in page.button if one.label == "Close it"]


def test_a_link_that_cannot_be_is_refused_beside_what_was_filled_in(desk: Desk, filmed: str) -> None:
    page = tab(desk, "episode", episode=filmed)
    button(page, "Make a link").click().run()
    page.text_input(key="screening-label").input("Friday")
    page.text_input(key="screening-password").input("abc")
    button(page, "Make the link").click().run()
    assert "use 6 to 128 letters" in page.error[0].value
    assert page.text_input(key="screening-label").value == "Friday"
    assert desk.screenings(filmed) == ()


def test_a_note_is_listed_answered_and_resolved(desk: Desk, house: House, filmed: str) -> None:
    ticket = noted(desk, house, filmed, "<script>closer</script>")
    page = tab(desk, "episode", episode=filmed)
    assert "Notes, 1 open" in text(page)
    assert "&lt;script&gt;closer" in text(page)
    assert "<script>closer" not in text(page)
    assert f"/noted/{filmed}/{FRAME}/timeline.otio" in text(page)
    button(page, "Answer or retake").click().run()
    (note,) = desk.notes(filmed)
    page.text_input(key=f"note-answer-{note.id}").input("Gladly")
    button(page, "Answer").click().run()
    assert [one.text for one in Viewing(house).notes(ticket)[1][0].answers] == ["Gladly"]
    button(page, "Resolve").click().run()
    assert "Notes, 0 open" in text(page)
    assert desk.notes(filmed)[0].resolved
    button(page, "Remove this note and its 1 answer").click().run()
    assert not page.exception
    assert desk.notes(filmed) == ()


def test_a_note_directs_a_retake_at_its_price(desk: Desk, house: House, filmed: str) -> None:
    noted(desk, house, filmed, "closer")
    (shot,) = [one for one in desk.story(filmed).breakdown.shots if one.lines]
    with house.db.write() as session:
        session.connection().exec_driver_sql("UPDATE note SET shot = ?, slate = ?", (shot.id, shot.number))
    page = chosen(desk, filmed)
    assert "ts-pins" in text(page)
    assert page.text_input(key=f"note-direction-{desk.notes(filmed)[0].id}").value == "closer"
    button(page, f"Retake shot {shot.number}, $0.00").click().run()
    assert not page.error
    (note,) = desk.notes(filmed)
    assert note.retaken
    assert f"board:{shot.id}@1280x720" in desk.making(filmed)
    assert desk.revisions(filmed)[0].what == f"Shot {shot.number}: closer"
    assert "the same link shows the new cut" in text(page)


def test_words_that_cost_more_than_the_button_said_are_priced_before_they_are_followed(home: Path) -> None:
    house = house_at(home / "priced", fal_key="key")
    desk = Desk(house, OWNER)
    filmed = desk.open_file("hall.fountain", SCRIPT)
    desk.engage_named(filmed, "painter=flux-2,animator=kling-v4")
    (shot,) = [one for one in desk.story(filmed).breakdown.shots if one.lines]
    deliver(house, filmed)
    rows.filmed(house, filmed, f"clip:{shot.id}@{FRAME}")
    noted(desk, house, filmed, "warmer light")
    with house.db.write() as session:
        session.connection().exec_driver_sql("UPDATE note SET shot = ?, slate = ?", (shot.id, shot.number))
    page, before = chosen(desk, filmed), desk.revisions(filmed)
    (note,) = desk.notes(filmed)
    (cheap,) = [one for one in page.button if one.label.startswith("Retake shot")]
    page.text_input(key=f"note-direction-{note.id}").input("longer " * 8)
    cheap.click().run()
    assert "was agreed to" in page.error[0].value
    assert (desk.revisions(filmed), desk.making(filmed), desk.notes(filmed)[0].retaken) == (before, frozenset(), False)
    (dear,) = [one for one in page.button if one.label.startswith("Retake shot")]
    assert dear.label != cheap.label
    dear.click().run()
    assert not page.error
    assert desk.notes(filmed)[0].retaken
    house.db.close()


def test_a_note_on_a_shot_that_is_gone_can_be_answered_only(desk: Desk, house: House, filmed: str) -> None:
    noted(desk, house, filmed, "closer")
    page = chosen(desk, filmed)
    assert "not in the script any more" in text(page)
    assert not [one for one in page.button if one.label.startswith("Retake")]
    assert button(page, "Answer")
