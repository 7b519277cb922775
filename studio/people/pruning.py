"""Pruning: what no door needs any more goes: ended sessions, spent links, old counts, and who never came in."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, or_, select

from studio.people import attempts, devices, letters
from studio.people.account import Account, State
from studio.people.codes import OneTimeCode
from studio.people.letters import Letter, LetterState
from studio.people.links import MailedLink
from studio.people.milestones import Reached
from studio.people.signing import IDLE, SignIn

_NEVER_CAME = timedelta(days=2)  # a registered address is kept for, once no letter or link to it is on its way
_ENDED = timedelta(days=30)  # a session is kept for, so that an account can say where it was


def prune(session: Session, *, at: datetime) -> None:
    """Drop all that has expired."""
    attempts.prune(session, at=at)
    devices.prune(session, at=at)
    letters.prune(session, at=at)
    session.exec(delete(OneTimeCode).where(col(OneTimeCode.expires) < at))
    session.exec(delete(MailedLink).where(col(MailedLink.expires) < at))
    past = or_(
        col(SignIn.ended) < at - _ENDED, col(SignIn.expires) < at - _ENDED, col(SignIn.seen) < at - IDLE - _ENDED
    )
    session.exec(delete(SignIn).where(past))
    _forget_pending(session, at)


def _forget_pending(session: Session, at: datetime) -> None:
    """Forget addresses that were registered and never opened."""
    pending = select(Account.id).where(Account.state == State.PENDING, col(Account.created) < at - _NEVER_CAME)
    linked = select(MailedLink.account)
    written = select(Letter.account).where(Letter.state == LetterState.WAITING)
    never = session.exec(pending.where(col(Account.id).not_in(linked), col(Account.id).not_in(written))).all()
    for table in (Letter, Reached):
        session.exec(delete(table).where(col(table.account).in_(never)))
    session.exec(delete(Account).where(col(Account.id).in_(never)))
