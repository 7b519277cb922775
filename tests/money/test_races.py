"""Many at once: of those who race for the last of something, only as many win as there is enough for.

Each racer writes under a name of its own, so that on PostgreSQL none waits for another but over the rows themselves.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import sleep

from studio.db import Database
from studio.errors import BudgetReached, HoldClosed, InsufficientFunds
from studio.money.booking import book_vendor
from studio.money.budget import Budget
from studio.money.checking import check
from studio.money.granting import grant
from studio.money.holding import open_hold
from studio.money.parting import claim, part_of, release, release_rest, settle
from studio.money.sums import balance, held
from tests.money.racing import RACERS, race
from tests.money.rows import NOON, PRICES, about, row, speech


def test_twenty_racing_holds_of_75_against_500_grant_exactly_six(ledger: Database) -> None:
    with ledger.write() as session:
        grant(session, "owner", 500, once="first", why="a gift", at=NOON)

    def hold(number: int) -> object:
        with ledger.write(of=f"racer {number}") as session:
            return open_hold(session, about(f"run-{number}"), [row("a", 75)], at=NOON) is not None

    got = race(hold)
    assert (got.count(True), got.count(InsufficientFunds)) == (6, 14)
    with ledger.read() as session:
        assert (balance(session, "pot:owner"), held(session, "owner")) == (50, 450)
        check(session)


def test_racing_holds_of_one_episode_stop_at_its_limit(ledger: Database) -> None:
    def hold(number: int) -> object:
        with ledger.write(of=f"racer {number}") as session:
            rows = [row("a", 75)]
            return open_hold(session, about(f"run-{number}"), rows, at=NOON, floor=None, budget=Budget(stop=500)) and 1

    got = race(hold)
    assert (got.count(1), got.count(BudgetReached)) == (6, 14)
    with ledger.read() as session:
        assert held(session, "owner", "episode") == 450
        check(session)


def test_a_part_that_many_end_at_once_ends_once(ledger: Database) -> None:
    with ledger.write() as session:
        open_hold(session, about(), [row("a", 75)], at=NOON, floor=None)

    def end(number: int) -> object:
        with ledger.write(of=f"racer {number}") as session:
            part = part_of(session, "run", "a")
            assert part
            if number % 2:
                settle(session, part, 10, at=NOON)
            else:
                release(session, part, "no output", at=NOON)
            return number

    assert race(end).count(HoldClosed) == RACERS - 1
    with ledger.read() as session:
        assert held(session, "owner") == 0
        check(session)


def test_a_part_claimed_while_its_run_ends_is_not_given_back(ledger: Database) -> None:
    with ledger.write() as session:
        open_hold(session, about(), [row("a", 75), row("b", 75)], at=NOON, floor=None)

    def end() -> int:
        with ledger.write(of="the end") as session:
            return release_rest(session, "run", "the run ended", at=NOON)

    with ThreadPoolExecutor(1) as thread:
        with ledger.write(of="the beginning") as session:
            part = part_of(session, "run", "a")
            assert part
            claim(session, part, "f1", at=NOON)
            ending = thread.submit(end)
            sleep(0.2)  # until it waits for this session
        assert ending.result() == 1
    with ledger.read() as session:
        assert held(session, "owner") == 75
        check(session)


def test_a_bill_and_a_payment_that_many_report_at_once_are_booked_once(ledger: Database) -> None:
    def book(number: int) -> object:
        with ledger.write(of=f"racer {number}") as session:
            granted = grant(session, "owner", 100, once="invoice", why="paid", at=NOON)
            return granted, book_vendor(session, speech("r1", 1), about(), PRICES, at=NOON)

    got = race(book)
    assert sorted(got) == [(False, 0)] * (RACERS - 1) + [(True, 80)]  # type: ignore[type-var]
    with ledger.read() as session:
        assert (balance(session, "pot:owner"), balance(session, "cost:owner")) == (100, 80)
        check(session)
