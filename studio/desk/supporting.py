"""Supporting: somebody tells the founders what happened, with what belongs to it, and founders answer.

What goes along is put together here from what is the account's own; keys are taken out of it and of all that is said.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from studio.db import HEAD, now
from studio.desk.seat import Seat
from studio.errors import BadRequest, Conflict, TooManyTries
from studio.people import attempts, entrusting, letters, tickets
from studio.people.account import OWNER, Account, Role, State
from studio.people.attempts import Limit
from studio.people.canned import Canned, filled_in
from studio.people.letters import Kind
from studio.people.tickets import Ticket, TicketState
from studio.people.tokens import keyed
from studio.production.names import VERSION
from studio.production.run import Run
from studio.story.episode import Episode, Revision
from studio.story.noun import Noun
from studio.takes.roster import Crew

log = logging.getLogger(__name__)
_OPENED, _SAID = 6, 20  # of late, by one account
_ROLES = ("writer", "painter", "animator", "voice")
Facts = tuple[tuple[str, str], ...]


class About(Noun):
    """What somebody was at when something happened: ids, and the class and sentence of an error."""

    page: str = ""
    episode: str = ""
    run: str = ""
    error: str = ""
    sentence: str = ""


class TicketRow(Noun):
    """A ticket in a list; `whose` is the name of who asks, for founders alone."""

    id: str
    title: str
    state: TicketState
    opened: datetime
    changed: datetime
    whose: str = ""


class SayingView(Noun):
    """What was said, by the creator or a founder."""

    founder: bool
    text: str
    at: datetime


class TicketView(TicketRow):
    """A whole ticket; `mine` where it is of whoever looks."""

    facts: Facts
    thread: tuple[SayingView, ...]
    mine: bool


class Supporting(Seat):
    """Knows whom to ask."""

    @property
    def helped(self) -> bool:
        """Whether somebody answers here: local mode's owner has nobody to ask."""
        return self._account != OWNER

    def report(self, about: About) -> Facts:
        """What would go along: labels and values, without keys; of an episode or run only where it is one's own."""
        with self._house.db.read() as session:
            found = [*self._facts(session, about)]
        return tickets.bounded([(label, self._house.redact(value)) for label, value in found])

    def open_ticket(self, title: str, text: str, facts: Facts = ()) -> str:
        """Ask the founders; gives the ticket's id. `facts` are those of a report that was shown, or none.

        Raises BadRequest for what is empty or too long, Conflict for too many of late or unclosed.
        """
        if not self.helped:
            raise BadRequest("nobody answers here, for this studio is yours", field="help")
        at, clean = now(), self._house.redact
        along = [(clean(label), clean(value)) for label, value in facts]
        with self._house.db.write() as session:
            self._pass(session, "ticket", _OPENED, at)
            made = tickets.open_ticket(session, self._account, clean(title), clean(text), along, at=at)
            _call_founders(session, made, at)
        log.info("ticket.opened id=%s account=%s", made.id, self._account)
        return made.id

    def tickets(self) -> tuple[TicketRow, ...]:
        """One's own tickets, the last that changed first."""
        with self._house.db.read() as session:
            return tuple(_row(one) for one in tickets.listed(session, self._account))

    def ticket(self, ticket: str) -> TicketView:
        """A whole ticket of one's own, for founders anybody's; NotFound otherwise."""
        with self._house.db.read() as session:
            founder = self._founder(session)
            found = tickets.find(session, ticket, "" if founder else self._account)
            said = tickets.thread(session, found.id)
            return TicketView(
                **_row(found, _called(session, found.account) if founder else "").model_dump(),
                facts=tuple((label, value) for label, value in found.facts),
                thread=tuple(SayingView(founder=one.founder, text=one.text, at=one.at) for one in said),
                mine=found.account == self._account,
            )

    def say(self, ticket: str, text: str) -> None:
        """Say something more in a ticket of one's own, which opens it again; NotFound, BadRequest, Conflict."""
        at = now()
        with self._house.db.write() as session:
            found = tickets.find(session, ticket, self._account)
            self._pass(session, "saying", _SAID, at)
            tickets.say(session, found, self._house.redact(text), founder=False, at=at)
            _call_founders(session, found, at)

    def close_ticket(self, ticket: str) -> None:
        """Put a ticket away: one's own, for founders anybody's; NotFound otherwise."""
        with self._house.db.write() as session:
            mine = "" if self._founder(session) else self._account
            tickets.close(session, tickets.find(session, ticket, mine), at=now())

    def all_tickets(self, state: TicketState | None = None) -> tuple[TicketRow, ...]:
        """Everybody's tickets in a state, open ones by age. For founders: NotAllowed."""
        with self._house.db.read() as session:
            self._check_founding(session)
            found = tickets.listed(session, state=state)
            return tuple(_row(one, _called(session, one.account)) for one in found)

    def count_tickets(self) -> dict[TicketState, int]:
        """How many tickets there are in each state. For founders: NotAllowed."""
        with self._house.db.read() as session:
            self._check_founding(session)
            return tickets.counted(session)

    def answer_ticket(self, ticket: str, text: str, *, asks: bool = False) -> None:
        """Answer somebody, here and by mail; with `asks` they are waited for. For founders: NotAllowed.

        Raises NotFound, BadRequest for what is empty or too long, Conflict for a thread that is.
        """
        at, text = now(), self._house.redact(text)
        with self._house.db.write() as session:
            self._check_founding(session)
            found = tickets.find(session, ticket)
            tickets.say(session, found, text, founder=True, asks=asks, at=at)
            carries = {"ticket": found.id, "about": found.title, "said": text.strip()}
            letters.write(
                session, found.account, Kind.ANSWERED, f"answered:{found.id}:{at.isoformat()}", carries, at=at
            )
        log.info("ticket.answered id=%s by=%s", ticket, self._account)

    def canned_answers(self, ticket: str) -> tuple[Canned, ...]:
        """Answers to begin with, filled in for a ticket. For founders: NotAllowed; NotFound."""
        with self._house.db.read() as session:
            self._check_founding(session)
            found = tickets.find(session, ticket)
            return filled_in(_called(session, found.account), found.title, found.facts)

    def _facts(self, session: Session, about: About) -> Iterator[tuple[str, str]]:
        yield "Page", about.page
        episode = session.get(Episode, about.episode) if about.episode else None
        if episode and episode.account == self._account:
            yield "Episode", f"{episode.title} ({episode.id})"
            newest = select(Revision.number).where(Revision.episode == episode.id).order_by(col(Revision.number).desc())
            number = session.exec(newest.limit(1)).first()
            yield "Version of the script", str(number or "")
        run = self._run(session, about)
        if run:
            yield "Production", f"{run.id}: {run.state}{f', {run.stage}' if run.stage else ''}"
            yield "It ended with", run.error
        yield "Error", about.error
        yield "What it said", about.sentence
        if episode and episode.account == self._account:
            yield "Engines", "; ".join(self._engines(Crew.model_validate(episode.crew or {})))
        yield "Versions", f"workflows {VERSION}, database {HEAD}"

    def _run(self, session: Session, about: About) -> Run | None:
        """The run that is named, else the episode's last, if it is this account's."""
        mine = select(Run).where(Run.account == self._account)
        if about.run:
            return session.exec(mine.where(Run.id == about.run)).first()
        if not about.episode:
            return None
        return session.exec(mine.where(Run.episode == about.episode).order_by(col(Run.created).desc()).limit(1)).first()

    def _engines(self, crew: Crew) -> Iterator[str]:
        """Who plays each role, with its version."""
        for role in _ROLES:
            cards = {card.name: card for card in self._house.roster.engine if card.role == role}
            name = crew.name(role) or next(iter(cards), "nobody")
            yield f"{role} {name} {cards[name].version if name in cards else ''}".strip()

    def _pass(self, session: Session, what: str, most: int, at: datetime) -> None:
        """Count one; Conflict says how long to wait."""
        try:
            attempts.pass_by(session, [Limit(keyed(self._house.doors.secret, what, self._account), most)], at=at)
        except TooManyTries as error:
            raise Conflict(f"you wrote a great deal of late; {error.detail}", cause=error) from error

    def _founder(self, session: Session) -> bool:
        return entrusting.entrusted(session, self._account, app=self._house.doors.founders_app)

    def _check_founding(self, session: Session) -> None:
        entrusting.check(session, self._account, app=self._house.doors.founders_app)


def _row(one: Ticket, whose: str = "") -> TicketRow:
    told = {name: getattr(one, name) for name in ("id", "title", "state", "opened", "changed")}
    return TicketRow(whose=whose, **told)


def _called(session: Session, account: str) -> str:
    return session.exec(select(Account.name).where(Account.id == account)).one()


def _call_founders(session: Session, ticket: Ticket, at: datetime) -> None:
    """Have every founder told by mail that a ticket waits; once an hour for each."""
    founders: Sequence[str] = session.exec(
        select(Account.id).where(
            Account.role == Role.FOUNDER, Account.state == State.OPEN, col(Account.email).is_not(None)
        )
    ).all()
    hour = int(at.timestamp()) // 3600
    for one in founders:
        letters.write(session, one, Kind.ASKED, f"asked:{ticket.id}:{one}:{hour}", {"ticket": ticket.id}, at=at)
