"""Courtesies: a tier that a founder gave somebody for a while, or until it is taken back. Nobody pays for it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, SQLModel

from studio.db import Moment
from studio.money.tiers import Tier, Tiers


class Courtesy(SQLModel, table=True):
    """The tier an account was given; None for `until` holds until it is taken back."""

    account: str = Field(foreign_key="account.id", primary_key=True)
    tier: str
    until: datetime | None = Field(default=None, sa_type=Moment)
    at: datetime = Field(sa_type=Moment)


def give(session: Session, account: str, tier: str, until: datetime | None, *, at: datetime) -> None:
    """Give an account a tier in place of the one it was given before."""
    session.merge(Courtesy(account=account, tier=tier, until=until, at=at))
    session.flush()


def take_away(session: Session, account: str) -> bool:
    """Take back what an account was given; gives whether it had anything."""
    found = session.get(Courtesy, account)
    if found:
        session.delete(found)
        session.flush()
    return found is not None


def given(session: Session, account: str, tiers: Tiers, *, at: datetime) -> Tier | None:
    """The tier an account was given and has now."""
    found = session.get(Courtesy, account)
    return tiers.find(found.tier) if found and (found.until is None or at < found.until) else None
