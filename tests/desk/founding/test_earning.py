"""What was paid is earned with its days and its credits, what went back is not, and every sum adds up to the whole."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from sqlmodel import Session

from studio.desk.founding import Founding
from studio.money.credits import claw_back, give_back, grant_bonus, grant_pack
from studio.money.earning import GIVEN_BACK
from studio.money.hours import Hire, book_hours
from studio.money.lapsing import lapse_all
from studio.money.leftover import forfeit
from studio.money.minutes import hold_minutes, order, release_minutes, settle_minute
from studio.money.orders import OrderState, Ware
from studio.money.packs import Pack
from studio.money.reckoning import Span
from studio.people.acts import Deed, note
from studio.production.house import House
from tests.desk.founding.rows import DAY, FILMS, NOON, billed, paid
from tests.founding_verbs import SPAN

DOLLAR = 1_000_000
PACK = Pack(name="Trial", micros=25 * DOLLAR, credits=2_500, bonus=500, days=365, bonus_days=365)


def bought(session: Session, account: str, once: str, *, days_ago: int, credits: int = 2_500) -> None:
    """A pack that was paid, and its credits."""
    paid(session, account, "Trial", credits * 10_000, NOON - days_ago * DAY, ware=Ware.PACK)
    pack = PACK.model_copy(update={"credits": credits, "bonus": 0})
    grant_pack(session, account, pack, once=once, at=NOON - days_ago * DAY)


def filmed(session: Session, account: str, episode: str) -> None:
    """A film that stopped after its storyboard, $10 of credits, a day ago."""
    film = order(session, account, episode, "1280x720p24", FILMS.quote(60, "standard"), 5 * DOLLAR, at=NOON - DAY)
    hold_minutes(session, film, at=NOON - DAY)
    settle_minute(session, film, 0, Fraction(60), at=NOON - DAY)
    release_minutes(session, film, "it stopped", at=NOON - DAY)


def test_a_month_is_earned_by_its_days_and_what_lies_ahead_is_owed(desk: Founding, house: House) -> None:
    begins = NOON - 10 * DAY
    with house.db.write() as session:
        paid(session, "anna", "pro", 20 * DOLLAR, begins, days=30)
    edges = [begins - DAY, begins + timedelta(hours=7), begins + 3 * DAY, NOON, begins + 30 * DAY, NOON + 90 * DAY]
    parts = [desk.margins(Span(since=a, until=b)).all for a, b in pairwise(edges)]
    whole = desk.margins(Span(since=edges[0], until=edges[-1])).all
    assert (whole.plan, whole.fees) == (20 * DOLLAR, 300_000 + 580_000)  # a fee is gone on the day it was paid
    assert (sum(one.plan for one in parts), sum(one.fees for one in parts)) == (whole.plan, whole.fees)
    now = desk.revenue(Span(since=begins, until=NOON))
    assert (now.paid, now.ahead) == (20 * DOLLAR, 20 * DOLLAR - 20 * DOLLAR * 10 // 30)
    (seventh,) = desk.margins(Span(since=NOON - 3 * DAY, until=NOON)).accounts
    assert seventh.plan == pytest.approx(2 * DOLLAR, abs=1), "it was paid before, and these are days of it"


def test_what_the_bank_took_back_was_never_earned(desk: Founding, house: House) -> None:
    with house.db.write() as session:
        paid(session, "anna", "pro", 20 * DOLLAR, NOON - 2 * DAY, days=1, state=OrderState.DISPUTED)
        paid(session, "bert", "Trial", 25 * DOLLAR, NOON - 2 * DAY, ware=Ware.PACK, state=OrderState.DISPUTED)
        grant_pack(session, "bert", PACK, once="o", at=NOON - 2 * DAY)
        filmed(session, "bert", "f1")
        claw_back(session, "bert", once="o", at=NOON - timedelta(hours=1))
    revenue, found = desk.revenue(SPAN), desk.margins(SPAN)
    assert (revenue.paid, revenue.refunded) == (45 * DOLLAR, 45 * DOLLAR)
    assert found.all.revenue == 0
    assert found.all.fees == 2 * 300_000 + 45 * DOLLAR * 29 // 1000, "what they cost is gone"


def test_credits_given_back_keep_what_was_paid_for_them(desk: Founding, house: House) -> None:
    with house.db.write() as session:
        bought(session, "anna", "o", days_ago=3, credits=3_000)
        filmed(session, "anna", "f1")
        note(
            session,
            "grace",
            Deed.REFUND,
            "it came out wrong",
            at=NOON - DAY,
            account="anna",
            about="f1",
            micros=10 * DOLLAR,
        )
        grant_bonus(session, "anna", 1_000, once="r", why=GIVEN_BACK, days=9, at=NOON - DAY)
    (film,) = desk.margins(SPAN).episodes
    assert (film.margin.revenue, film.margin.given) == (0, 10 * DOLLAR)
    with house.db.write() as session:
        filmed(session, "anna", "f2")
        filmed(session, "anna", "f3")
    assert desk.margins(SPAN).all.films == 20 * DOLLAR, "3,000 credits were paid, 2,000 of them are used for good"


def test_credits_that_expire_or_are_given_up_are_earned_and_the_table_adds_up(desk: Founding, house: House) -> None:
    with house.db.write() as session:
        bought(session, "anna", "o1", days_ago=60)
        grant_pack(session, "bert", PACK, once="o2", at=NOON - 3 * DAY)
        grant_pack(session, "grace", PACK, once="o3", at=NOON - 3 * DAY)
        grant_bonus(session, "anna", 500, once="gift", why="gift", days=40, at=NOON - 60 * DAY)
        filmed(session, "anna", "f1")
        claw_back(session, "bert", once="o2", at=NOON - 2 * DAY)
        give_back(session, "bert", once="o2", at=NOON - DAY)
        filmed(session, "bert", "f2")
        claw_back(session, "bert", once="o2", at=NOON - timedelta(hours=9))
        lapse_all(session, at=NOON - timedelta(hours=2))
        forfeit(session, "grace", at=NOON - timedelta(hours=1))
    credits = desk.revenue(SPAN).credits
    assert (credits.before, credits.forfeited, credits.clawed) == (30 * DOLLAR, 30 * DOLLAR, 30 * DOLLAR)
    came = credits.before + credits.sold + credits.bonus
    assert came - credits.spent - credits.lapsed - credits.forfeited - credits.clawed == credits.after
    assert credits.owed_to_us == 10 * DOLLAR
    later = Span(since=NOON, until=NOON + 400 * DAY)
    with house.db.write() as session:
        lapse_all(session, at=NOON + 366 * DAY)
    both = [desk.margins(span) for span in (SPAN, later)]
    assert sum(one.all.films for one in both) == pytest.approx(25 * DOLLAR, abs=2), (
        "all that Anna paid, spent or not; nobody else paid"
    )
    assert both[1].episodes == ()
    assert both[1].elsewhere.films == both[1].all.films > 0


def test_tiers_accounts_and_episodes_each_add_up_to_the_whole(desk: Founding, house: House) -> None:
    with house.db.write() as session:
        paid(session, "anna", "pro", 20 * DOLLAR, NOON - 9 * DAY)
        for episode in ("e1", "e2", "e3"):
            billed(session, "anna", episode, 0.37)
        billed(session, "anna", "", 0.05)  # before there was an episode
        billed(session, "nobody", "e9", 0.11)  # a trial of the house
        bought(session, "bert", "o", days_ago=5)
        filmed(session, "bert", "f1")
        book_hours(session, Hire(host="vast", machine="7", micros_an_hour=400_000), NOON - DAY, NOON - DAY / 2)
    found, goods = desk.margins(SPAN), desk.goods(SPAN)
    assert found.all.billed == goods.micros == 1_270_000 + 4_800_000
    for parts in (found.tiers, found.accounts, (*(one.margin for one in found.episodes), found.elsewhere)):
        for column in range(1, 6):
            assert sum(one[column] for one in parts) == found.all[column]
    assert {one.episode: one.margin.fees for one in found.episodes}["f1"] == 0, "a plan's fees are its episodes'"
    assert [one.billed for one in found.accounts if one.name == ""] == [4_800_000]


def test_an_invoice_of_nothing_costs_no_fee(desk: Founding, house: House) -> None:
    with house.db.write() as session:
        paid(session, "anna", "basic", 0, NOON - 2 * DAY, days=1)
    revenue = desk.revenue(SPAN)
    assert ([one.orders for one in revenue.takings], revenue.fees, desk.margins(SPAN).all.fees) == ([1], 0, 0)
