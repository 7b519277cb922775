"""Hundreds of random movements of credits: whatever happens in whatever order, nothing is made, lost or below zero."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlmodel import Session, select

from studio.db import Database
from studio.errors import CreditsHeld, CreditsOwed, OutOfCredits
from studio.money.checking import check
from studio.money.credits import CREDIT, claw_back, give_back, grant_pack
from studio.money.films import Films
from studio.money.lapsing import lapse_all
from studio.money.lots import Lot
from studio.money.minutes import (
    FilmMinute,
    FilmOrder,
    MinuteState,
    find_order,
    hold_minutes,
    order,
    release_minutes,
    settle_minute,
)
from studio.money.packs import Pack
from studio.money.relating import standing, statement
from studio.money.sums import balance
from tests.money.rows import DATA, NOON
from tests.mould import mould

FILMS = Films.load(DATA / "films.toml")
WHICH = st.integers(0, 5)


class Purses(RuleBasedStateMachine):
    """One account's credits."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="credits-"))
        shutil.copy(mould(), self.folder / "credits.db")
        self.db = Database(f"sqlite:///{self.folder / 'credits.db'}")
        self.now, self.given, self.paid = NOON, 0, 0

    def teardown(self) -> None:
        self.db.close()
        shutil.rmtree(self.folder)

    @rule(which=WHICH, credits=st.integers(500, 4_000), bonus=st.integers(0, 500), days=st.integers(1, 60))
    def a_pack_is_paid_perhaps_again(self, which: int, credits: int, bonus: int, days: int) -> None:
        pack = Pack(name="Pack", micros=1, credits=credits, bonus=bonus, days=days, bonus_days=20)
        with self.db.write() as session:
            if grant_pack(session, "owner", pack, once=f"p{which}", at=self.now):
                self.given += (credits + bonus) * CREDIT

    @rule(which=WHICH, seconds=st.integers(1, 120))
    def a_film_is_begun(self, which: int, seconds: int) -> None:
        with suppress(OutOfCredits, CreditsHeld, CreditsOwed), self.db.write() as session:
            price = FILMS.quote(seconds, "standard")
            before = {lot.id: lot.left for lot in session.exec(select(Lot))}
            made = order(session, "owner", f"e{which}", "f", price, price.micros // 2, at=self.now)
            hold_minutes(session, made, at=self.now)
            rows = [(lot.expires or self.now, lot) for lot in session.exec(select(Lot))]
            last = max((day for day, lot in rows if lot.left < before[lot.id]), default=self.now)
            assert not any(lot.left for day, lot in rows if day < last)  # what expires first was spent first

    @rule(which=WHICH, number=st.integers(0, 7), length=st.integers(1, 500))
    def a_minute_is_finished_perhaps_again(self, which: int, number: int, length: int) -> None:
        with self.db.write() as session:
            if made := self._film(session, which):
                settle_minute(session, made, number, Fraction(length), at=self.now)

    @rule(which=WHICH)
    def a_film_ends(self, which: int) -> None:
        with self.db.write() as session:
            if made := self._film(session, which):
                release_minutes(session, made, "ended", at=self.now)

    @rule(which=WHICH, part=st.integers(1, 4))
    def a_payment_is_taken_back(self, which: int, part: int) -> None:
        with self.db.write() as session:
            claw_back(session, "owner", once=f"p{which}", at=self.now, share=Fraction(part, 4))

    @rule(which=WHICH)
    def a_dispute_is_won(self, which: int) -> None:
        with self.db.write() as session:
            give_back(session, "owner", once=f"p{which}", at=self.now)

    @rule(days=st.integers(1, 40))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)
        with self.db.write() as session:
            lapse_all(session, at=self.now)

    @invariant()
    def nothing_is_made_lost_or_below_zero(self) -> None:
        with self.db.read() as session:
            check(session)
            has = standing(session, "owner", at=self.now)
            lots, parts = session.exec(select(Lot)).all(), session.exec(select(FilmMinute)).all()
            told = statement(session, "owner", {}, CREDIT)
            spent = balance(session, "films:owner")
        assert min(has.free, has.held, has.owed) >= 0
        assert has.free == sum(lot.left for lot in lots if lot.expires is None or lot.expires > self.now)
        gone = sum(lot.lapsed + lot.clawed for lot in lots)
        assert self.given == has.free + has.held + spent + gone - has.owed
        assert not (has.owed and has.free)
        assert has.held == sum(part.micros for part in parts if part.state == MinuteState.HELD)
        assert spent == sum(part.paid for part in parts if part.state == MinuteState.SETTLED) >= self.paid
        assert (told[0].left if told else 0) == has.free
        self.paid = spent

    def _film(self, session: Session, which: int) -> FilmOrder | None:
        return find_order(session, "owner", f"e{which}", "f")


TestPurses = Purses.TestCase
TestPurses.settings = settings(
    max_examples=8, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
