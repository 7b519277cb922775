"""What a founder does for somebody: money moves by the ledger's own ways, and every act stays as it was written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from fractions import Fraction
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from studio.db import now
from studio.desk.founding import Founding
from studio.desk.founding_alarms import watch
from studio.desk.membership import Membership
from studio.errors import BadRequest, Conflict, LinkSpent, NotFound, StorageError
from studio.money.checking import check
from studio.money.credits import grant_bonus
from studio.money.entry import About
from studio.money.hold import HoldPart
from studio.money.holding import open_hold
from studio.money.lots import Wallet
from studio.money.metering import count_episode
from studio.money.minutes import hold_minutes, order, settle_minute
from studio.money.parting import claim, settle
from studio.money.quote import Quote, QuoteRow
from studio.money.reckoning import Span
from studio.money.sums import balance
from studio.money.tally import Tally
from studio.people import codes, signing
from studio.people.account import Account, Role, State
from studio.people.acts import Act, Deed
from studio.people.letters import Kind, Letter
from studio.production.house import House
from studio.production.run import Run, RunState
from tests.desk.founding.rows import FILMS, TIERS
from tests.web.rows import episode, run


def lately() -> Span:
    """The time in which tests act, which may go past midnight."""
    return Span.last(2, now() + timedelta(minutes=1))


def spent(house: House, account: str, episode: str, micros: int) -> None:
    """Let an account pay for a take of an episode, counted as one of its month."""
    at = now()
    with house.db.write() as session:
        quote = Quote(low=1, likely=micros, ceiling=micros)
        row = QuoteRow(subject="clip:1A", kind="clip", engine="kling-v4", quote=quote)
        hold = open_hold(session, About(account=account, episode=episode, run=episode), [row], at=at, floor=None)
        assert hold
        count_episode(session, hold, TIERS.find("basic"), at=at)
        session.flush()
        part = session.exec(select(HoldPart).where(HoldPart.hold == hold.id)).one()
        claim(session, part, "mark", at=at)
        settle(session, part, micros, at=at)


@pytest.mark.parametrize("statement", ["UPDATE act SET reason = 'none'", "DELETE FROM act"])
def test_the_database_refuses_to_change_an_act(desk: Founding, house: House, statement: str) -> None:
    desk.credit("anna", 100, "her first film stopped")
    with pytest.raises((IntegrityError, StorageError), match="acts are never changed"), house.db.write() as session:
        session.execute(text(statement))
    (act,) = desk.acts(lately())
    assert (act.kind, act.account, act.reason, act.micros) == (Deed.CREDIT, "anna", "her first film stopped", 1_000_000)


def test_credits_are_given_with_their_reason_or_not_at_all(desk: Founding, house: House) -> None:
    desk.credit("anna", 250, "sorry for the wait", days=30)
    for wrong in (lambda: desk.credit("anna", 250, "  "), lambda: desk.credit("anna", 0, "sorry for it")):
        with pytest.raises(BadRequest):
            wrong()
    with pytest.raises(NotFound):
        desk.credit("nobody", 5, "sorry for it")
    with house.db.read() as session:
        check(session)
        assert session.get_one(Wallet, "anna").micros == 2_500_000
        assert len(session.exec(select(Act)).all()) == 1


def test_an_episode_of_a_plan_is_given_back_once_and_counts_no_more(desk: Founding, house: House) -> None:
    spent(house, "anna", "e1", 2_500_000)
    assert desk.refund("anna", "e1", "it came out wrong") == 2_500_000
    with pytest.raises(Conflict):
        desk.refund("anna", "e1", "it came out wrong")
    with house.db.read() as session:
        check(session)
        assert balance(session, "pot:anna") == 0
        counts = session.exec(select(Tally.used).where(Tally.account == "anna", Tally.what == "episodes")).all()
    assert counts == [0]
    (margin,) = desk.margins(lately()).accounts
    assert (margin.name, margin.given, margin.micros) == ("anna", 2_500_000, 0)  # it costs when it is used


def test_a_films_credits_come_back_as_credits(desk: Founding, house: House) -> None:
    at = now()
    with house.db.write() as session:
        grant_bonus(session, "anna", 2_000, once="b", why="gift", days=9, at=at)
        film = order(session, "anna", "f1", "1280x720p24", FILMS.quote(60, "standard"), 5_000_000, at=at)
        hold_minutes(session, film, at=at)
        settle_minute(session, film, 0, Fraction(60), at=at)  # the storyboard, $10 of $14
    assert desk.refund("anna", "f1", "the film stopped") == 10_000_000
    with house.db.read() as session:
        check(session)
        assert session.get_one(Wallet, "anna").micros == 20_000_000 - 14_000_000 + 10_000_000


def test_who_clicks_twice_means_it_once(desk: Founding, house: House) -> None:
    desk.credit("anna", 250, "sorry for the wait")
    with pytest.raises(Conflict, match="a moment ago"):
        desk.credit("anna", 250, "sorry for the wait")
    desk.credit("anna", 250, "and for another one")
    with house.db.read() as session:
        assert session.get_one(Wallet, "anna").micros == 5_000_000
    assert len(desk.acts(lately())) == 2


def test_two_founders_at_once_give_back_once(house: House) -> None:
    with house.db.write() as session:
        session.add(Account(id="gwen", name="Gwen", role=Role.FOUNDER, tier="free"))
    for number in range(3):
        spent(house, "anna", f"e{number}", 2_500_000)
        both = Barrier(2)

        def give(founder: str, episode: str = f"e{number}", both: Barrier = both) -> int:
            both.wait()
            try:
                return Founding(house, founder).refund("anna", episode, "it came out wrong")
            except Conflict:
                return 0

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(give, ("grace", "gwen"))) == [0, 2_500_000]
    with house.db.read() as session:
        check(session)
        assert [act.micros for act in session.exec(select(Act))] == [2_500_000] * 3


def test_nothing_is_given_back_where_nothing_was_paid(desk: Founding) -> None:
    with pytest.raises(Conflict):
        desk.refund("anna", "e1", "it came out wrong")
    assert desk.acts(lately()) == ()


def test_a_tier_is_given_for_a_while_and_taken_back(desk: Founding, house: House) -> None:
    with house.db.write() as session:
        session.get_one(Account, "bert").tier = "free"
    assert desk.change_tier("bert", "studio", "he tests for us", days=2) == "studio"
    assert desk.somebody("bert@example.com").given == "studio"
    with pytest.raises(NotFound):
        desk.change_tier("bert", "gold", "he tests for us")
    watch(house, at=now() + timedelta(days=3))
    assert desk.somebody("bert").tier == "free"
    with pytest.raises(Conflict):
        desk.change_tier("bert", "", "enough now")
    assert [one.came for one in desk.acts(lately())] == ["free to studio for 2 days"]


def test_who_is_suspended_is_out_and_the_act_says_why(desk: Founding, house: House) -> None:
    going = run(house, episode(house, account="anna"), RunState.RUNNING, account="anna")
    desk.bar("anna", "she sold her account")
    assert desk.somebody("anna").state == State.SUSPENDED
    with house.db.read() as session:
        assert session.get_one(Run, going).state == RunState.CANCELLING
    desk.bar("anna", "it was a mistake", back=True)
    Membership(house, "grace").suspend("bert@example.com", "he spams others")
    for who in ("grace", "nobody"):
        with pytest.raises(NotFound):
            desk.bar(who, "oneself cannot be")
    told = {(one.kind, one.account, one.reason) for one in desk.acts(lately())}
    assert told == {
        (Deed.SUSPEND, "anna", "she sold her account"),
        (Deed.LET_BACK, "anna", "it was a mistake"),
        (Deed.SUSPEND, "bert", "he spams others"),
    }
    desk.bar("anna", "she sold her account")  # once more within a minute: she was let in since
    assert desk.somebody("anna").state == State.SUSPENDED


def test_the_way_in_is_mailed_again(desk: Founding, house: House) -> None:
    with house.db.write() as session:
        session.get_one(Account, "bert").state = State.PENDING
    assert desk.resend("anna", "she lost the mail") is Kind.RESET
    assert desk.resend("bert", "he lost it too") is Kind.UNOPENED
    desk.bar("anna", "she sold her account")
    with pytest.raises(Conflict):
        desk.resend("anna", "she asks again")
    with house.db.read() as session:
        letters = session.exec(select(Letter.account, Letter.kind)).all()
    assert sorted(letters) == [("anna", Kind.RESET), ("bert", Kind.UNOPENED)]


def test_a_founder_signs_somebody_out_or_everybody_and_says_why(desk: Founding, house: House) -> None:
    at = now()
    with house.db.write() as session:
        sids = {who: [signing.begin(session, who, "Firefox", at=at) for _ in range(2)] for who in ("anna", "grace")}
        code = codes.issue(session, "anna", "nonce", at=at)

    def there(who: str) -> list[bool]:
        with house.db.read() as session:
            return [signing.whose(session, sid, at=at) is not None for sid in sids[who]]

    for act in (lambda: desk.sign_out("anna", ""), lambda: desk.sign_everybody_out("")):
        with pytest.raises(BadRequest):
            act()
    with pytest.raises(NotFound):
        desk.sign_out("nobody", "she lost her telephone")
    assert (there("anna"), there("grace")) == ([True, True], [True, True])
    assert desk.sign_out("anna", "she lost her telephone") == 2
    assert (there("anna"), there("grace")) == ([False, False], [True, True])
    with house.db.write() as session:
        with pytest.raises(LinkSpent):
            codes.redeem(session, code, "nonce", at=at)
        sids["anna"].append(signing.begin(session, "anna", "Firefox", at=at))
        code = codes.issue(session, "anna", "nonce", at=at)
    assert desk.sign_everybody_out("a backup was stolen") == 3
    assert not any((*there("anna"), *there("grace")))
    with pytest.raises(LinkSpent), house.db.write() as session:
        codes.redeem(session, code, "nonce", at=at)
    told = {(one.kind, one.account, one.about, one.reason, one.came) for one in desk.acts(lately())}
    assert told == {
        (Deed.SIGN_OUT, "anna", "", "she lost her telephone", "2 sessions ended"),
        (Deed.SIGN_OUT, "", "everybody", "a backup was stolen", "3 sessions ended"),
    }
