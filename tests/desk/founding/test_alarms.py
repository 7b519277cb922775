"""Alarms come up once, are mailed once, stand as long as they hold, and clear by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import cast

import pytest
from sqlmodel import select

from studio.db import now
from studio.desk.founding import Founding
from studio.desk.founding_alarms import watch
from studio.errors import NotFound
from studio.money.credits import claw_back, grant_pack
from studio.money.entry import About
from studio.money.holding import open_hold
from studio.money.minutes import hold_minutes, order, settle_minute
from studio.money.packs import Pack
from studio.money.parting import claim, part_of, settle
from studio.money.payments import Payments
from studio.money.quote import Quote, QuoteRow
from studio.people.account import Account
from studio.people.alarms import Worry
from studio.people.letters import Kind, Letter
from studio.production.house import House
from studio.production.rental import Rental
from studio.takes.recipe import TakeKind
from studio.takes.take import Take, TakeState
from tests.desk.founding.rows import FILMS, NOON, billed, paid

HOUR = timedelta(hours=1)


def kinds(desk: Founding) -> list[Worry]:
    """What stands."""
    return sorted(one.kind for one in desk.alarms())


def mailed(house: House) -> list[str]:
    """What founders were told by mail."""
    with house.db.read() as session:
        found = session.exec(select(Letter).where(Letter.kind == Kind.ALARM)).all()
    return [one.carries["said"] for one in found]


@pytest.fixture
def reachable(house: House) -> None:
    """A founder with an address."""
    with house.db.write() as session:
        founder = session.get_one(Account, "grace")
        founder.email = founder.shown = "grace@example.com"


@pytest.mark.usefixtures("reachable")
def test_a_dear_episode_is_told_of_once_and_clears(desk: Founding, house: House) -> None:
    with house.db.write() as session:
        billed(session, "anna", "e1", 2.50, at=NOON - HOUR)
        billed(session, "anna", "e2", 1.99, at=NOON - HOUR)
    assert (watch(house, at=NOON), watch(house, at=NOON + HOUR)) == (1, 0)
    (alarm,) = desk.alarms()
    assert (alarm.kind, alarm.about, alarm.account, alarm.micros) == (Worry.EPISODE, "anna/e1", "anna", 2_500_000)
    assert mailed(house) == ["Episode e1 of anna has cost $2.50."]
    assert watch(house, at=NOON + timedelta(days=9)) == 0
    assert desk.alarms() == ()
    with house.db.write() as session:
        billed(session, "anna", "e1", 0.10, at=NOON + timedelta(days=10))
    assert watch(house, at=NOON + timedelta(days=10, hours=1)) == 1, "it came up again"
    assert len(mailed(house)) == 2


def test_an_alarm_that_is_seen_stands_without_being_told_again(desk: Founding, house: House) -> None:
    with house.db.write() as session:
        billed(session, "anna", "e1", 2.50, at=NOON - HOUR)
    watch(house, at=NOON)
    (alarm,) = desk.alarms()
    desk.see(alarm.id, "the retakes were ours")
    assert watch(house, at=NOON + HOUR) == 0
    assert desk.alarms()[0].seen
    with pytest.raises(NotFound):
        desk.see("another", "the retakes were ours")


def test_a_film_has_a_stop_of_its_own(desk: Founding, house: House) -> None:
    with house.db.write() as session:
        film = order(session, "anna", "f1", "1280x720p24", FILMS.quote(60, "standard"), 5_000_000, at=NOON)
        billed(session, film.payer, "f1", 3.0, at=NOON - HOUR)
    assert (watch(house, at=NOON), kinds(desk)) == (0, [])


def test_what_leaves_too_little_is_told_where_something_is_sold(desk: Founding, house: House) -> None:
    with house.db.write() as session:
        paid(session, "anna", "pro", 20_000_000, NOON - HOUR)
        for episode in range(9):
            billed(session, "anna", f"e{episode}", 1.80, at=NOON - HOUR)
    assert (watch(house, at=NOON), kinds(desk)) == (0, [])
    selling = replace(house, payments=cast(Payments, object()))
    assert watch(selling, at=NOON) == 2
    assert kinds(desk) == [Worry.ACCOUNT, Worry.TIER]
    assert "The tier pro left 15% in 30 days; 40 % are meant." in [one.said for one in desk.alarms()]


@pytest.mark.usefixtures("reachable")
def test_who_paid_in_the_month_before_or_a_moment_ago_raises_nothing(desk: Founding, house: House) -> None:
    selling = replace(house, payments=cast(Payments, object()))
    with house.db.write() as session:
        paid(session, "anna", "pro", 20_000_000, NOON - timedelta(days=30, hours=20))  # a long month's last hours
        billed(session, "anna", "e1", 1.90, at=NOON - timedelta(days=20))
        paid(session, "bert", "basic", 10_000_000, NOON - HOUR)
        billed(session, "bert", "e2", 1.90, at=NOON - HOUR)
    assert (watch(selling, at=NOON), kinds(desk)) == (0, [])


@pytest.mark.usefixtures("reachable")
def test_what_comes_and_goes_around_its_limit_is_mailed_once_a_day(desk: Founding, house: House) -> None:
    selling = replace(house, payments=cast(Payments, object()))
    with house.db.write() as session:
        billed(session, "bert", "e1", 1.50, at=NOON - timedelta(days=29))
    assert watch(selling, at=NOON) == 1
    assert watch(selling, at=NOON + timedelta(days=2)) == 0
    assert kinds(desk) == []
    with house.db.write() as session:
        billed(session, "bert", "e2", 1.50, at=NOON + timedelta(days=2, hours=1))
    assert watch(selling, at=NOON + timedelta(days=2, hours=2)) == 0
    assert kinds(desk) == [Worry.ACCOUNT], "it stands, and nobody is told a second time"
    assert len(mailed(house)) == 1


def test_an_engine_whose_takes_cost_more_than_is_held_for_them_is_told_of(desk: Founding, house: House) -> None:
    def above(account: str, engine: str, micros: int, *, at: datetime) -> None:
        row = QuoteRow(subject=f"clip:{micros}", kind="clip", engine=engine, quote=Quote(ceiling=1_000))
        with house.db.write() as session:
            hold = open_hold(session, About(account=account, run=f"{micros}"), [row], at=at, floor=None)
            part = part_of(session, hold.run, row.subject) if hold else None
            assert part
            claim(session, part, "f", at=at)
            settle(session, part, 1_000 + micros, at=at)

    above("anna", "kling-v4", 70_000, at=NOON - HOUR)
    above("bert", "svd-xt", 100_000, at=NOON - HOUR)
    above("bert", "kling-v4", 900_000, at=NOON - timedelta(days=8))
    assert (watch(house, at=NOON), kinds(desk)) == (0, [])
    above("bert", "kling-v4", 40_000, at=NOON - HOUR)
    assert watch(house, at=NOON) == 1
    (alarm,) = desk.alarms()
    assert (alarm.kind, alarm.about, alarm.micros) == (Worry.OVERRUN, "kling-v4", 110_000)
    assert alarm.said.startswith(
        "Takes of kling-v4 cost $0.11 more than was held for them in 7 days; nobody is charged"
    )


def test_errors_leaks_and_what_is_owed(desk: Founding, house: House) -> None:
    with house.db.write() as session:
        for number in range(60):
            state = TakeState.FAILED if number == 0 else TakeState.MADE
            session.add(Take(account="anna", fingerprint=f"t{number}", essence="", kind=TakeKind.CLIP, state=state,
                             engine="kling-v4", recipe={}, asked=NOON - HOUR))  # fmt: skip
        session.add(Rental(host="vast", machine="7", name="trashfire-7", micros_an_hour=410_000, leaked=True))
        grant_pack(session, "bert", Pack(name="P", micros=1, credits=1_400, days=9), once="o", at=NOON)
        film = order(session, "bert", "f1", "1280x720p24", FILMS.quote(60, "standard"), 5_000_000, at=NOON)
        hold_minutes(session, film, at=NOON)
        settle_minute(session, film, 0, Fraction(60), at=NOON)
        claw_back(session, "bert", once="o", at=NOON)
    assert watch(house, at=NOON) == 3
    said = {one.kind: one.said for one in desk.alarms()}
    assert said[Worry.ERRORS] == "1 of the last 60 takes of fal came to nothing in 24 hours."
    assert said[Worry.LEAK] == "The machine trashfire-7 is paid for at vast ($0.41 an hour) and nobody knows of it."
    assert said[Worry.OWED].startswith("bert owes $14.00 in credits")
    assert watch(house, at=NOON + timedelta(days=2)) == 0
    assert kinds(desk) == [Worry.LEAK, Worry.OWED], "the errors are of yesterday"
    assert [one.kind for one in desk.past_alarms()] in ([Worry.ERRORS], []), now()
