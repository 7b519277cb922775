"""Milestones: how far people get on the way from an invitation to their first finished draft. Each is noted once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlmodel import Field, Session, SQLModel, col, func, select

from studio.db import Moment, now
from studio.money.inserting import insert
from studio.people.account import OWNER
from studio.story.noun import Noun


class Milestone(StrEnum):
    """The steps of the way, in their order."""

    INVITED = "invited"  # came with an invitation
    REGISTERED = "registered"
    OPENED = "opened"  # followed the mailed link
    SIGNED_IN = "signed_in"
    FIRST_PITCH = "first_pitch"  # or screenplay
    FIRST_DRAFT = "first_draft"  # a finished one


class Reached(SQLModel, table=True):
    """An account and a step it got to."""

    account: str = Field(foreign_key="account.id", primary_key=True)
    what: Milestone = Field(sa_type=String, primary_key=True)
    at: datetime = Field(sa_type=Moment)


class Funnel(Noun):
    """How many accounts got to each step, and thousandths of those that opened that finished a draft."""

    reached: dict[Milestone, int]

    @property
    def share(self) -> int | None:
        """Thousandths of the opened accounts that got to the first finished draft; None while there are none."""
        opened = self.reached[Milestone.OPENED]
        return self.reached[Milestone.FIRST_DRAFT] * 1000 // opened if opened else None


def note(session: Session, account: str, what: Milestone, *, at: datetime | None = None) -> None:
    """Note that an account got so far; a second time is well. Local mode's owner is not counted."""
    if account != OWNER:
        row = insert(session, Reached).values(account=account, what=what, at=at or now())
        session.exec(row.on_conflict_do_nothing())


def way(session: Session, account: str) -> dict[Milestone, datetime]:
    """How far an account got, and when."""
    return {Milestone(row.what): row.at for row in session.exec(select(Reached).where(Reached.account == account))}


def funnel(session: Session) -> Funnel:
    """How far all got who came by registering; founders who were appointed are not counted."""
    came = select(Reached.account).where(Reached.what == Milestone.REGISTERED)
    counts = select(Reached.what, func.count()).where(col(Reached.account).in_(came))
    found = session.exec(counts.group_by(col(Reached.what)))
    counted = {Milestone(what): int(number) for what, number in found}
    return Funnel(reached={one: counted.get(one, 0) for one in Milestone})
