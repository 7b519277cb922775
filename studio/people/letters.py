"""Letters: mail that is to be sent, written down in the transaction that asks for it and sent by a worker.

What a letter says is put together when it is sent. A link's token is made then too, so none lies about in the database.
A letter is sent at least once; its message id is the same each time, by which mailboxes know a second copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, Column, String
from sqlmodel import Field, Session, SQLModel, col, delete, or_, select, update

from studio.db import Moment
from studio.money.inserting import insert
from studio.story.episode import fresh_id

_FIRST = timedelta(seconds=30)  # until a letter that could not be sent is tried again; twice as long each time
_LONGEST = timedelta(hours=1)
_TURN = timedelta(minutes=5)  # a worker has for sending one before another takes over
TRIES = 20  # about fifteen hours
_KEPT = timedelta(days=7)


class Kind(StrEnum):
    """What a letter says; data/mail has a text for each."""

    OPEN = "open"  # follow the link to open the account
    KNOWN = "known"  # somebody registered with an address that has an account
    RESET = "reset"
    FOUNDER = "founder"  # a founder's first password
    UNOPENED = "unopened"  # no password to choose anew: the account was not opened yet
    CHANGED = "changed"  # the password was changed
    LEFT = "left"  # the account is gone
    OWED = "owed"  # the card did not pay a month
    FELL = "fell"  # the plan has ended
    EXPIRING = "expiring"  # credits expire soon
    ASKED = "asked"  # a ticket waits for a founder
    ANSWERED = "answered"  # what a founder said in a ticket
    ALARM = "alarm"  # what a founder should look at


class LetterState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"  # it cannot be sent, or was tried too often


class Letter(SQLModel, table=True):
    """One letter to an account's address; `carries` is what its link will."""

    id: str = Field(default_factory=fresh_id, primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)
    once: str = Field(unique=True)  # a second letter with it is the same one
    kind: Kind = Field(sa_type=String)
    to: str = ""  # where it goes, when not to the account's address: of who left
    carries: dict = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))  # type: ignore[type-arg]
    state: LetterState = Field(default=LetterState.WAITING, sa_type=String)
    tries: int = 0
    error: str = ""
    asked: datetime = Field(sa_type=Moment)
    due: datetime = Field(sa_type=Moment)  # not before


def write(
    session: Session, account: str, kind: Kind, once: str, carries: dict[str, str] | None = None, *, at: datetime,
    to: str = "",
) -> bool:  # fmt: skip
    """Have a letter sent; gives whether it is a new one."""
    values = {"id": fresh_id(), "account": account, "once": once, "kind": kind, "to": to, "carries": carries or {}}
    row = insert(session, Letter).values(**values, state=LetterState.WAITING, tries=0, error="", asked=at, due=at)
    return bool(session.exec(row.on_conflict_do_nothing().returning(col(Letter.id))).first())


def due(session: Session, *, at: datetime, most: int = 50) -> Sequence[str]:
    """The ids of letters to be sent now, the longest waiting first."""
    query = select(Letter.id).where(Letter.state == LetterState.WAITING, col(Letter.due) <= at)
    return session.exec(query.order_by(col(Letter.asked)).limit(most)).all()


def claim(session: Session, letter: str, *, at: datetime) -> Letter | None:
    """Take a letter's turn, so that of two workers one sends it; None when it is another's."""
    mine = update(Letter).where(
        col(Letter.id) == letter, col(Letter.state) == LetterState.WAITING, col(Letter.due) <= at
    )
    taken = mine.values(due=at + _TURN, tries=Letter.tries + 1).execution_options(synchronize_session=False)
    return session.get(Letter, letter, populate_existing=True) if session.exec(taken).rowcount else None


def sent(session: Session, letter: str) -> None:
    """A letter is on its way; what its link carried is kept with the link alone."""
    _end(session, letter, LetterState.SENT, "")


def failed(session: Session, letter: Letter, why: str, *, again: bool, at: datetime) -> None:
    """A letter was not taken: it is tried again, later each time, or dropped."""
    if not again or letter.tries >= TRIES:
        _end(session, letter.id, LetterState.DROPPED, why)
        return
    wait = min(_FIRST * 2 ** (letter.tries - 1), _LONGEST)
    session.exec(update(Letter).where(col(Letter.id) == letter.id).values(due=at + wait, error=why))


def drop(session: Session, account: str, *kinds: Kind) -> None:
    """Send no such letter to an account any more."""
    waiting = (col(Letter.account) == account, col(Letter.state) == LetterState.WAITING, col(Letter.kind).in_(kinds))
    session.exec(delete(Letter).where(*waiting))


def prune(session: Session, *, at: datetime) -> None:
    """Forget letters that were sent or dropped long ago."""
    ended = or_(col(Letter.state) == LetterState.SENT, col(Letter.state) == LetterState.DROPPED)
    session.exec(delete(Letter).where(ended, col(Letter.asked) < at - _KEPT))


def _end(session: Session, letter: str, state: LetterState, why: str) -> None:
    ended = update(Letter).where(col(Letter.id) == letter).values(state=state, error=why, carries={}, to="")
    session.exec(ended.execution_options(synchronize_session=False))
