"""Film credits: lots and their days, what is held, paid per finished minute and given back, and payments taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from sqlmodel import Session, select

from studio.db import Database
from studio.errors import CreditsHeld, CreditsOwed, OutOfCredits
from studio.money.checking import check
from studio.money.credits import CREDIT, Pack, claw_back, give_back, grant_bonus, grant_pack
from studio.money.films import Films
from studio.money.lapsing import expiring, lapse_all, untold
from studio.money.lots import GRACE, Lot
from studio.money.minutes import (
    FilmOrder,
    MinuteState,
    hold_minutes,
    minutes,
    order,
    owing,
    release_minutes,
    settle_minute,
)
from studio.money.relating import Credits, standing, statement
from studio.money.sums import balance
from studio.money.tiers import Tiers
from tests.money.racing import RACERS, race
from tests.money.rows import DATA, NOON

FILMS = Films.load(DATA / "films.toml")
TIERS = Tiers.load(DATA / "tiers.toml")
DAY = timedelta(days=1)
SMALL = Pack(name="Small", micros=30_000_000, credits=3_000, bonus=200, days=365, bonus_days=90)


def film(session: Session, seconds: int, episode: str = "episode", quality: str = "standard") -> FilmOrder:
    """An order of a film of the owner's."""
    price = FILMS.quote(seconds, quality)
    return order(session, "owner", episode, "1280x720p24", price, FILMS.vendors(price, TIERS.payment), at=NOON)


def has(session: Session, at: datetime = NOON) -> Credits:
    """What the owner has."""
    check(session)
    return standing(session, "owner", at=at)


def left(session: Session) -> dict[str, int]:
    """Credits left in each lot, by the pack's name and whether they are a bonus."""
    return {f"{one.pack}{'+' if one.bonus else ''}": one.left // CREDIT for one in session.exec(select(Lot))}


def test_a_pack_comes_in_once_with_its_bonus_and_its_days(ledger: Database) -> None:
    with ledger.write() as session:
        assert grant_pack(session, "owner", SMALL, once="pay-1", at=NOON)
        assert not grant_pack(session, "owner", SMALL, once="pay-1", at=NOON)
    with ledger.read() as session:
        found = has(session)
        assert (found.free, found.held, found.owed) == (3_200 * CREDIT, 0, 0)
        assert [(one.micros // CREDIT, one.at - NOON) for one in found.expiring] == [
            (200, 90 * DAY),
            (3_000, 365 * DAY),
        ]


def test_what_expires_first_is_spent_first_and_given_back_last(ledger: Database) -> None:
    with ledger.write() as session:
        grant_pack(session, "owner", SMALL, once="pay-1", at=NOON)
        grant_bonus(session, "owner", 500, once="gift", why="Gift", days=10, at=NOON)
        short = Pack(name="Short", micros=1_000_000, credits=100, days=5)
        grant_pack(session, "owner", short, once="pay-2", at=NOON + DAY)
        made = film(session, 180)  # 1,000 of storyboard and 400 a minute
        hold_minutes(session, made, at=NOON)
        assert left(session) == {"Small": 1_600, "Small+": 0, "Gift+": 0, "Short": 0}
        settle_minute(session, made, 0, Fraction(180), at=NOON)
        release_minutes(session, made, "called off", at=NOON)
        assert left(session) == {"Small": 2_800, "Small+": 0, "Gift+": 0, "Short": 0}
    with ledger.read() as session:
        assert has(session).free == 2_800 * CREDIT


def test_credits_end_on_their_day_by_a_movement_after_their_owner_was_told(ledger: Database) -> None:
    with ledger.write() as session:
        grant_bonus(session, "owner", 500, once="gift", why="Gift", days=20, at=NOON)
        assert not untold(session, at=NOON)
        assert [one.pack for one in untold(session, at=NOON + 7 * DAY)] == ["Gift"]
        assert not untold(session, at=NOON + 8 * DAY)
        assert lapse_all(session, at=NOON + 19 * DAY) == 0
        assert standing(session, "owner", at=NOON + 20 * DAY).free == 0  # also before anybody swept
        assert lapse_all(session, at=NOON + 20 * DAY) == 500 * CREDIT
        assert not expiring(session, timedelta(days=99), at=NOON + 20 * DAY)
    with ledger.read() as session:
        assert has(session).free == 0
        assert [one.words for one in statement(session, "owner", {}, CREDIT)] == [
            "500 credits of Gift expired",
            "Gift: 500 credits came in",
        ]


def test_what_a_film_gives_back_after_its_day_lives_on_once(ledger: Database) -> None:
    with ledger.write() as session:
        grant_bonus(session, "owner", 1_400, once="gift", why="Gift", days=5, at=NOON)
        made = film(session, 60)
        hold_minutes(session, made, at=NOON)
        assert lapse_all(session, at=NOON + 6 * DAY) == 0  # what is held does not expire
        release_minutes(session, made, "failed", at=NOON + 6 * DAY)
        assert standing(session, "owner", at=NOON + 6 * DAY).expiring[0].at == NOON + 6 * DAY + GRACE
        hold_minutes(session, made, at=NOON + 7 * DAY)
        late = NOON + 7 * DAY + GRACE
        release_minutes(session, made, "failed", at=late)
        assert session.exec(select(Lot)).one().lapsed == 1_400 * CREDIT  # before anybody swept: nobody could spend it
        assert lapse_all(session, at=late) == 0
    with ledger.read() as session:
        assert has(session, late).free == 0


def test_each_finished_minute_is_paid_once_and_the_rest_comes_back(ledger: Database) -> None:
    with ledger.write() as session:
        grant_pack(session, "owner", SMALL, once="pay-1", at=NOON)
        made = film(session, 150)  # 1,000 + 2.5 minutes at 400
        assert hold_minutes(session, made, at=NOON) == 2_000 * CREDIT
        assert hold_minutes(session, made, at=NOON) == 0
        assert [settle_minute(session, made, 1, Fraction(150), at=NOON) for _ in range(3)] == [True, False, False]
        assert has(session).held == 1_600 * CREDIT
        settle_minute(session, made, 0, Fraction(150), at=NOON)
        assert release_minutes(session, made, "a shot failed", at=NOON) == 600 * CREDIT
        assert release_minutes(session, made, "a shot failed", at=NOON) == 0
        assert not settle_minute(session, made, 2, Fraction(150), at=NOON)
        assert has(session).free == 1_800 * CREDIT
        assert owing(session, made) == {2: 400 * CREDIT, 3: 200 * CREDIT}  # made later, it is held again
        assert hold_minutes(session, made, at=NOON) == 600 * CREDIT
        assert [settle_minute(session, made, one, Fraction(150), at=NOON) for one in range(4)] == [
            False,
            False,
            True,
            True,
        ]
    with ledger.read() as session:
        assert (has(session).free, has(session).held) == (1_200 * CREDIT, 0)
        assert balance(session, "films:owner") == 2_000 * CREDIT
        told = statement(session, "owner", {made.id: "The Key"}, CREDIT)
        assert "400 credits paid for minute 1 of The Key" in [one.words for one in told]
        assert "600 credits given back by The Key: a shot failed" in [one.words for one in told]
        assert told[0].left == has(session).free


def test_a_film_that_turns_out_shorter_costs_less_and_one_that_is_longer_no_more(ledger: Database) -> None:
    with ledger.write() as session:
        grant_pack(session, "owner", SMALL, once="pay-1", at=NOON)
        for length, paid in ((Fraction(100), 1_667), (Fraction(900), 1_800)):
            made = film(session, 120, episode=f"of {length}")
            hold_minutes(session, made, at=NOON)
            for number in range(3):
                settle_minute(session, made, number, length, at=NOON)
            release_minutes(session, made, "it is done", at=NOON)
            assert sum(part.paid for part in minutes(session, made.id).values()) == paid * CREDIT
            grant_bonus(session, "owner", 2_000, once=f"more {length}", why="Gift", days=None, at=NOON)
        check(session)


def test_a_films_pot_holds_what_its_price_leaves_for_vendors(ledger: Database) -> None:
    with ledger.write() as session:
        grant_pack(session, "owner", SMALL, once="pay-1", at=NOON)
        made = film(session, 120)
        hold_minutes(session, made, at=NOON)
        assert balance(session, f"pot:{made.payer}") == made.vendors == 9_506_666
        settle_minute(session, made, 0, Fraction(120), at=NOON)
        release_minutes(session, made, "called off", at=NOON)
        assert balance(session, f"pot:{made.payer}") == made.vendors * 1_000 // 1_800
        check(session)


def test_too_few_credits_and_held_ones_are_told_apart(ledger: Database) -> None:
    with ledger.write() as session:
        grant_pack(session, "owner", SMALL, once="pay-1", at=NOON)
        hold_minutes(session, film(session, 180), at=NOON)
    held = "1,800 credits are needed and 1,000 credits are free; 2,200 credits are held"
    with pytest.raises(CreditsHeld, match=held), ledger.write() as session:
        hold_minutes(session, film(session, 120, episode="other"), at=NOON)
    out = "5,000 credits are needed and 1,000 credits are free, with 2,200 credits held by work under way"
    with pytest.raises(OutOfCredits, match=out), ledger.write() as session:
        hold_minutes(session, film(session, 600, episode="long"), at=NOON)
    with ledger.read() as session:
        assert not [one for one in session.exec(select(FilmOrder)) if one.episode != "episode"]  # nothing is left of it
        check(session)


def test_a_refund_takes_what_is_there_and_owes_what_was_spent(ledger: Database) -> None:
    with ledger.write() as session:
        grant_pack(session, "owner", SMALL, once="pay-1", at=NOON)
        made = film(session, 60)
        hold_minutes(session, made, at=NOON)  # 1,400
        settle_minute(session, made, 0, Fraction(60), at=NOON)  # 1,000, of them 200 of the bonus
        assert claw_back(session, "owner", once="pay-1", at=NOON) == 3_200 * CREDIT
        assert claw_back(session, "owner", once="pay-1", at=NOON) == 0
        assert (has(session).free, has(session).owed) == (0, 1_400 * CREDIT)
        with pytest.raises(CreditsOwed, match="1,400 credits"):
            hold_minutes(session, film(session, 60, episode="other"), at=NOON)
        release_minutes(session, made, "failed", at=NOON)  # what comes back pays at once
        assert (has(session).free, has(session).owed) == (0, 1_000 * CREDIT)
        grant_pack(session, "owner", SMALL, once="pay-2", at=NOON)  # so does what is bought
        assert (has(session).free, has(session).owed) == (2_200 * CREDIT, 0)
        assert give_back(session, "owner", once="pay-1", at=NOON) == 3_200 * CREDIT
        assert give_back(session, "owner", once="pay-1", at=NOON) == 0
        assert has(session).free == 5_400 * CREDIT
    with ledger.read() as session:
        assert balance(session, "films:owner") == 1_000 * CREDIT


def test_a_part_of_a_payment_takes_its_share(ledger: Database) -> None:
    with ledger.write() as session:
        grant_pack(session, "owner", SMALL, once="pay-1", at=NOON)
        assert claw_back(session, "owner", once="pay-1", at=NOON, share=Fraction(1, 4)) == 800 * CREDIT
        assert claw_back(session, "owner", once="pay-1", at=NOON, share=Fraction(1, 2)) == 800 * CREDIT
        assert claw_back(session, "owner", once="never", at=NOON) == 0
        assert has(session).free == 1_600 * CREDIT


def test_of_twenty_films_that_race_for_six_six_begin(ledger: Database) -> None:
    with ledger.write() as session:
        grant_bonus(session, "owner", 6 * 1_400 + 1_399, once="gift", why="Gift", days=None, at=NOON)

    def begin(number: int) -> object:
        with ledger.write() as session:
            return hold_minutes(session, film(session, 60, episode=f"film-{number}"), at=NOON)

    got = race(begin)
    assert (got.count(1_400 * CREDIT), got.count(CreditsHeld)) == (6, RACERS - 6), got
    with ledger.read() as session:
        assert (has(session).free, has(session).held) == (1_399 * CREDIT, 6 * 1_400 * CREDIT)


def test_a_film_that_many_begin_and_end_at_once_is_held_and_paid_once(ledger: Database) -> None:
    with ledger.write() as session:
        grant_pack(session, "owner", SMALL, once="pay-1", at=NOON)

    def begin(number: int) -> object:
        with ledger.write() as session:
            return hold_minutes(session, film(session, 120), at=NOON)

    got = race(begin)
    assert (got.count(0), got.count(1_800 * CREDIT)) == (RACERS - 1, 1)

    def end(number: int) -> object:
        with ledger.write() as session:
            made = film(session, 120)
            if number % 2:
                return settle_minute(session, made, number % 3, Fraction(120), at=NOON)
            return release_minutes(session, made, "called off", at=NOON)

    race(end)
    with ledger.read() as session:
        parts = minutes(session, film_id(session)).values()
        paid = sum(part.paid for part in parts)
        assert all(part.state != MinuteState.HELD for part in parts)
        assert (has(session).free, has(session).held) == (3_200 * CREDIT - paid, 0)


def film_id(session: Session) -> str:
    """The only order there is."""
    return session.exec(select(FilmOrder.id)).one()
