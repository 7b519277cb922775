"""Browsers somebody signed in with before. Tries from one are counted apart, so that strangers who guess at an account
cannot keep its owner out.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, delete

from studio.db import Moment
from studio.people.tokens import digest, fresh

KEPT = timedelta(days=180)  # without a sign-in


class Device(SQLModel, table=True):
    """A browser an account is known to use."""

    token: str = Field(primary_key=True)  # SHA-256 of what the browser holds
    account: str = Field(foreign_key="account.id", index=True)
    seen: datetime = Field(sa_type=Moment)


def remember(session: Session, account: str, token: str, *, at: datetime) -> str:
    """Know a browser again; gives the token it is known by from now on: its own where it is this account's."""
    known = session.get(Device, digest(token)) if token else None
    if known and known.account == account:
        known.seen = at
        session.add(known)
        return token
    made = fresh()
    session.add(Device(token=digest(made), account=account, seen=at))
    return made


def knows(session: Session, account: str, token: str, *, at: datetime) -> bool:
    """Whether a browser is known to be this account's."""
    found = session.get(Device, digest(token)) if token else None
    return bool(found and found.account == account and at - found.seen < KEPT)


def prune(session: Session, *, at: datetime) -> None:
    """Forget browsers nobody signed in with for long."""
    session.exec(delete(Device).where(col(Device.seen) < at - KEPT))


def forget(session: Session, account: str) -> None:
    """Know no browser of an account any more: whoever took one over is not let off."""
    session.exec(delete(Device).where(col(Device.account) == account))
