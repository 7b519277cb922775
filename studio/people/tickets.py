"""Tickets: what creators ask the founders, with what went along, and what was said since. It sends no mail."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, String
from sqlmodel import Field, Session, SQLModel, col, func, select

from studio.db import Moment
from studio.errors import BadRequest, Conflict, NotFound
from studio.people.naming import one_line
from studio.people.refusals import look_whose
from studio.story.episode import fresh_id

LONGEST, TITLE = 4_000, 120  # letters of what is said at once, and of a title
_UNCLOSED, _THREAD = 20, 200  # tickets of one account at the same time, and sayings in one
_FACTS, _LABEL, _VALUE = 24, 60, 600  # of what goes along


class TicketState(StrEnum):
    OPEN = "open"  # a founder is to answer
    WAITING = "waiting"  # the creator was asked something
    ANSWERED = "answered"
    CLOSED = "closed"  # until somebody says something more


class Ticket(SQLModel, table=True):
    """One question; `facts` are pairs of a label and a value, as the creator saw them before sending."""

    id: str = Field(default_factory=fresh_id, primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)  # of who asks
    title: str
    facts: list = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # type: ignore[type-arg]
    state: TicketState = Field(default=TicketState.OPEN, sa_type=String, index=True)
    opened: datetime = Field(sa_type=Moment)
    changed: datetime = Field(sa_type=Moment)  # when something was said last, or it was closed


class Saying(SQLModel, table=True):
    """What was said in a ticket, by its creator or a founder; the account is the ticket's in both cases."""

    id: str = Field(default_factory=fresh_id, primary_key=True)
    ticket: str = Field(foreign_key="ticket.id", index=True)
    account: str = Field(foreign_key="account.id", index=True)
    founder: bool
    text: str
    at: datetime = Field(sa_type=Moment)


def open_ticket(
    session: Session, account: str, title: str, text: str, facts: Sequence[tuple[str, str]], *, at: datetime
) -> Ticket:
    """Ask something; BadRequest for what is empty or too long, Conflict for whoever has too many unanswered."""
    unclosed = select(func.count()).where(Ticket.account == account, Ticket.state != TicketState.CLOSED)
    if session.exec(unclosed).one() >= _UNCLOSED:
        raise Conflict(f"{_UNCLOSED} of your questions are not closed yet; close one, or go on in it")
    row = Ticket(
        account=account, title=_title(title, text), facts=[list(one) for one in bounded(facts)], opened=at, changed=at
    )
    session.add(row)
    session.flush()
    _add(session, row, _text(text), founder=False, at=at)
    return row


def say(session: Session, ticket: Ticket, text: str, *, founder: bool, asks: bool = False, at: datetime) -> None:
    """Say something more, which opens it again; with `asks` the creator is waited for. BadRequest, Conflict."""
    if session.exec(select(func.count()).where(Saying.ticket == ticket.id)).one() >= _THREAD:
        raise Conflict("this thread is too long to go on; open another one")
    _add(session, ticket, _text(text), founder=founder, at=at)
    spoken = TicketState.WAITING if asks else TicketState.ANSWERED
    _turn(session, ticket, spoken if founder else TicketState.OPEN, at)


def close(session: Session, ticket: Ticket, *, at: datetime) -> None:
    """Put a ticket away; nothing happens to one that is."""
    if ticket.state != TicketState.CLOSED:
        _turn(session, ticket, TicketState.CLOSED, at)


def find(session: Session, ticket: str, account: str = "") -> Ticket:
    """A ticket, of this account alone if one is named; NotFound otherwise."""
    found = session.get(Ticket, ticket)
    if found is None or (account and found.account != account):
        look_whose(session, account, Ticket, ticket)
        raise NotFound("no question of yours has this id" if account else "no ticket has this id")
    return found


def listed(session: Session, account: str = "", state: TicketState | None = None, most: int = 200) -> Sequence[Ticket]:
    """Tickets, of this account or in this state: what was left alone longest first among those that are open."""
    query = select(Ticket)
    if account:
        query = query.where(Ticket.account == account)
    if state:
        query = query.where(Ticket.state == state)
    oldest = state is TicketState.OPEN
    order = col(Ticket.changed).asc() if oldest else col(Ticket.changed).desc()
    return session.exec(query.order_by(order, col(Ticket.id)).limit(most)).all()


def counted(session: Session) -> dict[TicketState, int]:
    """How many tickets there are in each state."""
    found = {TicketState(state): number for state, number in
             session.exec(select(Ticket.state, func.count()).group_by(Ticket.state))}  # fmt: skip
    return {state: int(found.get(state, 0)) for state in TicketState}


def thread(session: Session, ticket: str) -> Sequence[Saying]:
    """What was said in a ticket, in its order."""
    return session.exec(select(Saying).where(Saying.ticket == ticket).order_by(col(Saying.at), col(Saying.id))).all()


def _add(session: Session, ticket: Ticket, text: str, *, founder: bool, at: datetime) -> None:
    session.add(Saying(ticket=ticket.id, account=ticket.account, founder=founder, text=text, at=at))


def _turn(session: Session, ticket: Ticket, state: TicketState, at: datetime) -> None:
    ticket.state, ticket.changed = state, max(at, ticket.changed)
    session.add(ticket)


def _text(text: str) -> str:
    """What is said, without what no page and no mail shows."""
    plain = text.replace("\r\n", "\n")
    kept = "".join(letter for letter in plain if letter in "\n\t" or unicodedata.category(letter)[0] != "C").strip()
    if not kept:
        raise BadRequest("say what happened", field="text")
    if len(kept) > LONGEST:
        raise BadRequest(f"use at most {LONGEST:,} letters", field="text")
    return kept


def _title(title: str, text: str) -> str:
    """One line a ticket is called by: its own, else how it begins."""
    return one_line(title or text)[:TITLE] or "A question"


def bounded(facts: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """What goes along, each in one line and no longer than it may be; what is bounded already stays as it is."""
    cut = ((one_line(label)[:_LABEL].strip(), one_line(value)[:_VALUE].strip()) for label, value in facts[:_FACTS])
    return tuple((label, value) for label, value in cut if value)
