"""The founder's figures, each against a ledger small enough to reckon by hand, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from studio.desk.founding import Founding
from studio.errors import NotAllowed
from studio.money.credits import claw_back, grant_bonus, grant_pack
from studio.money.goods import by
from studio.money.hours import Hire, book_hours
from studio.money.minutes import hold_minutes, order, settle_minute
from studio.money.orders import Ware
from studio.money.packs import Pack
from studio.money.reckoning import Span
from studio.money.subscriptions import Standing, Subscription
from studio.people import milestones
from studio.people.account import OWNER
from studio.people.milestones import Milestone
from studio.people.visits import Seen, note_visit
from studio.production.house import House
from studio.production.pulse import beat
from studio.takes.recipe import TakeKind
from studio.takes.take import Take, TakeState
from tests.desk.founding.rows import DAY, FILMS, NOON, TIERS, billed, paid
from tests.founding_verbs import FOUNDERS, SPAN


def test_what_is_a_founders_is_refused_to_everybody_else(house: House) -> None:
    for ask in FOUNDERS.values():
        for who in ("anna", "nobody"):
            with pytest.raises(NotAllowed):
                ask(Founding(house, who))


def test_recurring_revenue_moves_by_month(desk: Founding, house: House) -> None:
    first, second = datetime(2026, 10, 5, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC)
    with house.db.write() as session:
        paid(session, "anna", "basic", 10_000_000, first)
        paid(session, "anna", "pro", 20_000_000, second)
        paid(session, "bert", "basic", 10_000_000, first, days=30)  # and never again
        paid(session, "grace", "studio", 50_000_000, second, refunded=50_000_000)  # taken back: never was
    months = desk.revenue(Span(since=datetime(2026, 10, 1, tzinfo=UTC), until=NOON)).months
    told = [(one.month, one.mrr, one.new, one.expansion, one.churned, one.payers, one.lost) for one in months]
    dollar = 1_000_000
    assert told == [
        ("2026-10", 20 * dollar, 20 * dollar, 0, 0, 2, 0),
        ("2026-11", 20 * dollar, 0, 10 * dollar, 10 * dollar, 1, 1),
        ("2026-12", 0, 0, 0, 20 * dollar, 0, 1),
    ]
    for before, now in pairwise(months):
        assert now.mrr == before.mrr + now.new + now.back + now.expansion - now.contraction - now.churned
    assert [one.ended for one in months] == [True, True, False]
    assert months[0].arpu == 10 * dollar


def test_a_plan_counts_at_what_it_cost_when_it_was_billed(desk: Founding, house: House) -> None:
    first, second = datetime(2026, 11, 5, tzinfo=UTC), datetime(2026, 12, 5, tzinfo=UTC)
    with house.db.write() as session:
        paid(session, "anna", "pro", 0, first, monthly=15_000_000)  # of an old price; credit of hers paid for it
        paid(session, "bert", "pro", 0, first, monthly=0, days=30)  # on trial
        paid(session, "bert", "pro", 20_000_000, second, monthly=20_000_000)
    months = desk.revenue(Span(since=first, until=NOON)).months
    assert [(one.mrr, one.payers, one.new, one.back) for one in months] == [
        (15_000_000, 1, 15_000_000, 0), (20_000_000, 1, 20_000_000, 0)
    ]  # fmt: skip


def test_who_is_waited_for_is_not_lost_yet(desk: Founding, house: House) -> None:
    begins = NOON - 31 * DAY
    with house.db.write() as session:
        for name, standing in (("anna", Standing.PAST_DUE), ("bert", Standing.CANCELED)):
            paid(session, name, "pro", 20_000_000, begins, subscription=f"s-{name}")
            session.add(Subscription(id=f"s-{name}", account=name, tier="pro", standing=standing, ends=NOON,
                                     since=begins, updated=NOON))  # fmt: skip
    later = [desk.revenue(Span(since=begins, until=NOON + timedelta(hours=hours))).months[-1] for hours in (1, 192)]
    assert [(one.mrr, one.payers, one.lost) for one in later] == [(20_000_000, 1, 1), (0, 0, 2)]


def test_what_was_paid_by_day_and_where_credits_stand(desk: Founding, house: House) -> None:
    pack = Pack(name="Trial", micros=25_000_000, credits=2_500, bonus=500, days=365)
    with house.db.write() as session:
        paid(session, "anna", "pro", 20_000_000, NOON - DAY)
        paid(session, "bert", "Trial", 25_000_000, NOON - DAY, ware=Ware.PACK, refunded=5_000_000)
        grant_pack(session, "bert", pack, once="o1", at=NOON - DAY)
        grant_pack(session, "anna", pack, once="o2", at=NOON - 60 * DAY)  # before the time that is asked of
        film = order(session, "anna", "f1", "1280x720p24", FILMS.quote(60, "standard"), 5_000_000, at=NOON - DAY)
        hold_minutes(session, film, at=NOON - DAY)
        settle_minute(session, film, 0, Fraction(60), at=NOON - DAY)
        claw_back(session, "bert", once="o1", at=NOON)
    found = desk.revenue(SPAN)
    assert [(one.day, one.ware, one.micros, one.refunded) for one in found.takings] == [
        ("2026-12-19", Ware.MONTH, 20_000_000, 0), ("2026-12-19", Ware.PACK, 25_000_000, 5_000_000)
    ]  # fmt: skip
    assert (found.paid, found.refunded, found.fees) == (45_000_000, 5_000_000, 600_000 + 45_000_000 * 29 // 1000)
    credits = found.credits
    assert (credits.sold, credits.bonus, credits.spent) == (25_000_000, 5_000_000, 10_000_000)
    assert (credits.clawed, credits.owed_to_us) == (0, 0)  # the claw is of the span's end itself
    assert credits.owed_by_us == 30_000_000 + 30_000_000 - 10_000_000


def test_cost_of_goods_by_provider_and_the_retakes_share(desk: Founding, house: House) -> None:
    with house.db.write() as session:
        billed(session, "anna", "e1", 0.60, subject="clip:1A", mark="a")
        billed(session, "anna", "e1", 0.30, subject="clip:1A", mark="b")  # a retake
        billed(session, "anna", "e1", 0.10, subject="clip:1A", mark="a")  # the first take's second bill
        billed(session, "bert", "e2", 0.80, subject="speech:1", mark="c", vendor="elevenlabs")
        billed(session, "bert", "e2", 0.20, subject="clip:1A", mark="d", at=NOON - 40 * DAY)  # before
        billed(session, "bert", "e2", 0.50, subject="clip:1A", mark="e", at=NOON - 2 * DAY)  # its retake
        hire = Hire(host="vast", machine="7", micros_an_hour=400_000)
        book_hours(session, hire, NOON - DAY, NOON - DAY + timedelta(hours=2))
    found = desk.goods(SPAN)
    assert [(part.name, part.micros) for part in by(found.goods, "vendor")] == [
        ("fal", 1_500_000), ("", 800_000), ("elevenlabs", 800_000)
    ]  # fmt: skip
    assert [(part.name, part.micros) for part in by(found.goods, "day")] == [
        ("2026-12-18", 500_000), ("2026-12-19", 2_600_000)
    ]  # fmt: skip
    assert (found.again.bills, found.again.micros) == (2, 800_000)
    assert found.share == pytest.approx(800_000 / 3_100_000)


def test_margins_by_account_tier_and_episode(desk: Founding, house: House) -> None:
    with house.db.write() as session:
        paid(session, "anna", "pro", 20_000_000, NOON - DAY, days=1)
        billed(session, "anna", "e1", 2.50)
        billed(session, "anna", "e2", 1.00)
        billed(session, "bert", "e3", 0.75)
        billed(session, "bert", "e3", 1.75, at=NOON - 60 * DAY)  # before, and it is over the limit with it
    found = desk.margins(SPAN)
    fee = 300_000 + 580_000
    assert {one.name: (one.revenue, one.fees, one.billed, one.micros) for one in found.accounts} == {
        "bert": (0, 0, 750_000, -750_000), "anna": (20_000_000, fee, 3_500_000, 20_000_000 - fee - 3_500_000)
    }  # fmt: skip
    assert {one.name: one.micros for one in found.tiers} == {"basic": -750_000, "pro": 15_620_000}
    assert found.all.micros == 15_620_000 - 750_000
    told = {one.episode: (one.total, one.margin.revenue, one.margin.billed) for one in found.episodes}
    assert told == {
        "e1": (2_500_000, 10_000_000, 2_500_000), "e3": (2_500_000, 0, 750_000),
        "e2": (1_000_000, 10_000_000, 1_000_000),
    }  # fmt: skip
    assert [one.episode for one in found.over] == ["e1", "e3"]


def test_a_film_brings_what_was_paid_for_its_credits_and_its_bills_are_its_accounts(
    desk: Founding, house: House
) -> None:
    with house.db.write() as session:
        paid(session, "anna", "P", 30_000_000, NOON - 2 * DAY, ware=Ware.PACK)
        grant_pack(session, "anna", Pack(name="P", micros=1, credits=3_000, days=9), once="o", at=NOON - 2 * DAY)
        grant_bonus(session, "anna", 1_000, once="b", why="gift", days=9, at=NOON - 2 * DAY)
        film = order(session, "anna", "f1", "1280x720p24", FILMS.quote(60, "standard"), 5_000_000, at=NOON - DAY)
        hold_minutes(session, film, at=NOON - DAY)
        settle_minute(session, film, 0, Fraction(60), at=NOON - DAY)  # the storyboard, $10
        billed(session, film.payer, "f1", 3.00)
    found = desk.margins(SPAN)
    assert [(one.name, one.films, one.billed) for one in found.accounts] == [("anna", 7_500_000, 3_000_000)]
    assert [(one.account, one.total, one.film) for one in found.episodes] == [("anna", 3_000_000, True)]
    assert found.over == ()


def test_days_are_utcs_whatever_the_clocks_say(desk: Founding, house: House) -> None:
    midnight = datetime(2026, 12, 19, tzinfo=UTC)
    with house.db.write() as session:
        billed(session, "anna", "e1", 1.0, at=(midnight - timedelta(seconds=1)).astimezone(ZoneInfo("Asia/Tokyo")))
        billed(session, "anna", "e1", 2.0, at=midnight.astimezone(ZoneInfo("America/New_York")))
    assert [(one.day, one.micros) for one in desk.goods(SPAN).goods] == [
        ("2026-12-18", 1_000_000), ("2026-12-19", 2_000_000)
    ]  # fmt: skip
    changed = Span(since=datetime(2026, 10, 24, tzinfo=UTC), until=datetime(2026, 10, 27, tzinfo=UTC))
    assert changed.days == ("2026-10-24", "2026-10-25", "2026-10-26")  # Europe's long day is one of them


def test_the_service_beside_what_is_promised(desk: Founding, house: House) -> None:
    with house.db.write() as session:
        for number in range(20):
            state = TakeState.FAILED if number == 0 else TakeState.MADE
            session.add(Take(account="anna", fingerprint=f"t{number}", essence="", kind=TakeKind.CLIP, state=state,
                             engine="kling-v4", recipe={}, took_ms=1000 * (number + 1), size=10,
                             asked=NOON - DAY))  # fmt: skip
        for minute in (0, 1, 3):
            beat(session, "the vault is away" if minute == 3 else "", at=NOON - timedelta(minutes=5 - minute))
        beat(session, at=NOON - timedelta(minutes=5))  # a second worker in the same minute
    found = desk.service(SPAN)
    assert [(one.vendor, one.ended, one.failed) for one in found.vendors] == [("fal", 20, 1)]
    assert found.clips.share == 0.05
    assert [(one.kind, one.takes, one.p95, one.slowest) for one in found.stages] == [("clip", 19, 20_000, 20_000)]
    assert (found.uptime.minutes, found.uptime.well) == (5, 2)
    assert found.uptime.since == NOON - timedelta(minutes=5)
    assert (found.takes, [one.size for one in found.stored]) == (200, [200])


def test_the_way_from_signing_up_to_the_second_month(desk: Founding, house: House) -> None:
    with house.db.write() as session:
        for name, steps in (("anna", 3), ("bert", 1)):
            ways = (Milestone.REGISTERED, Milestone.OPENED, Milestone.FIRST_DRAFT)
            for step in ways[:steps]:
                milestones.note(session, name, step, at=NOON - DAY)
        billed(session, "anna", "e1", 1.0)
        paid(session, "anna", "pro", 20_000_000, NOON - 2 * DAY)
        paid(session, "anna", "pro", 20_000_000, NOON - DAY)
        for begins in (NOON - 2 * DAY, NOON - DAY):  # all of it went back
            paid(session, "bert", "pro", 20_000_000, begins, refunded=20_000_000)
        for at in (NOON - DAY, NOON):
            note_visit(session, Seen.LANDING, at)
    desk.enter_marketing("2026-12", 30_000_000, "posters")
    found = desk.growth(SPAN)
    assert tuple(found.all)[1:] == (2, 1, 1, 1, 1, 1)
    assert found.winning[-1].spend == 30_000_000
    assert found.winning[-1].worth.cac == 30_000_000  # one was won
    assert found.winning[-1].worth.ltv is None  # nobody has stopped yet
    assert found.visits[Seen.LANDING] == 2
    midnight = NOON.replace(hour=0)
    assert desk.growth(Span(since=midnight - DAY, until=midnight)).visits[Seen.LANDING] == 1, "its end is no part of it"


def test_what_nobody_measures_is_not_said_to_hold(desk: Founding, house: House) -> None:
    week = Span.last(7, NOON)
    (hosting,) = [one for one in desk.plan_check(week) if one.part == "Hosting"]
    assert hosting.holds is None
    with house.db.write() as session:
        book_hours(session, Hire(host="vast", machine="7", micros_an_hour=400_000), NOON - 3 * DAY, NOON - DAY)
    (hosting,) = [one for one in desk.plan_check(week) if one.part == "Hosting"]
    assert hosting.holds is False, "$19.20 in less than a week are over $60 in a month"
    year = [one for one in desk.plan_check(Span.last(366, NOON)) if one.part == "Hosting"]
    assert year[0].holds is None
    few = replace(house, tiers=TIERS.model_copy(update={"tier": TIERS.tier[:3]}))
    told = [one.comes for one in Founding(few, "grace").plan_check(week) if one.part == "Tiers at full use"]
    assert len(told) == 3
    assert told[1:] == ["no such tier is sold here"] * 2


def test_the_plans_users_stand_beside_those_there_are(desk: Founding, house: House) -> None:
    with house.db.write() as session:
        paid(session, "anna", "pro", 20_000_000, NOON - DAY, monthly=15_000_000)
    (crowd,) = [one for one in desk.plan_check(SPAN) if one.line == "Net a month"]
    assert crowd.measured == "$0.65 an episode, the plan's least; 1 account pays $15.00 a month now"


def test_local_modes_owner_is_its_founder(house: House) -> None:
    assert Founding(house, OWNER).revenue(SPAN).paid == 0
