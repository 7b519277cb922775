"""A thousand random movements of money: whatever happens in whatever order, the books add up as a plain model does."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlmodel import Session, select

from studio.db import Database
from studio.errors import HoldClosed, InsufficientFunds
from studio.money.booking import book_vendor
from studio.money.checking import check
from studio.money.entry import Book, Entry
from studio.money.granting import grant
from studio.money.hold import HoldPart
from studio.money.holding import open_hold
from studio.money.parting import claim, doubt, lapse, part_of, release, release_rest, settle
from studio.money.sums import balance, billed, held, overrun, spent
from tests.money.rows import NOON, PRICES, about, row, speech
from tests.mould import mould

EXAMPLES, STEPS = 20, 50
AMOUNTS = st.integers(0, 400)
PARTS = st.integers(0, 60)  # which of those there ever were; the last of few is taken for one beyond
LIVE = ("open", "claimed", "unclear")


class Part:
    """A part as the model knows it."""

    def __init__(self, run: str, subject: str, micros: int) -> None:
        self.run, self.subject, self.micros, self.state, self.since = run, subject, micros, "open", NOON


class Books(RuleBasedStateMachine):
    """The ledger beside a model of plain numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="books-"))
        shutil.copy(mould(), self.folder / "books.db")
        self.db = Database(f"sqlite:///{self.folder / 'books.db'}")
        self.pot, self.spent, self.over, self.now = 0, 0, 0, NOON
        self.parts: list[Part] = []
        self.payments: dict[int, int] = {}
        self.bills: dict[int, int] = {}
        self.seen: Sequence[object] = []

    def teardown(self) -> None:
        self.db.close()
        shutil.rmtree(self.folder)

    @rule(payment=st.integers(0, 12), micros=AMOUNTS)
    def a_payment_comes_perhaps_again(self, payment: int, micros: int) -> None:
        with self.db.write() as session:
            fresh = grant(session, "owner", micros, once=f"p{payment}", why="paid", at=self.now)
        assert fresh is (payment not in self.payments)
        if fresh:
            self.payments[payment] = micros
            self.pot += micros

    @rule(ceilings=st.lists(st.integers(0, 200), max_size=5), owing=st.booleans())
    def a_run_is_begun(self, ceilings: list[int], owing: bool) -> None:
        run, asked = f"run-{len(self.parts)}-{len(self.seen)}", sum(ceilings)
        rows = [row(f"clip:{at}", ceiling) for at, ceiling in enumerate(ceilings)]
        try:
            with self.db.write() as session:
                open_hold(session, about(run), rows, at=self.now, floor=None if owing else 0)
        except InsufficientFunds:
            assert not owing
            assert asked > self.pot
            return
        assert owing or asked <= self.pot or not asked
        self.pot -= asked
        self.parts += [Part(run, f"clip:{at}", ceiling) for at, ceiling in enumerate(ceilings) if ceiling]

    @rule(which=PARTS, take=st.integers(0, 1))
    def a_part_is_claimed(self, which: int, take: int) -> None:
        if part := self._part(which):
            with suppress(HoldClosed), self.db.write() as session:
                claim(session, self._row(session, part), f"take-{take}", at=self.now)
                assert part.state in LIVE
                part.state, part.since = "claimed", self.now

    @rule(which=PARTS)
    def a_part_is_in_doubt(self, which: int) -> None:
        if part := self._part(which):
            with suppress(HoldClosed), self.db.write() as session:
                doubt(session, self._row(session, part), at=self.now)
                part.state, part.since = "unclear", self.now

    @rule(which=PARTS, micros=AMOUNTS)
    def a_part_is_settled(self, which: int, micros: int) -> None:
        if not (part := self._part(which)):
            return
        live = part.state in LIVE
        try:
            with self.db.write() as session:
                done = settle(session, self._row(session, part), micros, at=self.now)
        except HoldClosed:
            assert not live
            return
        assert live
        assert done.paid <= part.micros
        assert done.paid + done.back == part.micros
        assert done.paid + done.overrun == micros
        part.state = "settled"
        self.pot, self.spent, self.over = self.pot + done.back, self.spent + done.paid, self.over + done.overrun

    @rule(which=PARTS)
    def a_part_is_released(self, which: int) -> None:
        if part := self._part(which):
            live = part.state in LIVE
            try:
                with self.db.write() as session:
                    release(session, self._row(session, part), "no output", at=self.now)
            except HoldClosed:
                assert not live
                return
            assert live
            self._give_back(part)

    @rule(which=PARTS)
    def a_run_ends(self, which: int) -> None:
        if part := self._part(which):
            rest = [one for one in self.parts if one.run == part.run and one.state == "open"]
            with self.db.write() as session:
                assert release_rest(session, part.run, "ended", at=self.now) == len(rest)
            for one in rest:
                self._give_back(one)

    @rule(hours=st.integers(1, 20))
    def time_passes_and_doubts_end(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        before = self.now - timedelta(hours=24)
        late = [part for part in self.parts if part.state == "unclear" and part.since < before]
        with self.db.write() as session:
            assert len(lapse(session, before, at=self.now)) == len(late)
        for part in late:
            self._give_back(part)

    @rule(request=st.integers(0, 30), letters=st.integers(0, 9))
    def a_vendor_bills_perhaps_again(self, request: int, letters: int) -> None:
        with self.db.write() as session:
            book_vendor(session, speech(f"r{request}", letters), about(), PRICES, at=self.now)
        self.bills.setdefault(request, letters * 80)

    @rule(ceiling=st.integers(1, 200))
    def a_run_that_fails_to_begin_leaves_nothing(self, ceiling: int) -> None:
        with suppress(KeyError), self.db.write() as session:
            open_hold(session, about("never"), [row("a", ceiling)], at=self.now, floor=None)
            raise KeyError("the queue could not be written")

    @invariant()
    def the_books_say_what_the_model_says(self) -> None:
        with self.db.read() as session:
            check(session)
            assert balance(session, "pot:owner") == self.pot
            assert held(session, "owner", "episode") == sum(one.micros for one in self.parts if one.state in LIVE)
            assert (spent(session, "owner"), overrun(session)) == (self.spent, self.over)
            assert billed(session, "owner") == sum(self.bills.values()) == -balance(session, "vendor:elevenlabs")
            assert balance(session, "cost:owner") + balance(session, "overrun:owner") == sum(self.bills.values())
            rows = session.exec(select(*Entry.__table__.columns).order_by("id")).all()  # type: ignore[attr-defined,call-overload]
        assert rows[: len(self.seen)] == self.seen
        assert {book: sum(one.micros for one in rows if one.book == book) for book in Book} == dict.fromkeys(Book, 0)
        self.seen = rows

    def _part(self, which: int) -> Part | None:
        return self.parts[which % len(self.parts)] if self.parts else None

    def _row(self, session: Session, part: Part) -> HoldPart:
        found = part_of(session, part.run, part.subject)
        assert found
        return found

    def _give_back(self, part: Part) -> None:
        part.state = "released"
        self.pot += part.micros


TestBooks = Books.TestCase
TestBooks.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
)
