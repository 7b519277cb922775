"""Metering on both engines: what is held for is counted once however many ask at once, and given back with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from studio.db import Database
from studio.errors import TierLimit
from studio.money.booking import book_vendor
from studio.money.counting import check, correct, count, forget, used
from studio.money.estimates import Ask
from studio.money.hold import Hold, HoldPart, Pot
from studio.money.holding import open_hold
from studio.money.metering import count_episode, count_retakes, count_work, scene_of
from studio.money.parting import doubt, part_of, release, release_rest, settle
from studio.money.quote import Quoter, QuoteRow
from studio.money.sums import worked
from studio.money.tally import Tally
from studio.money.tiers import UNLIMITED, Share, Tiers
from studio.money.usage import Usage
from studio.takes.roster import Roster
from tests.money.racing import race
from tests.money.rows import DATA, ESTIMATES, NOON, PRICES, about, row

TIERS = Tiers.load(DATA / "tiers.toml")
BASIC = TIERS.find("basic")
LATER = NOON + timedelta(days=20)  # another month
ROWS = [row("speech:a", 100).model_copy(update={"within": "s1", "work": 2_000}),
        row("clip:b", 300).model_copy(update={"within": "s1", "work": 60_000})]  # fmt: skip


def hold(session: Session, run: str, episode: str = "e", rows: list[QuoteRow] = ROWS) -> Hold:
    """Money held for a run, with nothing counted."""
    made = open_hold(session, about(run, episode=episode), rows, at=NOON, floor=None)
    assert made
    return made


def begun(session: Session, run: str, episode: str = "e") -> Hold:
    """A production of an episode, counted."""
    made = hold(session, run, episode)
    count_episode(session, made, BASIC, at=NOON)
    return made


def retaken(session: Session, run: str) -> Hold:
    """A production that takes a scene again, counted."""
    made = hold(session, run)
    count_retakes(session, made, BASIC, ROWS, at=NOON)
    return made


def working(session: Session, run: str) -> Hold:
    """A production whose work is counted."""
    made = hold(session, run)
    count_work(session, made, BASIC, {one.subject: one.work for one in ROWS}, at=NOON)
    return made


def part(session: Session, run: str, subject: str) -> HoldPart:
    found = part_of(session, run, subject)
    assert found
    return found


def told(db: Database, share: Share, scene: str = "") -> int:
    """What the owner has used."""
    with db.read() as session:
        return used(session, "owner", share, at=NOON, scene=scene)


def test_of_twenty_episodes_begun_at_once_ten_are_and_the_others_hold_nothing(ledger: Database) -> None:
    def begin(number: int) -> object:
        with ledger.write() as session:
            return begun(session, f"run{number}", f"episode{number}").id

    assert race(begin).count(TierLimit) == 10
    assert told(ledger, Share.EPISODES) == 10
    with ledger.read() as session:
        assert len(session.exec(select(Hold)).all()) == 10
        assert session.get_one(Pot, "owner").micros == -10 * 400


def test_twenty_productions_of_one_episode_at_once_count_it_once(ledger: Database) -> None:
    def begin(number: int) -> object:
        with ledger.write() as session:
            return begun(session, f"run{number}").id

    assert TierLimit not in race(begin)
    assert told(ledger, Share.EPISODES) == 1


def test_an_episode_is_given_back_when_nothing_of_any_production_was_paid_for(ledger: Database) -> None:
    with ledger.write() as session:
        begun(session, "first")
        begun(session, "second")
        release_rest(session, "first", "called off", at=NOON)
    assert told(ledger, Share.EPISODES) == 1
    with ledger.write() as session:
        doubt(session, part(session, "second", "clip:b"), at=NOON)
        release(session, part(session, "second", "speech:a"), "not made", at=NOON)
    assert told(ledger, Share.EPISODES) == 1
    with ledger.write() as session:
        release(session, part(session, "second", "clip:b"), "unclear for too long", at=LATER)
    assert told(ledger, Share.EPISODES) == 0
    with ledger.write() as session:
        begun(session, "third")
    assert told(ledger, Share.EPISODES) == 1


def test_an_episode_of_which_a_take_was_paid_for_stays_counted_and_is_never_counted_again(ledger: Database) -> None:
    with ledger.write() as session:
        begun(session, "first")
        settle(session, part(session, "first", "speech:a"), 90, at=NOON)
        release_rest(session, "first", "called off", at=NOON)
        again = hold(session, "second")
        count_episode(session, again, BASIC, at=LATER)
    assert told(ledger, Share.EPISODES) == 1
    with ledger.read() as session:
        assert used(session, "owner", Share.EPISODES, at=LATER) == 0


def test_a_scene_taken_again_counts_once_however_many_takes_that_is(ledger: Database) -> None:
    scene = scene_of("e", "s1")
    with ledger.write() as session:
        retaken(session, "first")
    assert told(ledger, Share.RETAKES, scene) == 1
    with pytest.raises(TierLimit, match="1 of 1 retakes of a scene"), ledger.write() as session:
        retaken(session, "second")
    with ledger.write() as session:
        count_retakes(session, hold(session, "first"), BASIC, ROWS, at=NOON)  # the same production holds for more
    assert told(ledger, Share.RETAKES, scene) == 1


def test_a_retake_that_brought_nothing_is_given_back_once_all_of_it_ended(ledger: Database) -> None:
    scene = scene_of("e", "s1")
    with ledger.write() as session:
        retaken(session, "first")
        release(session, part(session, "first", "speech:a"), "not made", at=NOON)
    assert told(ledger, Share.RETAKES, scene) == 1
    with ledger.write() as session:
        release(session, part(session, "first", "clip:b"), "not made", at=NOON)
    assert told(ledger, Share.RETAKES, scene) == 0
    with ledger.write() as session:
        retaken(session, "second")
        settle(session, part(session, "second", "clip:b"), 10, at=NOON)
        release(session, part(session, "second", "speech:a"), "not made", at=NOON)
    assert told(ledger, Share.RETAKES, scene) == 1


def test_work_is_counted_as_expected_then_as_it_was_in_the_month_it_was_held(ledger: Database) -> None:
    with ledger.write() as session:
        working(session, "first")
    assert told(ledger, Share.WORK) == 62_000
    with ledger.write() as session:
        settle(session, part(session, "first", "clip:b"), 250, at=LATER, work=75_000)
        release(session, part(session, "first", "speech:a"), "not made", at=LATER)
    assert told(ledger, Share.WORK) == 75_000
    with ledger.read() as session:
        assert used(session, "owner", Share.WORK, at=LATER) == 0


def test_work_that_does_not_fit_the_month_holds_nothing(ledger: Database) -> None:
    with ledger.write() as session:
        correct(session, "owner", Share.WORK, 150 * 60_000 - 61_999, at=NOON)
    said = "148 of 150 minutes of generation time a month are used and 2 more are asked for"
    with pytest.raises(TierLimit, match=said), ledger.write() as session:
        working(session, "first")
    with ledger.read() as session:
        assert session.exec(select(Hold)).first() is None
    assert told(ledger, Share.WORK) == 150 * 60_000 - 61_999


def test_what_was_never_counted_is_not_given_back(ledger: Database) -> None:
    with ledger.write() as session:
        hold(session, "free")
        settle(session, part(session, "free", "clip:b"), 10, at=NOON, work=1_000)
        release_rest(session, "free", "called off", at=NOON)
        assert session.exec(select(Tally)).all() == []


def test_time_is_what_was_billed_for_what_the_customer_pays(ledger: Database) -> None:
    def bill(session: Session, request: str, ms: int) -> int:
        usage = Usage(vendor="runpod", model="svd-xt", request=request, quantities={"gpu_ms": ms})
        return book_vendor(session, usage, about(fingerprint="f"), PRICES, at=NOON)

    with ledger.write() as session:
        garbled, made = bill(session, "one", 30_000), bill(session, "two", 60_000)
        assert worked(session, "owner", "episode", "f", made) == pytest.approx(60_000, abs=60)
        assert worked(session, "owner", "episode", "f", garbled + made) == 90_000
        assert worked(session, "owner", "episode", "other", made) == 0


def test_every_engine_at_a_vendor_has_a_time_to_reserve() -> None:
    drawn = Quoter(PRICES, ESTIMATES)
    for card in (one for one in Roster.load(DATA / "crew.toml").engine if one.vendor):
        for kind in card.makes:
            assert drawn.row(card, Ask(kind=kind, ms=4_000), kind, at=NOON).work > 0, (card.name, kind)
    svd = next(one for one in Roster.load(DATA / "crew.toml").engine if one.name == "svd-xt")
    assert drawn.row(svd, Ask(kind="clip", ms=3_980), "clip", at=NOON).work == 56_000


def test_minutes_long_gone_are_forgotten_and_months_are_not(ledger: Database) -> None:
    with ledger.write() as session:
        count(session, "owner", BASIC, Share.REQUESTS, at=NOON)
        count(session, "owner", BASIC, Share.EPISODES, at=NOON)
        forget(session, NOON)
        assert used(session, "owner", Share.REQUESTS, at=NOON) == 1
        forget(session, LATER)
        assert used(session, "owner", Share.REQUESTS, at=NOON) == 0
        assert used(session, "owner", Share.EPISODES, at=NOON) == 1


def test_a_look_beforehand_says_the_same_and_counts_nothing(ledger: Database) -> None:
    with ledger.write() as session:
        check(session, "owner", BASIC, Share.RETAKES, at=NOON, scene="e/s1")
        count(session, "owner", BASIC, Share.RETAKES, at=NOON, scene="e/s1")
        with pytest.raises(TierLimit, match="1 of 1 retakes of a scene are used; a scene is not given more"):
            check(session, "owner", BASIC, Share.RETAKES, at=NOON, scene="e/s1")
        assert used(session, "owner", Share.RETAKES, at=NOON, scene="e/s1") == 1


def test_only_the_owners_tier_limits_nothing() -> None:
    assert [tier.name for tier in TIERS.tier if not tier.limited] == ["owner"]
    assert not UNLIMITED.find("owner").limited
