"""Coming in: registering, the mailed link, signing in and out, and a new password."""

from __future__ import annotations

import pytest
from sqlmodel import select

from studio.errors import BadCredentials, BadRequest, Conflict, LinkSpent, TooManyTries
from studio.people import invitations
from studio.people.account import NEWCOMER, OWNER, Account, Role, State, by_email
from studio.people.invitations import Invitation
from studio.people.letters import Letter
from studio.people.milestones import Milestone, funnel, way
from studio.people.signing import ABSOLUTE, IDLE
from tests.people.town import EMAIL, NONCE, PASSWORD, Town

OTHER = "grace@example.com"


def account(town: Town, email: str = EMAIL) -> Account:
    with town.house.db.read() as session:
        found = by_email(session, email)
    assert found
    return found


def test_who_registers_comes_in_by_the_mailed_link(town: Town) -> None:
    town.at().register(" Ada@Example.COM ", "Ada", PASSWORD)
    with pytest.raises(BadCredentials):
        town.sign_in()
    town.post()
    assert town.mail.messages[0].to == "Ada@example.com"
    town.open()
    mine = account(town)
    assert (mine.state, mine.role, mine.tier, mine.shown) == (State.OPEN, Role.CREATOR, NEWCOMER, "Ada@example.com")
    found = town.at().whose(town.sign_in("Ada@EXAMPLE.com"))
    assert found
    assert found.id == mine.id
    with town.house.db.read() as session:
        assert set(way(session, mine.id)) == {Milestone.REGISTERED, Milestone.OPENED, Milestone.SIGNED_IN}
        assert funnel(session).share == 0


def test_the_link_opens_with_the_password_it_was_asked_with(town: Town) -> None:
    """Whoever registers somebody else's address does not get in by the link that somebody else asked for."""
    town.at().register(EMAIL, "Mallory", "nine purple kettles")
    town.at().register(EMAIL, "Ada", PASSWORD)
    town.post()
    town.open()
    with pytest.raises(BadCredentials):
        town.sign_in(password="nine purple kettles")
    assert account(town).name == "Ada"
    assert town.sign_in()


def test_who_gets_the_link_opens_nothing_with_a_password_that_a_stranger_chose(town: Town) -> None:
    """Somebody registers another's address and waits until its owner follows the link: it opens nothing then."""
    town.at("203.0.113.66").register(EMAIL, "Mallory", "nine purple kettles")
    town.post()
    link = town.mail.token()
    for guess in (PASSWORD, "", "x" * 1000):
        with pytest.raises(BadCredentials):
            town.open(link, guess)
    assert account(town).state == State.PENDING
    town.at().ask_reset(EMAIL)  # the owner takes it for their own, and chooses another password
    town.post()
    assert "/register" in town.mail.messages[-1].text
    assert "token=" not in town.mail.messages[-1].text
    town.clock.go(minutes=11)
    town.settle()
    with pytest.raises(LinkSpent):
        town.open(link, "nine purple kettles")
    with pytest.raises(BadCredentials):
        town.sign_in(password="nine purple kettles")
    assert town.sign_in()


def test_a_link_is_not_tried_with_every_password(town: Town) -> None:
    town.at().register(EMAIL, "Ada", PASSWORD)
    town.post()
    for n in range(5):
        with pytest.raises(BadCredentials):
            town.open(password=f"guess number {n}")
    with pytest.raises(TooManyTries) as refused:
        town.open()
    town.clock.go(seconds=refused.value.after + 1)
    door = town.at()
    assert door.whose(door.finish(town.open(), NONCE))


UNUSABLE = [
    ("email", ("ada", "Ada", PASSWORD)),
    ("email", ("ada@example.com\nBcc: all@example.com", "Ada", PASSWORD)),
    ("email", ("ada@example", "Ada", PASSWORD)),
    ("email", ("<ada@example.com>", "Ada", PASSWORD)),
    ("email", ("ada@" + "a" * 64 + ".com", "Ada", PASSWORD)),
    ("name", (EMAIL, " \n ", PASSWORD)),
    ("name", (EMAIL, "A" * 81, PASSWORD)),
    ("password", (EMAIL, "Ada", "short one")),
    ("password", (EMAIL, "Ada", "x7" * 129)),
    ("password", (EMAIL, "Ada", "Password1234")),
    ("password", (EMAIL, "Ada", "aaaaaaaaaaaa")),
    ("password", (EMAIL, "Ada", "ada@example.com")),
    ("password", (EMAIL, "Ada Lovelace", "Lovelace2026!")),
]


def test_what_cannot_be_used_is_named(town: Town) -> None:
    for field, given in UNUSABLE:
        with pytest.raises(BadRequest) as refused:
            town.at().register(*given)
        assert refused.value.field == field, given
    assert town.hasher.calls == 0


def test_a_code_signs_in_once_in_its_own_browser_and_soon(town: Town) -> None:
    town.settle()
    door = town.at()
    code = door.sign_in(EMAIL, PASSWORD, NONCE)
    for wrong in ("m" * 43, ""):
        with pytest.raises(LinkSpent):
            door.finish(code, wrong)
    assert door.finish(code, NONCE)
    with pytest.raises(LinkSpent):
        door.finish(code, NONCE)
    late = door.sign_in(EMAIL, PASSWORD, NONCE)
    town.clock.go(seconds=31)
    with pytest.raises(LinkSpent):
        door.finish(late, NONCE)
    with pytest.raises(LinkSpent):
        door.sign_in(EMAIL, PASSWORD, "")


def test_every_sign_in_has_a_new_sid_and_ends_the_browsers_old_one(town: Town) -> None:
    town.settle()
    first = town.sign_in()
    door = town.at()
    second = door.finish(door.sign_in(EMAIL, PASSWORD, NONCE), NONCE, first)
    assert first != second
    assert door.whose(first) is None
    assert door.whose(second)
    planted = "p" * 43  # what an attacker put into the browser before
    third = door.finish(door.sign_in(EMAIL, PASSWORD, NONCE), NONCE, planted)
    assert third != planted
    assert door.whose(planted) is None


def test_a_stolen_sid_is_worth_nothing_after_signing_out(town: Town) -> None:
    town.settle()
    sid = town.sign_in()
    town.at().sign_out(sid)
    assert town.at("203.0.113.66").whose(sid) is None
    assert town.at().whose("") is None
    assert town.at().whose("x" * 43) is None


def test_no_token_lies_in_the_database(town: Town) -> None:
    town.at().register(EMAIL, "Ada", PASSWORD)
    town.post()
    token = town.mail.token()
    town.open(token)
    sid = town.sign_in()
    device = town.at().remember(sid)
    code = town.at().sign_in(EMAIL, PASSWORD, NONCE)
    kept = "".join(
        str(row) for table in ("signin", "device", "mailedlink", "onetimecode", "letter") for row in rows(town, table)
    )
    assert kept
    assert not [one for one in (token, sid, device, code, NONCE, PASSWORD) if one in kept]


def rows(town: Town, table: str) -> list[object]:
    from sqlalchemy import text

    with town.house.db.read() as session:
        return list(session.execute(text(f"SELECT * FROM {table}")).all())


def test_sessions_end_by_themselves(town: Town) -> None:
    town.settle()
    sid, door = town.sign_in(), town.at()
    for _ in range(5):
        town.clock.go(days=IDLE.days - 1)
        if town.clock.at.day:
            seen = door.whose(sid)
    assert seen is None, "the absolute end comes however often somebody is there"
    sid = town.sign_in()
    town.clock.go(days=IDLE.days, seconds=1)
    assert door.whose(sid) is None
    assert ABSOLUTE > IDLE


def test_a_clock_that_runs_late_neither_ends_nor_prolongs_a_session(town: Town) -> None:
    town.settle()
    sid, door = town.sign_in(), town.at()
    town.clock.go(days=3)
    assert door.whose(sid)
    town.clock.go(minutes=-90)
    assert door.whose(sid)
    town.clock.go(minutes=90, days=IDLE.days - 1)
    assert door.whose(sid)


def test_a_new_password_by_mail_ends_every_session(town: Town) -> None:
    town.settle()
    sid, pending = town.sign_in(), town.at().sign_in(EMAIL, PASSWORD, NONCE)
    town.at().ask_reset(EMAIL)
    town.post()
    token = town.mail.token()
    with pytest.raises(BadRequest):
        town.at().reset(token, "too short")
    device = town.at().reset(token, "seven quiet harbours")
    assert town.at().whose(sid) is None
    for spent in (lambda: town.at().reset(token, "eight quiet harbours"), lambda: town.at().finish(pending, NONCE)):
        with pytest.raises(LinkSpent):
            spent()
    with pytest.raises(BadCredentials):
        town.sign_in()
    assert town.sign_in(password="seven quiet harbours", device=device)
    town.post()
    assert town.mail.subjects[-1] == "Your password was changed"
    assert "/reset" in town.mail.messages[-1].text  # whoever lost the account to somebody else knows no password


def test_links_are_for_one_purpose_and_not_for_long(town: Town) -> None:
    town.at().register(EMAIL, "Ada", PASSWORD)
    town.post()
    token = town.mail.token()
    with pytest.raises(LinkSpent):
        town.at().reset(token, "seven quiet harbours")
    town.clock.go(hours=25)
    with pytest.raises(LinkSpent):
        town.open(token)
    for wrong in ("", "x" * 43, token[:-1]):
        with pytest.raises(LinkSpent):
            town.open(wrong)


def test_a_link_to_a_new_password_is_good_for_ten_minutes(town: Town) -> None:
    town.settle()
    links = []
    for _ in range(2):
        town.at().ask_reset(EMAIL)
        town.post()
        links.append(town.mail.token())
        town.clock.go(minutes=9)
    with pytest.raises(LinkSpent):
        town.at().reset(links[0], "seven quiet harbours")
    assert town.at().reset(links[1], "seven quiet harbours")


def test_a_link_opens_once(town: Town) -> None:
    town.settle()
    with pytest.raises(LinkSpent):
        town.open()


def code_of(town: Town, seats: int, days: int = 7) -> str:
    with town.house.db.write() as session:
        return invitations.invite(session, OWNER, "beta", seats, days, at=town.clock())[1]


def test_a_beta_lets_in_who_is_invited(town: Town) -> None:
    code = code_of(town, 1)
    door = town.at(invited=True)
    for wrong in ("", "AAAA-AAAA-AAAA-AAAA"):
        with pytest.raises(BadRequest) as refused:
            door.register(EMAIL, "Ada", PASSWORD, wrong)
        assert refused.value.field == "invitation"
    door.register(EMAIL, "Ada", PASSWORD, f" {code.lower().replace('-', ' ')} ")
    town.post()
    town.open()
    with pytest.raises(BadRequest):
        door.register(OTHER, "Grace", PASSWORD, code)
    with town.house.db.read() as session:
        assert Milestone.INVITED in way(session, account(town).id)


def test_an_invitation_expires(town: Town) -> None:
    code = code_of(town, 5, days=1)
    town.clock.go(days=1, seconds=1)
    with pytest.raises(BadRequest):
        town.at(invited=True).register(EMAIL, "Ada", PASSWORD, code)


def test_who_lost_the_race_comes_in_when_a_seat_is_added(town: Town) -> None:
    code = code_of(town, 1)
    for email in (EMAIL, OTHER):
        town.at().register(email, "Racer", PASSWORD, code)
    town.post()
    first, second = (one.text for one in town.mail.messages)
    for text in (first, second):
        town.mail.messages.append(town.mail.messages[0].__class__("x", "x", "x", text))
        try:
            town.open()
        except Conflict:
            lost = town.mail.token()
    with town.house.db.write() as session:
        row = session.exec(select(Invitation)).one()
        row.seats = 2
    town.open(lost)


def test_a_suspended_account_is_told_so_only_with_its_password(town: Town) -> None:
    town.settle()
    sid = town.sign_in()
    with town.house.db.write() as session:
        row = by_email(session, EMAIL)
        assert row
        row.state = State.SUSPENDED
    assert town.at().whose(sid) is None
    with pytest.raises(BadCredentials, match="suspended"):
        town.sign_in()
    with pytest.raises(BadCredentials, match="mistyped"):
        town.sign_in(password="not the password")


def test_letters_are_written_with_what_asks_for_them(town: Town) -> None:
    town.at().register(EMAIL, "Ada", PASSWORD)
    with town.house.db.read() as session:
        assert session.exec(select(Letter.account)).one() == account(town).id
