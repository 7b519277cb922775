"""Many at once, on both databases: each thing happens once, and nobody passes whom one after the other would stop."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlmodel import select

from services.mail.sending import send_due
from studio.db import now
from studio.desk.erasing import PATIENCE, erase_all
from studio.desk.leaving import Leaving
from studio.desk.membership import Membership
from studio.errors import LinkSpent, Refused
from studio.money.checking import check
from studio.people import invitations
from studio.people.account import OWNER, Account, State
from studio.people.invitations import Invitation
from studio.people.pruning import prune
from tests.people.town import EMAIL, NONCE, PASSWORD, STUDIO, Town
from tests.shared import Shared
from tests.trespass import settle_in
from tests.web.rows import deliver, episode


def answer(ask: Callable[[], object]) -> str:
    """What became of it."""
    try:
        ask()
    except Refused as error:
        return type(error).__name__
    return "done"


def test_a_double_click_registers_once(town: Town) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: town.at().register(EMAIL, "Ada", PASSWORD), range(4)))
    with town.house.db.read() as session:
        assert len(session.exec(select(Account).where(Account.id != OWNER)).all()) == 1
    assert town.post() == 1


def test_of_many_guesses_at_once_no_more_pass_than_one_by_one(town: Town) -> None:
    town.settle()

    def guess(n: int) -> str:
        return answer(lambda: town.at().sign_in(EMAIL, f"guess number {n}", NONCE))

    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(guess, range(12)))
    assert told.count("BadCredentials") == 5
    assert told.count("TooManyTries") == 7


def test_of_two_that_redeem_a_code_one_is_signed_in(town: Town) -> None:
    town.settle()
    code = town.at().sign_in(EMAIL, PASSWORD, NONCE)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: answer(lambda: town.at().finish(code, NONCE)), range(4)))
    assert told.count("done") == 1


def test_of_many_who_race_for_the_last_seat_one_gets_it(town: Town) -> None:
    with town.house.db.write() as session:
        code = invitations.invite(session, OWNER, "beta", 1, 7, at=town.clock())[1]
    tokens = []
    for n in range(5):
        town.at(invited=True).register(f"racer{n}@example.com", "Racer", PASSWORD, code)
        town.post()
        tokens.append(town.mail.token())
    with ThreadPoolExecutor(5) as pool:
        told = list(pool.map(lambda token: answer(lambda: town.open(token)), tokens))
    assert sorted(told) == ["Conflict"] * 4 + ["done"]
    with town.house.db.read() as session:
        assert session.exec(select(Invitation.taken)).one() == 1
        assert len(session.exec(select(Account).where(Account.state == State.OPEN)).all()) == 2


def test_of_two_workers_one_sends_a_letter(town: Town) -> None:
    for n in range(6):
        town.at().register(f"p{n}@example.com", "P", PASSWORD)
    with ThreadPoolExecutor(3) as pool:
        sent = list(pool.map(lambda _: send_due(town.house.db, town.mail, STUDIO, clock=town.clock), range(3)))
    assert sum(sent) == 6
    assert len({one.to for one in town.mail.messages}) == len(town.mail.messages) == 6


def test_a_link_opens_and_a_reset_changes_once(town: Town) -> None:
    town.settle()
    town.at().ask_reset(EMAIL)
    town.post()
    token = town.mail.token()
    with ThreadPoolExecutor(3) as pool:
        told = list(pool.map(lambda _: answer(lambda: town.at().reset(token, "seven quiet harbours")), range(3)))
    assert sorted(told) == [LinkSpent.__name__] * 2 + ["done"]


def test_a_whole_stay_leaves_nothing_but_the_books(town: Town) -> None:
    """From the invitation to the last of the bytes, as each database has it."""
    town.clock.at = now()
    founder = Membership(town.house, OWNER)
    town.at(invited=True).register(EMAIL, "Ada", PASSWORD, founder.invite("beta"))
    town.post()
    town.open()
    mine = town.at().whose(town.sign_in())
    assert mine
    there = settle_in(town.house, "anna", "Lighthouse")
    with town.house.db.write() as session:
        account = session.get_one(Account, "anna")
        account.password, account.email = town.hasher.hash(PASSWORD), "anna@example.com"
        session.add(account)
    for name in (mine.id, "anna"):
        deque(Leaving(town.house, name).leave(PASSWORD), maxlen=0)
    assert erase_all(town.house, at=now()) == 1  # the other has something going on
    assert erase_all(town.house, at=now() + PATIENCE) == 1
    erase_all(town.house, at=now() + PATIENCE + timedelta(hours=2))
    assert there.content not in set(town.house.vault.contents())
    with town.house.db.write() as session:
        prune(session, at=now() + timedelta(days=400))
        check(session)
        assert {one.state for one in session.exec(select(Account).where(Account.id != OWNER))} == {State.GONE}
        assert founder.invitations()[0].taken == 1


def test_of_many_who_race_for_the_last_views_of_a_link_as_many_see_the_film(town: Town) -> None:
    film = _shared(town)
    ticket = film.link(most=3)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda n: answer(lambda: film.at(f"192.0.2.{n}").enter(ticket)), range(8)))
    assert (told.count("done"), told.count("NotFound")) == (3, 5)
    assert film.desk.screenings(film.episode)[0].views == 3


def test_of_many_notes_at_once_no_more_are_taken_than_one_by_one(town: Town) -> None:
    film = _shared(town)
    ticket = film.entered()

    def leave(n: int) -> str:
        return answer(lambda: film.at().leave_note(ticket, n % 60, "Tess", f"Note {n}"))

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(leave, range(40)))
    assert (told.count("done"), told.count("TooManyTries")) == (30, 10)
    found = film.desk.notes(film.episode)
    assert [one.second for one in found] == sorted(one.second for one in found)
    film.desk.answer_note(found[0].id, "Thank you")
    film.desk.resolve_note(found[0].id)
    film.at().watched(ticket, 31)
    first = film.at().notes(ticket)[1][0]
    assert (first.resolved, [one.text for one in first.answers]) == (True, ["Thank you"])
    assert film.desk.screenings(film.episode)[0].typical == 500


def _shared(town: Town) -> Shared:
    made = episode(town.house)
    deliver(town.house, made)
    return Shared(town.house, made, town.clock)
