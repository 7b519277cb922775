"""Comparing what takes were quoted with what they cost. It changes nothing."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, and_, col, func, select

from studio.money.entry import Entry, Verb
from studio.money.hold import Hold, HoldPart, PartState
from studio.story.noun import Noun


class Compared(Noun):
    """One take of a run: what it was quoted, held for, billed by vendors and paid by the customer, in micro-dollars."""

    at: datetime
    run: str
    subject: str
    kind: str
    scene: str
    engine: str
    state: PartState
    likely: int
    ceiling: int
    billed: int
    paid: int


def compare(session: Session, account: str, episode: str) -> tuple[Compared, ...]:
    """Every take of an episode that money was set aside for, the newest first."""
    bills = (
        select(Entry.run, Entry.subject, func.sum(Entry.micros).label("micros"))
        .where(Entry.account == account, Entry.episode == episode, Entry.verb == Verb.BILL)
        .where(col(Entry.purse).startswith("cost:"))
        .group_by(col(Entry.run), col(Entry.subject))
        .subquery()
    )
    mine = and_(bills.c.run == Hold.run, bills.c.subject == HoldPart.subject)
    rows = session.exec(
        select(HoldPart, Hold.run, func.coalesce(bills.c.micros, 0))
        .join(Hold)
        .outerjoin(bills, mine)
        .where(Hold.account == account, Hold.episode == episode)
        .order_by(col(HoldPart.at).desc(), col(HoldPart.subject))
    )
    told = ("at", "subject", "kind", "scene", "engine", "state", "likely", "paid")
    return tuple(
        Compared(run=run, ceiling=part.micros, billed=int(billed), **{name: getattr(part, name) for name in told})
        for part, run, billed in rows
    )
