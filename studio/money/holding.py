"""Holding: money is set aside for a run before anything is asked, a part for each take that costs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from studio.money.budget import Budget, check_budget
from studio.money.drawing import draw
from studio.money.entry import About, Book, Purse, Verb
from studio.money.hold import Hold, HoldPart
from studio.money.posting import post
from studio.money.quote import QuoteRow


def open_hold(
    session: Session,
    about: About,
    rows: Iterable[QuoteRow],
    *,
    at: datetime,
    floor: int | None = 0,
    budget: Budget | None = None,
) -> Hold | None:
    """Set aside the ceilings of these rows for a run; None when nothing of it costs. Call in a write session.

    The pot is left at `floor` or above, None lets it fall below zero. Raises InsufficientFunds or BudgetReached; the
    session is rolled back then, with whatever else it wrote.
    """
    dear = [row for row in rows if row.quote.ceiling]
    if not dear:
        return None
    micros = sum(row.quote.ceiling for row in dear)
    draw(session, about.account, micros, floor=floor)  # first: it makes the account's other holds wait for this one
    if budget:
        check_budget(session, about.account, about.episode, micros, budget, at=at)
    hold = Hold(account=about.account, episode=about.episode, run=about.run, micros=micros, at=at)
    session.add(hold)
    session.flush()
    session.add_all(
        HoldPart(
            hold=hold.id,
            subject=row.subject,
            kind=row.kind,
            scene=row.scene,
            engine=row.engine,
            size=row.size,
            likely=row.quote.likely,
            micros=row.quote.ceiling,
            at=at,
        )
        for row in dear
    )
    legs = {Purse.POT.of(about.account): -micros, Purse.HELD.of(about.account): micros}
    post(session, Book.CUSTOMER, Verb.HOLD, legs, about, at=at)
    session.flush()
    return hold
