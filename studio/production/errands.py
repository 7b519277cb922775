"""An errand of a run: one asking of a vendor, kept in the database so that what was sent is never sent again."""

from __future__ import annotations

import time
from collections.abc import Callable

import sqlalchemy
from sqlalchemy import bindparam
from sqlmodel import SQLModel, col

from studio.db import now
from studio.errors import CalledOff, Garbled, Gone, Invalid, PolicyBlocked, Unwanted
from studio.money.booking import book_vendor
from studio.money.entry import About
from studio.money.hold import Hold
from studio.money.parting import part_of
from studio.money.usage import TIMED, Usage
from studio.production.house import House
from studio.production.run import Run, RunState
from studio.takes import shelf
from studio.takes.recipe import Recipe
from studio.takes.shelf import Hand
from studio.takes.take import Take

_SELDOM = 2.0  # seconds between two notes of how far a vendor is
_FRESH = 1.0  # seconds for which a look at whether a run goes on is as good as another: dozens of takes ask

_job = SQLModel.metadata.tables["job"]
_mine = sqlalchemy.update(_job).where(_job.c.run == bindparam("of"), _job.c.subject == bindparam("which"))
_moved = _mine.values(share=bindparam("share"))
_state = sqlalchemy.select(col(Run.state)).where(col(Run.id) == bindparam("run"))


def over(error: BaseException) -> bool:
    """Whether an error means that the vendor is done with the job, so that asking again is a new one."""
    return isinstance(error, Garbled | Gone | Invalid | PolicyBlocked | CalledOff)


class RunErrand:
    """Keeps the crew's Errand for one take of one run."""

    def __init__(self, house: House, run: Run, recipe: Recipe, hand: Hand) -> None:
        self._house, self._run, self._recipe, self._hand = house, run, recipe, hand
        self._subject = hand.job.partition(":")[2]
        self._noted = 0.0
        with house.db.read() as session:
            take = session.get_one(Take, (run.account, recipe.fingerprint))
            self._part = part_of(session, run.id, self._subject)
            self._payer = session.get_one(Hold, self._part.hold).account if self._part else run.account
        self._ticket, self._doubtful, self._cost = take.ticket, take.doubtful, take.cost_micros
        self.fetches = bool(take.ticket and take.made)

    @property
    def key(self) -> str:
        """The take's fingerprint."""
        return self._recipe.fingerprint

    @property
    def ticket(self) -> str:
        """The vendor's job id, empty when none was written down."""
        return self._ticket

    @property
    def doubtful(self) -> bool:
        """Whether it may have been sent without an answer."""
        return self._doubtful and not self._ticket

    @property
    def allowed(self) -> int | None:
        """What is held for the take, less what this asking of it was billed, in milliseconds of its engine."""
        card = self._house.roster.named(self._recipe.engine)
        rate = self._house.prices.find(card.vendor, card.model, now()).rates.get(TIMED)
        return rate.bought(max(0, self._part.micros - self._cost)) if rate and self._part else None

    @property
    def hear(self) -> Callable[[str], None] | None:
        """Where the words of an answer go as they come, while somebody waits for them."""
        asking = self._house.waiting.get(self._run.id)
        return asking.hear if asking else None

    def sent(self, ticket: str) -> None:
        """Write the vendor's job id down, on disk."""
        with self._house.db.write(durable=True, of=self._run.account) as session:
            shelf.ticket(session, self._run.account, self._recipe, self._hand, ticket)
        self._ticket = ticket

    def moved(self, share: float) -> None:
        """Note how far the vendor is, for pages."""
        if time.monotonic() - self._noted < _SELDOM:
            return
        self._noted = time.monotonic()
        with self._house.db.write(of=self._run.account) as session:
            moved = {"of": self._run.id, "which": self._subject, "share": min(max(share, 0.0), 1.0)}
            session.connection().execute(_moved, moved)

    def billed(self, usage: Usage) -> None:
        """Book what the vendor billed; the take remembers what this asking of it cost, less what is only guessed."""
        about = About(
            account=self._payer,
            episode=self._run.episode,
            run=self._run.id,
            scene=self._part.scene if self._part else "",
            size=self._part.size if self._part else "",
            subject=self._subject,
            kind=self._recipe.kind,
            fingerprint=self._recipe.fingerprint,
            engine=self._recipe.engine,
        )
        with self._house.db.write(durable=True, of=self._run.account) as session:
            micros = book_vendor(session, usage, about, self._house.prices, at=now())
            if not usage.guessed:
                take = session.get_one(Take, (self._run.account, self._recipe.fingerprint))
                take.cost_micros += micros
                session.add(take)
                self._cost = take.cost_micros

    def check(self) -> None:
        """Raise CalledOff when the person called the run off, at most a moment ago, or when it ended without this."""
        seen, run = self._house.going, self._run.id
        if time.monotonic() - seen.get(run, -_FRESH) < _FRESH:
            return
        with self._house.db.read() as session:
            state = session.execute(_state, {"run": run}).scalar_one()
        if state in (RunState.CANCELLING, RunState.CANCELLED):
            seen.pop(run, None)
            raise CalledOff("the production was called off")
        if state in (RunState.DONE, RunState.FAILED):
            raise Unwanted("the production has ended")
        seen[run] = time.monotonic()
