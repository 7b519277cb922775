"""Accounts: whoever owns rows. Local mode has one, the owner; a hosted studio has one for everybody who registered.

The id is random and says nothing of the person. When somebody leaves, the row stays with its id and pseudonym alone:
the ledger's entries, which are never changed, go on pointing to it.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from secrets import token_hex

from sqlalchemy import String
from sqlmodel import Field, Session, SQLModel, select

from studio.db import Moment, now

OWNER = "owner"
NEWCOMER = "free"  # of data/tiers.toml: what an account has before it pays


class Role(StrEnum):
    """What somebody may see besides their own."""

    CREATOR = "creator"
    FOUNDER = "founder"  # what every episode cost and earned, and invitations


class State(StrEnum):
    """Whether somebody may come in."""

    PENDING = "pending"  # registered; the mailed link was not followed yet
    OPEN = "open"
    SUSPENDED = "suspended"
    GONE = "gone"  # left; nothing of the person is kept


def pseudonym() -> str:
    """A random name for somebody whose own is not kept."""
    return f"person {token_hex(4)}"


class Account(SQLModel, table=True):
    """Somebody whose series, episodes and takes these are."""

    id: str = Field(primary_key=True)
    name: str
    tier: str = OWNER  # of data/tiers.toml; the owner's has no limits
    email: str | None = Field(default=None, unique=True)  # normalised; None for the owner and for who left
    shown: str = ""  # the address as it was written, to which mail goes
    password: str = ""  # a hash of the hasher's; empty while nobody can sign in with one
    role: Role = Field(default=Role.CREATOR, sa_type=String)
    state: State = Field(default=State.OPEN, sa_type=String)
    pseudonym: str = Field(default_factory=pseudonym)
    left: datetime | None = Field(default=None, sa_type=Moment)  # when they left
    erased: datetime | None = Field(default=None, sa_type=Moment)  # when the last of what was theirs was gone
    created: datetime = Field(default_factory=now, sa_type=Moment)


def owner(session: Session) -> Account:
    """The one account of local mode, made on first use."""
    found = session.get(Account, OWNER)
    if found is None:
        found = Account(id=OWNER, name="Owner", role=Role.FOUNDER)
        session.add(found)
        session.flush()
    return found


def by_email(session: Session, email: str) -> Account | None:
    """The account with a normalised address, whatever its state."""
    return session.exec(select(Account).where(Account.email == email)).first()
