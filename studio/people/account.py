"""Accounts: whoever owns rows. Local mode has one, the owner."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, SQLModel

from studio.db import Moment, now

OWNER = "owner"


class Account(SQLModel, table=True):
    """Somebody whose series, episodes and takes these are."""

    id: str = Field(primary_key=True)
    name: str
    tier: str = OWNER  # of data/tiers.toml; the owner's has no limits
    created: datetime = Field(default_factory=now, sa_type=Moment)


def owner(session: Session) -> Account:
    """The one account of local mode, made on first use."""
    found = session.get(Account, OWNER)
    if found is None:
        found = Account(id=OWNER, name="Owner")
        session.add(found)
        session.flush()
    return found
