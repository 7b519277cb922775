"""The ledger: movements that sum to zero, bills once, parts that end once, rows nobody can change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from studio.db import Database
from studio.errors import BudgetReached, HoldClosed, InsufficientFunds, LedgerBroken, RateMissing
from studio.money.booking import book_vendor
from studio.money.budget import Budget, check_budget
from studio.money.checking import check
from studio.money.comparing import compare
from studio.money.entry import Book, Entry, Verb
from studio.money.granting import grant
from studio.money.hold import HoldPart, PartState
from studio.money.holding import open_hold
from studio.money.parting import claim, doubt, lapse, part_of, release, release_rest, settle, switch
from studio.money.posting import post
from studio.money.sums import Group, balance, billed, held, month, overrun, owed, spent
from studio.money.usage import Usage
from tests.money.rows import NOON, PRICES, about, row, speech


def funded(session: Session, micros: int = 1_000) -> None:
    grant(session, "owner", micros, once="first", why="a gift", at=NOON)


def part(session: Session, subject: str) -> HoldPart:
    found = part_of(session, "run", subject)
    assert found
    return found


def test_a_movement_that_does_not_sum_to_zero_is_refused(ledger: Database) -> None:
    with ledger.write() as session, pytest.raises(LedgerBroken, match="pot:owner 5"):
        post(session, Book.CUSTOMER, Verb.GRANT, {"granted:owner": -4, "pot:owner": 5}, about(), at=NOON)


@pytest.mark.parametrize("statement", ["UPDATE entry SET micros = 0", "DELETE FROM entry"])
def test_the_database_refuses_to_change_an_entry(ledger: Database, statement: str) -> None:
    with ledger.write() as session:
        funded(session)
    with Session(ledger.engine) as session, pytest.raises(DBAPIError, match="entries are never changed"):
        session.exec(text(statement))
    with ledger.read() as session:
        assert balance(session, "pot:owner") == 1_000


def test_replacing_an_entry_on_sqlite_is_refused_too(sqlite: Database) -> None:
    with sqlite.write() as session:
        funded(session)
    columns = [column.name for column in Entry.__table__.columns]  # type: ignore[attr-defined]
    told = ", ".join("0" if name == "micros" else name for name in columns)
    with Session(sqlite.engine) as session, pytest.raises(DBAPIError, match="entries are never changed"):
        session.exec(text(f"INSERT OR REPLACE INTO entry ({', '.join(columns)}) SELECT {told} FROM entry"))


def test_truncating_the_entries_on_postgresql_is_refused_too(ledger: Database) -> None:
    if ledger.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    with Session(ledger.engine) as session, pytest.raises(DBAPIError, match="entries are never changed"):
        session.exec(text("TRUNCATE entry"))


def test_a_payment_is_granted_once(ledger: Database) -> None:
    with ledger.write() as session:
        assert grant(session, "owner", 500, once="invoice-1", why="paid", at=NOON)
        assert not grant(session, "owner", 500, once="invoice-1", why="paid", at=NOON)
    with ledger.read() as session:
        assert balance(session, "pot:owner") == 500
        check(session)


def test_a_run_holds_settles_and_releases(ledger: Database) -> None:
    with ledger.write() as session:
        funded(session)
        hold = open_hold(session, about(), [row("clip:a", 300), row("clip:b", 200), row("mix", 0)], at=NOON)
        assert hold is not None
        assert (hold.micros, held(session, "owner", "episode"), balance(session, "pot:owner")) == (500, 500, 500)
        assert part_of(session, "run", "mix") is None
        claim(session, part(session, "clip:a"), "f1", at=NOON)
        done = settle(session, part(session, "clip:a"), 120, at=NOON)
        assert (done.paid, done.back, done.overrun) == (120, 180, 0)
        release(session, part(session, "clip:b"), "no output", at=NOON)
    with ledger.read() as session:
        assert (spent(session, "owner", "episode"), held(session, "owner"), balance(session, "pot:owner")) == (
            120, 0, 880)  # fmt: skip
        assert session.exec(select(Entry.why).where(Entry.verb == Verb.RELEASE)).first() == "no output"
        check(session)


def test_nothing_is_held_for_what_costs_nothing(ledger: Database) -> None:
    with ledger.write() as session:
        assert open_hold(session, about(), [row("mix", 0)], at=NOON) is None


def test_the_customer_never_pays_above_the_part_and_the_overrun_is_a_row(ledger: Database) -> None:
    with ledger.write() as session:
        funded(session)
        open_hold(session, about(), [row("speech:a", 300)], at=NOON)
        assert book_vendor(session, speech("r1", 5), about(fingerprint="f1"), PRICES, at=NOON) == 400
        done = settle(session, part(session, "speech:a"), billed(session, "owner", take="f1"), at=NOON)
        assert (done.paid, done.back, done.overrun) == (300, 0, 100)
    with ledger.read() as session:
        assert (spent(session, "owner"), overrun(session), overrun(session, "owner", since=NOON)) == (300, 100, 100)
        assert (balance(session, "vendor:elevenlabs"), balance(session, "cost:owner")) == (-400, 300)
        assert billed(session, "owner") == 400
        check(session)


def test_a_part_ends_once(ledger: Database) -> None:
    with ledger.write() as session:
        funded(session)
        open_hold(session, about(), [row("a", 10), row("b", 10)], at=NOON)
        settle(session, part(session, "a"), 5, at=NOON)
        release(session, part(session, "b"), "gone", at=NOON)
        for ended in (part(session, "a"), part(session, "b")):
            with pytest.raises(HoldClosed, match=ended.state):
                settle(session, ended, 5, at=NOON)
            with pytest.raises(HoldClosed):
                release(session, ended, "again", at=NOON)
            with pytest.raises(HoldClosed):
                claim(session, ended, "f", at=NOON)
        check(session)


def test_a_part_is_claimed_for_one_take_however_often(ledger: Database) -> None:
    with ledger.write() as session:
        funded(session)
        open_hold(session, about(), [row("a", 10)], at=NOON)
        for _ in range(2):
            claim(session, part(session, "a"), "f1", at=NOON)
        with pytest.raises(HoldClosed, match="claimed"):
            claim(session, part(session, "a"), "f2", at=NOON)


def test_the_end_of_a_run_gives_back_what_nobody_began(ledger: Database) -> None:
    with ledger.write() as session:
        funded(session)
        open_hold(session, about(), [row("a", 10), row("b", 20), row("c", 30)], at=NOON)
        claim(session, part(session, "a"), "f1", at=NOON)
        doubt(session, part(session, "b"), at=NOON)
        assert release_rest(session, "run", "the run ended", at=NOON) == 1
        assert held(session, "owner") == 30
        check(session)


def test_what_stays_unclear_ends_in_the_customers_favour(ledger: Database) -> None:
    with ledger.write() as session:
        funded(session)
        open_hold(session, about(), [row("a", 10), row("b", 20)], at=NOON)
        doubt(session, part(session, "a"), at=NOON)
        assert not lapse(session, NOON, at=NOON)
        ended = lapse(session, NOON + timedelta(hours=24), at=NOON + timedelta(hours=24))
        assert [(one.subject, one.state) for one in ended] == [("a", PartState.RELEASED)]
        assert held(session, "owner") == 20
        check(session)


def test_a_bill_is_owed_once_and_in_full(ledger: Database) -> None:
    with ledger.write() as session:
        assert book_vendor(session, speech("r1", 100), about(), PRICES, at=NOON) == 8_000
        assert book_vendor(session, speech("r1", 100), about(), PRICES, at=NOON) == 0
        assert book_vendor(session, speech("r2", 1), about(), PRICES, at=NOON) == 80
        found = session.exec(select(Entry).where(Entry.request == "r1", Entry.micros > 0)).one()
        assert (found.purse, found.card, found.quantities) == ("cost:owner", "2026-11-01", {"characters": 100})
    with ledger.read() as session:
        assert balance(session, "vendor:elevenlabs") == -8_080


def test_a_bill_without_a_price_or_a_request_is_refused(ledger: Database) -> None:
    strange = Usage(vendor="groq", model="mixtral", request="r", quantities={"input_tokens": 1})
    with ledger.write() as session:
        with pytest.raises(RateMissing, match="mixtral at groq"):
            book_vendor(session, strange, about(), PRICES, at=NOON)
        with pytest.raises(LedgerBroken, match="request"):
            book_vendor(session, speech("", 1), about(), PRICES, at=NOON)


def test_a_bill_of_nothing_is_a_row_all_the_same(ledger: Database) -> None:
    free = Usage(vendor="local-writer", model="local-writer", request="r", quantities={"output_tokens": 9})
    with ledger.write() as session:
        assert book_vendor(session, free, about(engine="local-writer"), PRICES, at=NOON) == 0
        assert [(one.name, one.bills, one.micros) for one in owed(session, Group.ENGINE)] == [("local-writer", 1, 0)]


def test_costs_are_added_up_by_what_is_asked(ledger: Database) -> None:
    with ledger.write() as session:
        before = month(NOON) - timedelta(seconds=1)
        for number, (letters, scene, at) in enumerate([(10, "1", NOON), (20, "2", NOON), (40, "2", before)]):
            told = about(scene=scene, kind="speech", engine="eleven")
            book_vendor(session, speech(f"r{number}", letters), told, PRICES, at=at)
    with ledger.read() as session:
        by_scene = owed(session, Group.SCENE, account="owner", episode="episode")
        assert [(one.name, one.bills, one.micros) for one in by_scene] == [("2", 2, 4_800), ("1", 1, 800)]
        assert [one.micros for one in owed(session, Group.KIND, since=month(NOON))] == [2_400]
        assert billed(session, "owner", since=month(NOON)) == 2_400
        assert owed(session, Group.VENDOR, account="somebody") == ()


def test_an_account_cannot_hold_more_than_it_has_unless_it_may_owe(ledger: Database) -> None:
    with ledger.write() as session:
        funded(session, 100)
        with pytest.raises(InsufficientFunds, match=r"\$0.000101 are needed and \$0.0001 are left"):
            open_hold(session, about(), [row("a", 101)], at=NOON)
        open_hold(session, about(), [row("a", 101)], at=NOON, floor=None)
        assert balance(session, "pot:owner") == -1
        check(session)


def test_an_episode_stops_at_its_limit_and_warns_at_its_target(ledger: Database) -> None:
    budget = Budget(target=600, stop=1_000, monthly=2_000)
    with ledger.write() as session:
        book_vendor(session, speech("r1", 5), about(), PRICES, at=NOON)
        open_hold(session, about(), [row("a", 300)], at=NOON, floor=None, budget=budget)
        found = check_budget(session, "owner", "episode", 300, budget, at=NOON)
        assert (found.total, found.over_target, found.fits) == (1_000, True, True)
        said = r"\$0.001: \$0.0004 are spent, \$0.0003 are held and \$0.000301 are asked for"
        with pytest.raises(BudgetReached, match=said):
            open_hold(session, about(), [row("b", 301)], at=NOON, floor=None, budget=budget)
        session.rollback()


def test_a_month_stops_at_its_limit_over_all_episodes(ledger: Database) -> None:
    budget = Budget(monthly=1_000)
    with ledger.write() as session:
        book_vendor(session, speech("old", 99), about(), PRICES, at=month(NOON) - timedelta(days=9))
        book_vendor(session, speech("r1", 10), about(episode="other"), PRICES, at=NOON)
        check_budget(session, "owner", "episode", 200, budget, at=NOON)
        with pytest.raises(BudgetReached, match="this month"):
            check_budget(session, "owner", "episode", 201, budget, at=NOON)


def test_the_check_finds_a_pot_that_is_not_the_sum_of_its_entries(ledger: Database) -> None:
    with ledger.write() as session:
        funded(session)
        session.exec(text("UPDATE pot SET micros = 7"))
        with pytest.raises(LedgerBroken, match="pot of owner is kept as 7 and sums to 1000"):
            check(session)


def test_the_check_finds_a_part_that_ended_without_its_entries(ledger: Database) -> None:
    with ledger.write() as session:
        funded(session)
        open_hold(session, about(), [row("a", 10)], at=NOON)
        session.exec(text("UPDATE holdpart SET state = 'settled', paid = 3"))
        with pytest.raises(LedgerBroken, match=r"parts of 0 open and holds 10.*paid 3 of its parts and spent 0"):
            check(session)


def test_another_engine_may_take_over_where_its_quote_fits_the_part(ledger: Database) -> None:
    with ledger.write() as session:
        open_hold(session, about(), [row("a", 300)], at=NOON, floor=None)
        claim(session, part(session, "a"), "f1", at=NOON)
        with pytest.raises(BudgetReached, match=r"kling may take \$0.000301 for a and \$0.0003 are held"):
            switch(session, part(session, "a"), row("a", 301, engine="kling"), at=NOON)
        switch(session, part(session, "a"), row("a", 250, engine="kling"), at=NOON)
        claim(session, part(session, "a"), "f2", at=NOON)
        settle(session, part(session, "a"), 200, at=NOON)
        assert session.exec(select(Entry.engine).where(Entry.verb == Verb.SETTLE)).first() == "kling"
        with pytest.raises(HoldClosed):
            switch(session, part(session, "a"), row("a", 1), at=NOON)
        check(session)


def test_what_was_quoted_is_seen_beside_what_it_cost(ledger: Database) -> None:
    with ledger.write() as session:
        open_hold(session, about(), [row("a", 1_000), row("b", 500)], at=NOON, floor=None)
        open_hold(session, about(episode="other"), [row("c", 500)], at=NOON, floor=None)
        for request in ("r1", "r2"):
            book_vendor(session, speech(request, 5), about(subject="a"), PRICES, at=NOON)
        settle(session, part(session, "a"), 800, at=NOON + timedelta(seconds=1))
        found = compare(session, "owner", "episode")
    assert [(one.subject, one.likely, one.ceiling, one.billed, one.paid, one.state) for one in found] == [
        ("a", 500, 1_000, 800, 800, "settled"), ("b", 250, 500, 0, 0, "open")]  # fmt: skip


def test_all_that_is_there_may_be_held_to_the_last(ledger: Database) -> None:
    with ledger.write() as session:
        funded(session, 100)
        assert open_hold(session, about(), [row("a", 60), row("b", 40)], at=NOON)
        assert balance(session, "pot:owner") == 0


def test_what_is_held_counts_against_the_month_too(ledger: Database) -> None:
    with ledger.write() as session:
        open_hold(session, about(episode="other"), [row("a", 700)], at=NOON, floor=None)
        check_budget(session, "owner", "episode", 300, Budget(monthly=1_000), at=NOON)
        with pytest.raises(BudgetReached, match="this month"):
            check_budget(session, "owner", "episode", 301, Budget(monthly=1_000), at=NOON)


def test_the_check_finds_a_movement_that_does_not_sum_to_zero(ledger: Database) -> None:
    with ledger.write() as session:
        told = {"movement": "m", "book": Book.COST, "verb": Verb.BILL, "account": "owner", "at": NOON}
        session.add(Entry(purse="vendor:groq", micros=-5, **told))
        session.add(Entry(purse="cost:owner", micros=7, **told))
        with pytest.raises(LedgerBroken, match="movement m of the cost book sums to 2"):
            check(session)
