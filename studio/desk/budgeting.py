"""Budgeting: where an episode stands against what it should cost, and what becomes of takes nobody is sure about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy
from sqlalchemy import bindparam
from sqlmodel import Session, col

from studio.db import now
from studio.desk.producing import Producing
from studio.desk.sources import check_episode
from studio.errors import BadRequest, NotFound
from studio.money.budget import Standing, standing
from studio.money.estimates import Ask
from studio.money.hold import LIVE
from studio.money.parting import part_of, release
from studio.money.quote import Quote
from studio.production.ceilings import stop_of
from studio.production.film import Choices
from studio.production.names import ASKED
from studio.production.quoting import quoter
from studio.production.run import ACTIVE, Job, JobState, Run
from studio.production.switching import cloud
from studio.story.noun import Noun
from studio.takes.recipe import TakeKind
from studio.takes.take import Take, TakeState

_same = (col(Take.account) == col(Job.account)) & (col(Take.fingerprint) == col(Job.fingerprint))
_unclear = (
    sqlalchemy.select(col(Run.id), col(Job.subject), Take)
    .join(Job, col(Job.run) == col(Run.id))
    .join(Take, _same)
    .where(col(Run.account) == bindparam("account"), col(Run.episode) == bindparam("episode"))
    .where(col(Job.state) == JobState.UNCLEAR, col(Take.state) == TakeState.UNCLEAR)
    .order_by(col(Run.created))
)
_AGAIN = {TakeKind.PROPOSAL: "ask the writer the same again", TakeKind.VOICE: "have the voices designed again"}


class Doubt(Noun):
    """A take that was sent to a vendor without an answer, and what is held for it in micro-dollars."""

    run: str
    subject: str
    kind: TakeKind
    fingerprint: str
    engine: str
    vendor: str
    why: str
    asked: datetime
    held: int = 0

    @property
    def aside(self) -> bool:
        """Whether it was bought while a person waited, and is no part of a film: an answer, designed voices."""
        return self.subject.startswith(ASKED)


class Budgeting(Producing):
    """Keeps an eye on money before it is spent, and on what is unclear afterwards."""

    def budget(self, episode: str, asked: int = 0, orders: Sequence[Choices] = ()) -> Standing:
        """Where an episode stands with what is asked for now, in micro-dollars; a film has a stop of its own."""
        crewed = [self._crewed(episode, order) for order in orders]
        with self._house.db.read() as session:
            check_episode(session, self._account, episode)
            stop = stop_of(self._house, session, self._account, episode, crewed)
            budget = self._house.budget.model_copy(update={"stop": stop})
            found = standing(session, self._account, episode, asked, budget)
        return found.model_copy(update={"film": stop != self._house.budget.stop})

    def writing(self, pitch: str, seconds: int, engine: str = "") -> Quote:
        """What a screenplay of a pitch costs with a writer, else with the first at a vendor; nothing where none is."""
        name = engine or cloud(self._house).engines.get("writer", "")
        if not name or not self._house.roster.sold(name):
            return Quote()
        ask = Ask(kind=TakeKind.SCRIPT, letters=len(pitch), ms=seconds * 1000)
        with self._house.db.read() as session:
            return quoter(self._house, session).quote(self._house.roster.named(name), ask, at=now())

    def doubts(self, episode: str) -> tuple[Doubt, ...]:
        """The takes of an episode of which it is unknown whether a vendor accepted them, the oldest first."""
        with self._house.db.read() as session:
            rows = session.execute(_unclear, {"account": self._account, "episode": episode}).all()
            if not rows:
                check_episode(session, self._account, episode)
            found = {take.fingerprint: self._doubt(session, run, subject, take) for run, subject, take in rows}
            return tuple(sorted(found.values(), key=lambda one: (one.asked, one.subject)))

    def look_again(self, episode: str, fingerprint: str) -> str | None:
        """Have an unclear take looked up at its vendor, which sends nothing it may have; the run's id."""
        doubt = self._filmed(episode, fingerprint)
        return self._again(episode, doubt)

    def ask_anew(self, episode: str, fingerprint: str) -> str | None:
        """Send an unclear take once more, though it may be billed twice; the run's id."""
        doubt = self._filmed(episode, fingerprint)
        self._settle(doubt, doubtful=False)
        return self._again(episode, doubt)

    def let_go(self, episode: str, fingerprint: str) -> None:
        """Give up an unclear take; what was held for it is released, and asking for it later looks it up first.

        What cannot be looked up, an answer or a design, is sent anew then.
        """
        doubt = self._known(episode, fingerprint)
        self._settle(doubt, doubtful=doubt.kind not in _AGAIN)

    def _again(self, episode: str, doubt: Doubt) -> str | None:
        """Begin a doubt's run once more: it holds for every unclear take of it anew, so what was held ends first."""
        for one in self.doubts(episode):
            if one.run == doubt.run:
                self._end(one)
        return self.again(doubt.run)

    def _known(self, episode: str, fingerprint: str) -> Doubt:
        for doubt in self.doubts(episode):
            if doubt.fingerprint == fingerprint:
                return doubt
        raise NotFound("this take is not unclear any more")

    def _filmed(self, episode: str, fingerprint: str) -> Doubt:
        """The same, of a film: BadRequest for what was bought while a person waited, whose run names no film."""
        doubt = self._known(episode, fingerprint)
        if doubt.aside:
            raise BadRequest(f"let it go, then {_AGAIN.get(doubt.kind, 'begin the same again')}", field="take")
        return doubt

    def _settle(self, doubt: Doubt, *, doubtful: bool) -> None:
        """Turn an unclear take to failed, so that it may be asked for again; its hold goes back.

        One that is not `doubtful` any more begins anew, whatever its vendor may have of it.
        """
        with self._house.db.write(of=self._account) as session:
            take = session.get_one(Take, (self._account, doubt.fingerprint))
            if take.state != TakeState.UNCLEAR:
                raise NotFound("this take is not unclear any more")
            take.state, take.doubtful, take.ticket = TakeState.FAILED, doubtful, take.ticket if doubtful else ""
            session.add(take)
        self._end(doubt)

    def _end(self, doubt: Doubt) -> None:
        """Release what is held for an unclear take by the run that first asked, unless that run is the one at work."""
        with self._house.db.write(of=self._account) as session:
            part = part_of(session, doubt.run, doubt.subject)
            if part and part.state in LIVE and session.get_one(Run, doubt.run).state not in ACTIVE:
                release(session, part, "unclear, and decided by hand", at=now())

    def _doubt(self, session: Session, run: str, subject: str, take: Take) -> Doubt:
        part = part_of(session, run, subject)
        card = next((one for one in self._house.roster.engine if one.name == take.engine), None)
        return Doubt(
            run=run,
            subject=subject,
            kind=TakeKind(take.kind),
            fingerprint=take.fingerprint,
            engine=take.engine,
            vendor=card.vendor if card else "",
            why=take.error,
            asked=take.asked,
            held=part.micros if part and part.state in LIVE else 0,
        )
