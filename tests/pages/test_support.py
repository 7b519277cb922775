"""Help: what goes along is shown first, errors lead there, founders answer, and alone there is a report to copy."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.wording import plain
from studio.db import now
from studio.desk.desk import Desk
from studio.people.account import Account, Role
from studio.people.tickets import Ticket
from studio.production.house import House
from tests.pages.test_failing import SCRIPT, board, failed
from tests.pages.visit import ROOT, button, tab, text

NASTY = "<script>alert(1)</script> **bold** [x](https://evil.example)"


@pytest.fixture
def ada(house: House) -> Desk:
    """A creator's desk."""
    with house.db.write() as session:
        for ident, role in (("ada", Role.CREATOR), ("grace", Role.FOUNDER)):
            session.add(Account(id=ident, name=ident.title(), email=f"{ident}@example.org", role=role))
    return Desk(house, "ada")


@pytest.fixture
def grace(ada: Desk, house: House) -> Desk:
    """A founder's desk."""
    return Desk(house, "grace")


def framed(desk: Desk, episode: str = "") -> AppTest:
    """Home within the whole frame, or the tab that it leads to."""
    page = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=120)
    page.session_state["desk"] = desk
    if episode:
        page.query_params["episode"] = episode
    assert not page.run().exception
    return page


def follow(page: AppTest, label: str) -> AppTest:
    """Go where a link leads, in the same tab of the browser."""
    link = next(one for one in page.get("page_link") if one.proto.label == label)
    page.query_params.clear()
    for pair in link.proto.query_string.split("&"):
        name, _, value = pair.partition("=")
        page.query_params[name] = value
    page.switch_page("pages/support.py").run()
    assert not page.exception
    return page


def along(page: AppTest) -> list[tuple[str, str]]:
    """What the page shows that goes along."""
    found = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", text(page))
    return [(html.unescape(label), html.unescape(value)) for label, value in found]


def send(page: AppTest, said: str) -> AppTest:
    page.text_area(key="ticket-text").input(said)
    button(page, "Send it").click().run()
    assert not page.exception
    return page


def test_an_errors_card_leads_on_and_what_is_sent_is_what_was_shown(ada: Desk, house: House) -> None:
    shown = ada.open_file("hall.fountain", SCRIPT)
    begun = failed(ada, house, shown, board(ada, shown))
    page = follow(tab(ada, "scenes", episode=shown), "Tell us what happened")
    seen = along(page)
    told = dict(seen)
    assert told["Page"] == "Scenes"
    assert told["Episode"].endswith(f"({shown})")
    assert told["Production"].startswith(begun)
    assert told["Error"] == "Garbled"
    assert told["What it said"].startswith("Board 1A could not be made. The engine's answer could not be used")
    send(page, "It will not draw.")
    (made,) = ada.tickets()
    assert list(ada.ticket(made.id).facts) == seen
    assert "".join(page.query_params["ticket"]) == made.id
    assert "It will not draw." in text(page)


def test_nothing_goes_along_where_the_person_does_not_wish_it(ada: Desk) -> None:
    page = tab(ada, "support", page="Voices")
    assert ("Page", "Voices") in along(page)
    page.checkbox(key="ticket-along").uncheck()
    send(page, "A question.")
    assert ada.ticket(ada.tickets()[0].id).facts == ()


def test_the_foot_of_every_page_leads_there(ada: Desk) -> None:
    shown = ada.open_file("hall.fountain", SCRIPT)
    assert dict(along(follow(framed(ada), "Help: ask us something")))["Page"] == "Home"
    told = dict(along(follow(framed(ada, shown), "Help: ask us something")))
    assert told["Page"] == "Episode"
    assert shown in told["Episode"]


def test_a_page_that_ends_early_has_it_too(ada: Desk) -> None:
    assert ("Page", "Episode") in along(follow(framed(ada, "nobodys"), "Help: ask us something"))


def test_an_address_made_up_by_somebody_else_tells_nothing(ada: Desk, house: House) -> None:
    theirs = Desk(house, "grace").open_file("hall.fountain", SCRIPT)
    page = tab(ada, "support", page=NASTY, about="nothing", episode=theirs)
    assert [label for label, _ in along(page)] == ["Versions"]
    assert "alert(1)" not in text(page)


def test_what_anybody_writes_is_shown_as_text(ada: Desk, grace: Desk) -> None:
    made = ada.open_ticket(NASTY, NASTY, ((NASTY, NASTY),))
    grace.answer_ticket(made, NASTY)
    for desk in (ada, grace):
        page = tab(desk, "support", ticket=made)
        assert "<script>" not in text(page)
        assert text(page).count("&lt;script&gt;alert(1)") == 5
        listed = tab(desk, "support")
        if desk is grace:
            listed.segmented_control(key="ticket-state").set_value("answered").run()
        (link,) = (one for one in listed.get("page_link") if "alert" in one.proto.label)
        assert link.proto.label == plain(NASTY)


def test_a_creator_writes_back_and_closes(ada: Desk, grace: Desk) -> None:
    made = ada.open_ticket("Flat", "The voices sound flat.")
    grace.answer_ticket(made, "Which line?", asks=True)
    page = tab(ada, "support", ticket=made)
    assert "waiting for you" in text(page)
    page.text_area(key="ticket-say").input("Line 3.")
    button(page, "Write back").click().run()
    assert page.text_area(key="ticket-say").value == ""
    assert "Line 3." in text(page)
    button(page, "Close it").click().run()
    assert ">closed</span>" in text(page)
    assert "Close it" not in [one.label for one in page.button]


def test_what_was_refused_stays_in_the_box(ada: Desk) -> None:
    made = ada.open_ticket("Flat", "The voices sound flat.")
    for _ in range(20):
        ada.say(made, "And again.")
    page = tab(ada, "support", ticket=made)
    page.text_area(key="ticket-say").input("One more thing.")
    button(page, "Write back").click().run()
    assert "you wrote a great deal of late" in page.error[0].value
    assert page.text_area(key="ticket-say").value == "One more thing."
    assert "Tell us what happened" not in [one.proto.label for one in page.get("page_link")]


def test_somebody_elses_ticket_is_not_there(ada: Desk, grace: Desk, house: House) -> None:
    made = grace.open_ticket("Mine", "A founder's own.")
    page = tab(ada, "support", ticket=made)
    assert "no question of yours has this id" in text(page)
    assert "A founder" not in text(page)


def test_a_founder_begins_with_an_answer_and_changes_it(ada: Desk, grace: Desk) -> None:
    made = ada.open_ticket("Flat", "The voices sound flat.", (("Page", "Voices"),))
    page = tab(grace, "support")
    assert "Ada, just now" in text(page)
    page = tab(grace, "support", ticket=made)
    page.selectbox(key=f"ticket-canned-{made}").select("which").run()
    assert "just before on Voices" in page.text_area(key="ticket-say").value
    assert page.checkbox(key="ticket-asks").value
    page.text_area(key="ticket-say").input("Hello Ada, which line?")
    button(page, "Answer, here and by mail").click().run()
    assert not page.exception
    seen = ada.ticket(made)
    assert (seen.state, seen.thread[-1].text) == ("waiting", "Hello Ada, which line?")
    assert "waiting for them" in text(page)


def test_an_answer_chosen_for_one_ticket_is_not_put_into_anothers(ada: Desk, grace: Desk) -> None:
    first, other = (ada.open_ticket(name, "It sounds flat.", (("Page", "Voices"),)) for name in ("Flat", "Flatter"))
    page = tab(grace, "support", ticket=first)
    gone = page.selectbox(key=f"ticket-canned-{first}").select("which")._widget_state
    page.run()
    page.query_params["ticket"] = other
    page.run()
    page.text_area(key="ticket-say").input("Hello Ada, I looked.")
    states = page._tree.get_widget_states()
    states.widgets.extend([gone])  # a browser sends it until it knows that the page is drawn
    page._run(states)
    assert page.text_area(key="ticket-say").value == "Hello Ada, I looked."


def test_an_empty_desk_says_so(grace: Desk, ada: Desk) -> None:
    assert "No ticket is in this state." in text(tab(grace, "support"))
    assert "What you asked" not in text(tab(ada, "support"))


def test_many_tickets_are_parted_by_state(ada: Desk, grace: Desk, house: House, full: Callable[[int], None]) -> None:
    full(60)
    page = tab(grace, "support")
    assert page.segmented_control(key="ticket-state").options[0] == "Open: 60"
    assert len([one for one in page.get("page_link") if one.proto.label.startswith("Question")]) == 60
    page.segmented_control(key="ticket-state").set_value("closed").run()
    assert "No ticket is in this state." in text(page)


@pytest.fixture
def full(house: House, ada: Desk) -> Callable[[int], None]:
    """Fill the house with tickets."""

    def fill(number: int) -> None:
        with house.db.write() as session:
            session.add_all(
                Ticket(account="ada", title=f"Question {one}", opened=now(), changed=now()) for one in range(number)
            )

    return fill


def test_alone_there_is_a_report_to_copy_and_nothing_is_sent(desk: Desk, house: House) -> None:
    shown = desk.open_file("hall.fountain", SCRIPT)
    failed(desk, house, shown, board(desk, shown))
    page = follow(tab(desk, "scenes", episode=shown), "Make a report of what happened")
    assert "there is nobody to ask and nothing is sent" in text(page)
    report = page.code[0].value
    for line in ("TrashFire Studio, a report", "Page: Scenes", "Error: Garbled", f"({shown})", "Engines: writer "):
        assert line in report
    assert not page.text_area
    assert desk.tickets() == ()
