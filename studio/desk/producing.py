"""Producing: a run is begun, joined, begun again or called off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlmodel import Session

from studio.desk.seat import Seat
from studio.desk.sources import find_episode
from studio.errors import BudgetReached, Conflict, Refused
from studio.money.amount import price
from studio.money.quote import QuoteSheet
from studio.production import filmed, funding, runs, writing
from studio.production.delivering import complete
from studio.production.dispatch import Dispatch
from studio.production.film import Choices, mark
from studio.production.looking import look
from studio.production.names import INTERRUPTED, VERSION
from studio.production.run import ACTIVE, Run, RunState
from studio.production.script import newest
from studio.production.wants import SCRIPT
from studio.story.episode import Episode
from studio.takes.recipe import TakeKind


@dataclass(frozen=True)
class _Asked:
    """A production that is to be begun, what it would cost at vendors, and the run it takes the place of."""

    choices: Choices
    sheet: QuoteSheet
    paid: bool  # it asks vendors
    known: bool  # the sheet is of all that it asks vendors for
    covered: bool  # a film for credits pays for it, and not the account's plan
    instead: Run | None


class Producing(Seat):
    """Begins and ends runs."""

    def produce(self, episode: str, choices: Choices, *, most: int | None = None) -> str | None:
        """Start a production, or join the one under way for the same; its run id, or None if all is there.

        What it may cost at vendors is held first, and counted of the account's tier: BudgetReached, InsufficientFunds
        and TierLimit begin nothing; neither does Invalid, for an engine whose model is gone. What could cost more than
        `most` micro-dollars is refused with BudgetReached too, and with Conflict while nobody knows what it costs. What
        a film for credits pays for costs none.
        """
        return self._begin(episode, [choices], most)[0]

    def _begin(self, episode: str, orders: Sequence[Choices], most: int | None = None) -> list[str | None]:
        """Start a production for each order, as produce says, or none at all; what refuses one of several names it."""
        found = []
        for order in orders:
            with _named(order, orders):
                found.append(self._asked(episode, order))
        asked = [one for one in found if isinstance(one, _Asked)]
        if most is not None:
            self._check_agreed(asked, most)
        begun = self._open_runs(episode, asked, orders) if asked else []
        for one, run in zip(asked, begun, strict=True):
            if one.instead and one.instead.id != run:
                self._dispatch.cancel(one.instead.id)
        runs_of = dict(zip(map(id, asked), begun, strict=True))
        return [runs_of[id(one)] if isinstance(one, _Asked) else one for one in found]

    def _check_agreed(self, asked: Sequence[_Asked], most: int) -> None:
        """Refuse what could cost more than was agreed to."""
        asked = [one for one in asked if not one.covered]
        if any(not one.known for one in asked):
            raise Conflict("its screenplay is not there yet, and what it costs depends on it; have it written first")
        rows = {row.subject: row.quote.ceiling for one in asked for row in one.sheet.rows}  # what formats share, once
        if (ceiling := sum(rows.values())) > most:
            raise BudgetReached(f"it may cost up to {price(ceiling)}, and {price(most)} was agreed to")

    def _asked(self, episode: str, choices: Choices) -> _Asked | str | None:
        """What is to be begun; the run under way that is joined instead, or None if all is there."""
        choices = self._crewed(episode, choices)
        with self._house.db.read() as session:
            row = find_episode(session, self._account, episode)
            revision = newest(session, self._account, episode)
            first = runs.under_way(session, row, revision, choices)
            other = runs.rival(session, row, mark(choices), choices.part)
            covered = filmed.covers(session, self._account, episode, choices)
        if first and self._dispatch.going(first):
            return first.id
        asks = self._asks_vendors(choices)
        ready = bool(revision.breakdown or asks) if revision else asks and not self._writer_sold(choices)
        if not other and ready and self._complete(episode, choices):
            return None
        sheet = self._sheet(episode, choices) if ready else self._script_sheet(row, choices, written=bool(revision))
        self._refuse_gone(row.engine for row in sheet.rows)
        paid = bool(sheet.total.ceiling) or (not ready and asks)
        return _Asked(choices, sheet, paid, ready or not asks, covered, other)

    def again(self, run: str) -> str | None:
        """Start what a run was asked for once more; what it made is found. Its run id, or None if all is there."""
        with self._house.db.read() as session:
            before = runs.find(session, self._account, run)
        return self.produce(before.episode, Choices.model_validate(before.order))

    def cancel(self, run: str) -> None:
        """Call a run off: what is being made is finished and kept, nothing more is begun."""
        with self._house.db.write(of=self._account) as session:
            found = runs.find(session, self._account, run)
            if found.state in ACTIVE:
                found.state = RunState.CANCELLING
                session.add(found)

    def interrupt(self, run: str) -> None:
        """End a run at once: what is being made is lost unless its worker lives on, what was made is found again."""
        with self._house.db.read() as session:
            found = runs.find(session, self._account, run)
        self._dispatch.call_off(found, INTERRUPTED)

    def _complete(self, episode: str, choices: Choices) -> bool:
        """Whether nothing has to be made or circled and the files of just this film are there."""
        film = self._film(episode, choices)
        found = look(self._house, self._account, episode, film)
        if choices.part:
            return not found.to_make and not found.adopted
        return not found.to_make and complete(self._house, self._account, episode, film, found)

    def _sheet(self, episode: str, choices: Choices) -> QuoteSheet:
        """What a production would cost at vendors, take by take."""
        return look(self._house, self._account, episode, self._film(episode, choices)).sheet

    def _script_sheet(self, episode: Episode, choices: Choices, *, written: bool) -> QuoteSheet:
        """What the screenplay of a pitch would cost at a vendor; the rest is not known before it is there."""
        card = self._house.roster.player(choices.crew, TakeKind.SCRIPT)
        if written or not card.vendor:
            return QuoteSheet()
        with self._house.db.read() as session:
            return writing.sheet(self._house, session, episode, card)

    def _writer_sold(self, choices: Choices) -> bool:
        """Whether a pitch is written at a vendor; where it is not, it is written at once and all the rest quoted."""
        return bool(self._house.roster.player(choices.crew, TakeKind.SCRIPT).vendor)

    def _asks_vendors(self, choices: Choices) -> bool:
        """Whether anybody chosen for what is asked is at a vendor."""
        crew = choices.crew
        chosen = (*crew.engines.values(), *crew.shots.values()) if crew and choices.only != (SCRIPT,) else ()
        return any(map(self._house.roster.sold, chosen))

    def _open_runs(self, episode: str, asked: Sequence[_Asked], orders: Sequence[Choices]) -> list[str]:
        """Write the runs and put them on the queue in one transaction."""
        dispatch = self._dispatch  # it may have tables to make, which the transaction below would hold up
        begun = []
        with self._house.db.write(of=self._account) as session:
            for one in asked:
                with _named(one.choices, orders):
                    begun.append(self._open_run(session, dispatch, episode, one))
        return begun

    def _open_run(self, session: Session, dispatch: Dispatch, episode: str, asked: _Asked) -> str:
        """Write a run and put it on the queue, in place of another; who was first is joined."""
        row, choices = find_episode(session, self._account, episode), asked.choices
        self._check_room(session)
        revision = newest(session, self._account, episode)
        first = runs.under_way(session, row, revision, choices)
        if first:
            return first.id
        covered = filmed.covers(session, self._account, episode, choices)
        if asked.covered and not covered:
            raise Conflict("the film that pays for this has just been called off; look at what it costs now")
        # counted first: what draws from the pot comes after it everywhere, so nobody waits in a ring
        if asked.paid and not covered:
            funding.request(session, self._house, self._account)
        if rival := runs.rival(session, row, mark(choices), choices.part):
            if asked.instead is None or rival.id != asked.instead.id:
                raise Conflict("another production of this episode has just begun")
            runs.close(session, rival.id, RunState.CANCELLED, "another production of this episode was begun")
            session.flush()
        run = Run(
            account=self._account,
            episode=episode,
            target=runs.target(row, revision, choices),
            frame=mark(choices),
            part=choices.part,
            order=choices.model_dump(mode="json"),
            version=VERSION,
        )
        dispatch.enqueue(session, run)
        funding.fund(session, self._house, run, asked.sheet)
        return run.id


@contextmanager
def _named(choices: Choices, orders: Sequence[Choices]) -> Iterator[None]:
    """Have what is refused say of which of several formats it is."""
    try:
        yield
    except Refused as error:
        if len(orders) > 1:
            error.detail = f"{choices.aspect} cannot begin, so nothing has: {error.detail}"
            error.args = (error.detail,)
        raise
