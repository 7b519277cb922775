"""Tiers: what they hold, that nobody gets more however fast they ask, and what a refusal says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from studio.db import Database
from studio.errors import NotFound, TierLimit
from studio.money.counting import correct, count, resets, used
from studio.money.tiers import Share, Tiers
from tests.money.racing import race
from tests.money.rows import DATA, NOON

TIERS = Tiers.load(DATA / "tiers.toml")
BASIC = TIERS.find("basic")


def test_the_tiers_hold_what_the_plan_says() -> None:
    held = {
        tier.name: (tier.price_micros // 1_000_000, tier.episodes, tier.retakes, tier.requests, tier.minutes)
        for tier in TIERS.tier
    }
    assert held == {
        "owner": (0, None, None, None, None),
        "free": (0, None, None, None, None),
        "basic": (10, 10, 1, 10, 150),
        "pro": (20, 50, 3, 50, 750),
        "studio": (50, None, 5, 100, None),
    }
    with pytest.raises(NotFound, match="gold"):
        TIERS.find("gold")


def test_no_tier_can_cost_more_than_it_brings() -> None:
    budgets = {tier.name: TIERS.monthly(tier) for tier in TIERS.tier}
    assert budgets == {"owner": None, "free": 0, "basic": 5_410_000, "pro": 11_120_000, "studio": 28_250_000}
    for tier in TIERS.tier:
        left = tier.price_micros - (budgets[tier.name] or 0)
        assert left >= tier.price_micros * 429 // 1000


def test_the_eleventh_episode_of_a_month_is_refused_with_what_is_used_and_when_there_is_more(ledger: Database) -> None:
    with ledger.write() as session:
        assert [count(session, "owner", BASIC, Share.EPISODES, at=NOON) for _ in range(10)] == list(range(1, 11))
        said = "basic: 10 of 10 episodes a month are used; there is more from 01 January 2027, 00:00 UTC"
        with pytest.raises(TierLimit, match=said):
            count(session, "owner", BASIC, Share.EPISODES, at=NOON)
        assert used(session, "owner", Share.EPISODES, at=NOON) == 10
        assert count(session, "owner", BASIC, Share.EPISODES, at=NOON + timedelta(days=12)) == 1
        assert count(session, "other", BASIC, Share.EPISODES, at=NOON) == 1


def test_who_has_paid_for_no_plan_is_made_nothing_at_vendors(ledger: Database) -> None:
    free = TIERS.free
    assert free
    assert free.limited
    with ledger.write() as session, pytest.raises(TierLimit, match="free: what is made at vendors comes with a plan"):
        count(session, "owner", free, Share.REQUESTS, at=NOON)


def test_a_scene_has_its_own_retakes_for_good(ledger: Database) -> None:
    with ledger.write() as session:
        count(session, "owner", BASIC, Share.RETAKES, at=NOON, scene="e/1")
        count(session, "owner", BASIC, Share.RETAKES, at=NOON, scene="e/2")
        with pytest.raises(TierLimit, match="1 of 1 retakes of a scene are used; a scene is not given more"):
            count(session, "owner", BASIC, Share.RETAKES, at=NOON + timedelta(days=400), scene="e/1")


def test_requests_are_counted_by_the_minute(ledger: Database) -> None:
    with ledger.write() as session:
        for _ in range(10):
            count(session, "owner", BASIC, Share.REQUESTS, at=NOON)
        with pytest.raises(TierLimit, match="20 December 2026, 12:01 UTC"):
            count(session, "owner", BASIC, Share.REQUESTS, at=NOON + timedelta(seconds=59))
        assert count(session, "owner", BASIC, Share.REQUESTS, at=NOON + timedelta(seconds=60)) == 1


def test_work_is_counted_as_expected_and_corrected_by_what_it_was(ledger: Database) -> None:
    minute = 60_000
    with ledger.write() as session:
        count(session, "owner", BASIC, Share.WORK, at=NOON, amount=149 * minute)
        with pytest.raises(TierLimit, match="149 of 150 minutes of generation time a month are used and 2 more are"):
            count(session, "owner", BASIC, Share.WORK, at=NOON, amount=2 * minute)
        correct(session, "owner", Share.WORK, -100 * minute, at=NOON)
        assert count(session, "owner", BASIC, Share.WORK, at=NOON, amount=2 * minute) == 51 * minute
        with pytest.raises(TierLimit, match="51 of 150 minutes"):
            count(session, "owner", BASIC, Share.WORK, at=NOON, amount=151 * minute)


def test_the_owner_is_counted_and_never_refused(ledger: Database) -> None:
    with ledger.write() as session:
        for share in Share:
            assert count(session, "owner", TIERS.find("owner"), share, at=NOON, amount=10**9, scene="s") == 10**9


def test_of_twenty_at_once_only_ten_get_an_episode(ledger: Database) -> None:
    def make(_: int) -> object:
        with ledger.write() as session:
            return count(session, "owner", BASIC, Share.EPISODES, at=NOON)

    got = race(make)
    assert got.count(TierLimit) == 10
    with ledger.read() as session:
        assert used(session, "owner", Share.EPISODES, at=NOON) == 10


@pytest.mark.parametrize(("day", "next_month"), [(datetime(2026, 12, 31, 23, 59, tzinfo=UTC), (2027, 1)),
                                                 (datetime(2027, 1, 31, tzinfo=UTC), (2027, 2))])  # fmt: skip
def test_a_month_ends_where_the_next_one_begins(day: datetime, next_month: tuple[int, int]) -> None:
    assert resets(Share.EPISODES, day) == datetime(*next_month, 1, tzinfo=UTC)
