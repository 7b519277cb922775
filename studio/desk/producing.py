"""Producing: a run is begun, joined, begun again or called off."""

from __future__ import annotations

from studio.desk.seat import Seat
from studio.desk.sources import find_episode
from studio.errors import Conflict
from studio.money.quote import QuoteSheet
from studio.production import funding, runs
from studio.production.delivering import complete
from studio.production.film import Choices, mark
from studio.production.looking import look
from studio.production.names import INTERRUPTED, VERSION
from studio.production.run import ACTIVE, Run, RunState
from studio.production.script import newest


class Producing(Seat):
    """Begins and ends runs."""

    def produce(self, episode: str, choices: Choices) -> str | None:
        """Start a production, or join the one under way for the same; its run id, or None if all is there.

        What it may cost at vendors is held first: BudgetReached or InsufficientFunds begin nothing.
        """
        choices = self._crewed(episode, choices)
        with self._house.db.read() as session:
            row = find_episode(session, self._account, episode)
            revision = newest(session, self._account, episode)
            first = runs.under_way(session, row, revision, choices)
            other = runs.rival(session, row, mark(choices), choices.part)
        if first and self._dispatch.going(first):
            return first.id
        ready = bool(revision and revision.breakdown)
        if not other and ready and self._complete(episode, choices):
            return None
        sheet = self._sheet(episode, choices) if ready else QuoteSheet()
        if other:
            self._dispatch.call_off(other, "another production of this episode was begun")
        return self._open_run(episode, choices, sheet)

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

    def _open_run(self, episode: str, choices: Choices, sheet: QuoteSheet) -> str:
        """Write the run and put it on the queue in one transaction; whoever was first is joined."""
        dispatch = self._dispatch  # it may have tables to make, which the transaction below would hold up
        with self._house.db.write() as session:
            row = find_episode(session, self._account, episode)
            revision = newest(session, self._account, episode)
            first = runs.under_way(session, row, revision, choices)
            if first:
                return first.id
            if runs.rival(session, row, mark(choices), choices.part):
                raise Conflict("another production of this episode has just begun")
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
            funding.fund(session, run, sheet, self._house.budget)
            return run.id
