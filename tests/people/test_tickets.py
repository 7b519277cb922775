"""Tickets: who is to answer, what they may hold, who may see them, and what mail they make."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import col, select, update

from studio.db import now
from studio.desk.desk import Desk
from studio.desk.supporting import About
from studio.errors import BadRequest, Conflict, NotAllowed, NotFound
from studio.people import tickets
from studio.people.account import OWNER, Account, Role
from studio.people.attempts import Attempt
from studio.people.canned import Canned, answers, filled_in
from studio.people.mail import Message
from studio.people.tickets import LONGEST, TITLE, Ticket, TicketState
from studio.production.run import Run
from tests.people.town import MINE, Town, unpacked
from tests.trespass import Belongings

GRACE = "grace@example.com"


@pytest.fixture
def desk(town: Town, things: Belongings) -> Desk:
    """The desk of a creator, in a house with a founder."""
    with town.house.db.write() as session:
        session.add(Account(id="grace", name="Grace", email=GRACE, shown=GRACE, role=Role.FOUNDER))
    return Desk(town.house, MINE)


@pytest.fixture
def founder(desk: Desk, town: Town) -> Desk:
    """Her desk."""
    return Desk(town.house, "grace")


def patient(town: Town) -> None:
    """Let what was counted of late be long ago."""
    with town.house.db.write() as session:
        session.exec(update(Attempt).values(at=now() - timedelta(hours=5)))


def test_a_ticket_goes_to_and_fro_until_it_is_closed_and_an_answer_opens_it(desk: Desk, founder: Desk) -> None:
    made = desk.open_ticket("", "The voices sound flat.\nAll of them.")
    seen = [desk.ticket(made).state]
    founder.answer_ticket(made, "Which line?", asks=True)
    seen.append(desk.ticket(made).state)
    desk.say(made, "Line 3.")
    seen.append(desk.ticket(made).state)
    founder.answer_ticket(made, "Mended.")
    seen.append(desk.ticket(made).state)
    desk.close_ticket(made)
    seen.append(founder.ticket(made).state)
    desk.say(made, "It is back.")
    seen.append(founder.ticket(made).state)
    assert seen == ["open", "waiting", "open", "answered", "closed", "open"]
    shown = founder.ticket(made)
    assert (shown.title, shown.whose, shown.mine) == ("The voices sound flat. All of them.", "Anna Lightkeeper", False)
    assert [(one.founder, one.text) for one in shown.thread][1:3] == [(True, "Which line?"), (False, "Line 3.")]
    assert desk.ticket(made).whose == ""


def test_whoever_asks_hears_by_mail_and_founders_once_an_hour(town: Town, desk: Desk, founder: Desk) -> None:
    made = desk.open_ticket("Flat\r\nBcc: all@example.com", "The voices sound flat.")
    desk.say(made, "Since this morning.")
    town.clock.at = now()
    town.post()
    assert [one.to for one in town.mail.messages] == [GRACE]
    assert f"/support?ticket={made}" in town.mail.messages[0].text
    assert "flat" not in town.mail.messages[0].text
    founder.answer_ticket(made, "Hello Anna,\n\n{studio} is {link} mended.")
    town.clock.at = now()
    town.post()
    letter = town.mail.messages[-1]
    assert (letter.to, letter.subject) == ("Ada@example.com", "An answer to your question")
    assert "Hello Anna,\n\n{studio} is {link} mended." in letter.text
    assert "Flat Bcc: all@example.com" in letter.text
    with town.house.db.read() as session:
        assert "mended" not in str(session.execute(text("SELECT * FROM letter")).all())


@pytest.mark.parametrize("said", ["", "  \n ", "\u200b\u202e", "x" * (LONGEST + 1)])
def test_nothing_and_too_much_are_refused(desk: Desk, said: str) -> None:
    with pytest.raises(BadRequest) as refused:
        desk.open_ticket("Help", said)
    assert refused.value.field == "text"
    assert [one.title for one in desk.tickets()] == ["Lighthouse"]


@given(st.text(max_size=300), st.text(min_size=1, max_size=300))
def test_a_title_is_one_line_a_mail_can_carry(title: str, said: str) -> None:
    made = tickets._title(title, said)
    assert 0 < len(made) <= TITLE
    assert made == " ".join(made.split())
    assert Message(id="i", to="a@b.c", subject=made, text="t")  # which takes no other


def test_what_goes_along_has_its_bounds(desk: Desk) -> None:
    made = desk.open_ticket("Help", "It broke.", tuple(("L" * 999, "v" * 9_999) for _ in range(99)))
    facts = desk.ticket(made).facts
    assert len(facts) == 24
    assert {(len(label), len(value)) for label, value in facts} == {(60, 600)}


def test_who_writes_too_much_has_to_wait(town: Town, desk: Desk) -> None:
    for number in range(6):
        desk.open_ticket(f"Help {number}", "It broke.")
    with pytest.raises(Conflict, match=r"wait .* and try again"):
        desk.open_ticket("Help", "It broke.")
    made = desk.tickets()[0].id
    for _ in range(20):
        desk.say(made, "And again.")
    with pytest.raises(Conflict):
        desk.say(made, "And again.")
    assert len(desk.ticket(made).thread) == 21
    patient(town)
    desk.open_ticket("Help", "It broke.")


def test_only_so_many_are_left_unclosed(town: Town, desk: Desk) -> None:
    with town.house.db.write() as session:
        for _ in range(19):  # beside the one that anna has
            tickets.open_ticket(session, MINE, "Help", "It broke.", (), at=now())
    with pytest.raises(Conflict, match="20 of your questions"):
        desk.open_ticket("Too many", "It broke.")
    desk.close_ticket(desk.tickets()[0].id)
    desk.open_ticket("Room again", "It broke.")


def test_what_founders_do_others_may_not(desk: Desk) -> None:
    made = desk.open_ticket("Help", "It broke.")
    for verb in (
        lambda: desk.all_tickets(),
        lambda: desk.count_tickets(),
        lambda: desk.answer_ticket(made, "Myself."),
        lambda: desk.canned_answers(made),
    ):
        with pytest.raises(NotAllowed):
            verb()
    with pytest.raises(NotFound):
        desk.ticket("nobodys")


def test_the_owner_of_a_local_studio_has_nobody_to_ask(town: Town) -> None:
    mine = Desk(town.house, OWNER)
    assert not mine.helped
    with pytest.raises(BadRequest, match="nobody answers here"):
        mine.open_ticket("Help", "It broke.")


def test_founders_see_what_waits_longest_first(town: Town, desk: Desk, founder: Desk) -> None:
    first, second = desk.open_ticket("First", "a"), desk.open_ticket("Second", "b")
    founder.answer_ticket(founder.all_tickets(TicketState.OPEN)[0].id, "Hello.")  # the one anna settled in with
    assert [one.id for one in founder.all_tickets(TicketState.OPEN)] == [first, second]
    assert founder.count_tickets() == {"open": 2, "waiting": 0, "answered": 1, "closed": 0}
    desk.say(first, "Still there.")
    assert [one.id for one in founder.all_tickets(TicketState.OPEN)] == [second, first]


def test_keys_are_taken_out_of_all_that_is_said(desk: Desk, founder: Desk) -> None:
    key = "gsk_abcdefgh12345678"
    made = desk.open_ticket(f"My {key}", f"I set {key}.", (("What it said", f"Authorization: Bearer {key}"),))
    desk.say(made, f"Again {key}")
    founder.answer_ticket(made, f"Yours is {key}")
    assert key not in repr(desk.ticket(made))
    assert "[key]" in desk.ticket(made).thread[0].text


def test_a_report_tells_of_ones_own_alone(desk: Desk, things: Belongings, town: Town) -> None:
    about = About(page="Scenes", episode=things.episode, run=things.run, error="Down", sentence="Nobody answered.")
    told = dict(desk.report(about))
    assert list(told) == [
        "Page", "Episode", "Version of the script", "Production", "It ended with", "Error", "What it said", "Engines",
        "Versions",
    ]  # fmt: skip
    assert told["Episode"].endswith(f"({things.episode})")
    assert told["It ended with"] == "Down: nobody answered"
    assert told["Engines"].startswith("writer offline-writer ")
    with town.house.db.write() as session:
        session.add(Account(id="bert", name="Bert"))
    assert list(dict(Desk(town.house, "bert").report(about))) == ["Page", "Error", "What it said", "Versions"]


def test_what_is_shown_of_a_long_error_is_what_is_sent(town: Town, desk: Desk, things: Belongings) -> None:
    with town.house.db.write() as session:
        session.exec(update(Run).where(col(Run.id) == things.run).values(error="Down: a\n\nb " + "long " * 999))
    shown = desk.report(About(page=" Scenes ", episode=things.episode, run=things.run, sentence="x y " * 999))
    assert max(len(value) for _, value in shown) <= 600
    made = desk.open_ticket("Help", "It broke.", shown)
    assert desk.ticket(made).facts == shown


def test_a_report_of_an_episode_is_of_its_last_run(desk: Desk, things: Belongings) -> None:
    assert dict(desk.report(About(episode=things.episode)))["Production"].endswith(": running")


def test_an_export_holds_them_and_no_founder(town: Town, desk: Desk, founder: Desk) -> None:
    made = desk.open_ticket("Help", "It broke in Lisbon.", (("Page", "Scenes"),))
    founder.answer_ticket(made, "Mended.")
    (mine,) = [one for one in json.loads(unpacked(desk.parcel())["tickets.json"]) if one["id"] == made]
    assert (mine["facts"], [one["text"] for one in mine["thread"]]) == (
        [["Page", "Scenes"]],
        ["It broke in Lisbon.", "Mended."],
    )
    assert "grace" not in str(mine).lower()


def test_canned_answers_say_what_is_known_and_fit() -> None:
    told = filled_in("Ada", "Flat {voices}", [["Page", "Voices"], ["Episode", "The Kitchen (1)"]])
    said = "\n".join(one.text for one in told)
    for word in ("Hello Ada,", "“Flat {voices}”", "Voices", "The Kitchen (1)"):
        assert word in said
    bare = "\n".join(one.text for one in filled_in("", "", []))
    assert "Hello there," in bare
    assert "{" not in bare
    assert [one.name for one in told if one.asks] == ["which"]
    assert max(len(one.text) for one in answers()) < LONGEST


@pytest.mark.parametrize("said", ["", "Hello {password}", "{name.__class__}", "x" * 3_001])
def test_a_canned_answer_that_asks_for_more_than_there_is_is_refused(said: str) -> None:
    with pytest.raises(ValueError):
        Canned(name="odd", title="Odd", text=said)


def test_a_founder_begins_with_an_answer_filled_in(desk: Desk, founder: Desk) -> None:
    made = desk.open_ticket("Flat", "The voices.", (("Page", "Voices"),))
    assert "Please load Voices anew" in next(
        one.text for one in founder.canned_answers(made) if one.name == "mended"
    ).replace("\n", " ")


def test_a_thread_ends_somewhere(town: Town, desk: Desk, founder: Desk) -> None:
    made = desk.open_ticket("Help", "It broke.")
    with town.house.db.write() as session:
        row = session.exec(select(Ticket).where(Ticket.id == made)).one()
        for _ in range(199):
            tickets.say(session, row, "More.", founder=True, at=now())
    with pytest.raises(Conflict, match="too long"):
        founder.answer_ticket(made, "One more.")
