"""Producing: a run is begun, joined, begun again or called off."""

from __future__ import annotations

from studio.desk.seat import Seat
from studio.desk.sources import find_episode
from studio.errors import Conflict
from studio.money.quote import QuoteSheet
from studio.production import funding, runs, writing
from studio.production.delivering import complete
from studio.production.film import Choices, mark
from studio.production.looking import look
from studio.production.names import INTERRUPTED, VERSION
from studio.production.preparing import player
from studio.production.run import ACTIVE, Run, RunState
from studio.production.script import newest
from studio.production.wants import SCRIPT
from studio.story.episode import Episode
from studio.takes.recipe import TakeKind


class Producing(Seat):
    """Begins and ends runs."""

    def produce(self, episode: str, choices: Choices) -> str | None:
        """Start a production, or join the one under way for the same; its run id, or None if all is there.

        What it may cost at vendors is held first, and counted of the account's tier: BudgetReached, InsufficientFunds
        and TierLimit begin nothing; neither does Invalid, for an engine whose model is gone.
        """
        choices = self._crewed(episode, choices)
        with self._house.db.read() as session:
            row = find_episode(session, self._account, episode)
            revision = newest(session, self._account, episode)
            first = runs.under_way(session, row, revision, choices)
            other = runs.rival(session, row, mark(choices), choices.part)
        if first and self._dispatch.going(first):
            return first.id
        asks = self._asks_vendors(choices)
        ready = bool(revision.breakdown or asks) if revision else asks and not self._writer_sold(choices)
        if not other and ready and self._complete(episode, choices):
            return None
        sheet = self._sheet(episode, choices) if ready else self._script_sheet(row, choices, written=bool(revision))
        self._refuse_gone(row.engine for row in sheet.rows)
        paid = bool(sheet.total.ceiling) or (not ready and asks)
        opened = self._open_run(episode, choices, sheet, paid=paid, instead=other)
        if other and other.id != opened:
            self._dispatch.cancel(other.id)
        return opened

    def again(self, run: str) -> str | None:
        """Start what a run was asked for once more; what it made is found. Its run id, or None if all is there."""
        with self._house.db.read() as session:
            before = runs.find(session, self._account, run)
        return self.produce(before.episode, Choices.model_validate(before.order))

    def cancel(self, run: str) -> None:
        """Call a run off: what is being made is finished and kept, nothing more is begun."""
        with self._house.db.write() as session:
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
        card = player(self._house.roster, choices.crew, TakeKind.SCRIPT)
        if written or not card.vendor:
            return QuoteSheet()
        with self._house.db.read() as session:
            return writing.sheet(self._house, session, episode, card)

    def _writer_sold(self, choices: Choices) -> bool:
        """Whether a pitch is written at a vendor; where it is not, it is written at once and all the rest quoted."""
        return bool(player(self._house.roster, choices.crew, TakeKind.SCRIPT).vendor)

    def _asks_vendors(self, choices: Choices) -> bool:
        """Whether anybody chosen for what is asked is at a vendor."""
        crew = choices.crew
        chosen = (*crew.engines.values(), *crew.shots.values()) if crew and choices.only != (SCRIPT,) else ()
        return any(map(self._house.roster.sold, chosen))

    def _open_run(self, episode: str, choices: Choices, sheet: QuoteSheet, *, paid: bool, instead: Run | None) -> str:
        """Write the run and put it on the queue in one transaction, in place of another; who was first is joined."""
        dispatch = self._dispatch  # it may have tables to make, which the transaction below would hold up
        with self._house.db.write() as session:
            row = find_episode(session, self._account, episode)
            revision = newest(session, self._account, episode)
            first = runs.under_way(session, row, revision, choices)
            if first:
                return first.id
            if paid:  # counted first: what draws from the pot comes after it everywhere, so that nobody waits in a ring
                funding.request(session, self._house, self._account)
            if rival := runs.rival(session, row, mark(choices), choices.part):
                if instead is None or rival.id != instead.id:
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
            funding.fund(session, self._house, run, sheet)
            return run.id
