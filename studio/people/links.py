"""Mailed links: what proves that somebody reads the mail of an address. Each is good once, for one purpose, for a time.

A link is made when its mail is sent, so that no token is ever kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, Column, String
from sqlmodel import Field, Session, SQLModel, col, delete, update

from studio.db import Moment
from studio.errors import LinkSpent
from studio.people.tokens import digest, fresh


class Purpose(StrEnum):
    """What a link is for."""

    OPEN = "open"  # the account it was registered for
    RESET = "reset"  # the password
    FACTOR = "factor"  # the second step of signing in; it is in no mail


GOOD_FOR = {
    Purpose.OPEN: timedelta(hours=24),  # with the password that was chosen, without which it opens nothing
    Purpose.RESET: timedelta(minutes=10),
    Purpose.FACTOR: timedelta(minutes=5),
}


class MailedLink(SQLModel, table=True):
    """A link on its way, and what was asked for with it."""

    token: str = Field(primary_key=True)  # its digest
    account: str = Field(foreign_key="account.id", index=True)
    purpose: Purpose = Field(sa_type=String)
    carries: dict = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))  # type: ignore[type-arg]
    expires: datetime = Field(sa_type=Moment)
    used: bool = False


def make(session: Session, account: str, purpose: Purpose, carries: dict[str, str], *, at: datetime) -> str:
    """A link's token."""
    token = fresh()
    row = MailedLink(
        token=digest(token), account=account, purpose=purpose, carries=carries, expires=at + GOOD_FOR[purpose]
    )
    session.add(row)
    session.flush()
    return token


def find(session: Session, token: str, purpose: Purpose, *, at: datetime) -> MailedLink:
    """The link of a token that is still good; LinkSpent otherwise. It stays good."""
    found = session.get(MailedLink, digest(token)) if token else None
    if found is None or found.purpose != purpose or found.used or found.expires <= at:
        raise _spent()
    return found


def spend(session: Session, token: str, purpose: Purpose, *, at: datetime) -> MailedLink:
    """Use a link up, once; LinkSpent when that was done before, or it is too old."""
    found = find(session, token, purpose, at=at)
    mine = update(MailedLink).where(col(MailedLink.token) == found.token, col(MailedLink.used).is_(False))
    if not session.exec(mine.values(used=True).execution_options(synchronize_session=False)).rowcount:
        raise _spent()
    return found


def drop(session: Session, account: str, *purposes: Purpose) -> None:
    """Make the links of an account worthless; without a purpose all of them."""
    chosen = purposes or tuple(Purpose)
    session.exec(delete(MailedLink).where(col(MailedLink.account) == account, col(MailedLink.purpose).in_(chosen)))


def _spent() -> LinkSpent:
    return LinkSpent("it was used before, is too old, or was cut short; ask for a new one")
