"""Funding a run: money is set aside for each take that costs before it is asked for, and settled when it has ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlmodel import Session, col, select

from studio.db import now
from studio.money.budget import Budget
from studio.money.entry import About
from studio.money.hold import LIVE, Hold, HoldPart, PartState
from studio.money.holding import open_hold
from studio.money.parting import claim, doubt, lapse, part_of, release, settle
from studio.money.quote import QuoteSheet
from studio.production.run import ACTIVE, JobState, Run
from studio.takes.take import Take, TakeState

DOUBT = timedelta(hours=24)  # what is still unclear after so long is resolved in the customer's favour


def fund(session: Session, run: Run, sheet: QuoteSheet, budget: Budget) -> None:
    """Set the ceilings of a sheet aside for a run, except where that was done before; call in a write session.

    Raises BudgetReached or InsufficientFunds: nothing of the session is written then.
    """
    if not sheet.rows:
        return
    known = set(session.exec(select(HoldPart.subject).join(Hold).where(Hold.run == run.id)))
    about = About(account=run.account, episode=run.episode, run=run.id)
    rows = [row for row in sheet.rows if row.subject not in known]
    open_hold(session, about, rows, at=now(), floor=None, budget=budget)


def begin(session: Session, run: Run, subject: str, fingerprint: str) -> None:
    """Bind the part of a subject to the take that is about to be asked for; one that is free has none."""
    if part := part_of(session, run.id, subject):
        claim(session, part, fingerprint, at=now())


def end(session: Session, run: Run, subject: str, fingerprint: str, state: JobState) -> None:
    """End the part of a subject as its take did: the customer pays for what is there, and for nothing else.

    What was made before this run began, or by another one, costs this run nothing. An unclear one stays held.
    """
    part = part_of(session, run.id, subject)
    if part is None or part.state not in LIVE:
        return
    if state in (JobState.MADE, JobState.FOUND) and part.state != PartState.OPEN and part.fingerprint == fingerprint:
        settle(session, part, session.get_one(Take, (run.account, fingerprint)).cost_micros, at=now())
    elif state is JobState.UNCLEAR:
        doubt(session, part, at=now())
    else:
        release(session, part, f"not made: {state}" if state is not JobState.FOUND else "it was there", at=now())


def sweep(session: Session, at_work: Iterable[str]) -> None:
    """End what nobody ends: parts unclear for a day, and parts of takes whose worker and run are gone."""
    lapse(session, now() - DOUBT, at=now())
    working = select(Take.fingerprint).where(Take.state == TakeState.ASKED, col(Take.executor).in_(list(at_work)))
    query = select(HoldPart).join(Hold).join(Run, col(Run.id) == col(Hold.run))
    left = query.where(HoldPart.state == PartState.CLAIMED, col(Run.state).not_in(ACTIVE))
    for part in session.exec(left.where(col(HoldPart.fingerprint).not_in(working))).all():
        release(session, part, "the production ended", at=now())
