"""Funding a run: money is set aside for each take that costs before it is asked for, and settled when it has ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlmodel import Session, col, select

from studio.db import now
from studio.money.budget import Budget, standing
from studio.money.counting import count, forget
from studio.money.entry import About
from studio.money.hold import LIVE, Hold, HoldPart, PartState
from studio.money.holding import open_hold
from studio.money.metering import count_episode, count_retakes, count_work
from studio.money.parting import claim, doubt, free, lapse, part_of, release, settle
from studio.money.quote import QuoteRow, QuoteSheet
from studio.money.sums import worked
from studio.money.tiers import Share, Tier
from studio.people.account import Account
from studio.production import filmed
from studio.production.ceilings import stop_of
from studio.production.film import Choices
from studio.production.house import House
from studio.production.names import ASKED
from studio.production.run import ACTIVE, JobState, Run
from studio.takes.take import Take, TakeState

DOUBT = timedelta(hours=24)  # what is still unclear after so long is resolved in the customer's favour


def tier_of(session: Session, house: House, account: str) -> Tier:
    """The tier of an account; NotFound for one that the house does not know."""
    return house.tiers.find(session.exec(select(Account.tier).where(Account.id == account)).one())


def request(session: Session, house: House, account: str) -> None:
    """Count that an account asks vendors for something; TierLimit when it has done so often enough this minute."""
    if (tier := tier_of(session, house, account)).limited:
        count(session, account, tier, Share.REQUESTS, at=now())


def fund(session: Session, house: House, run: Run, sheet: QuoteSheet) -> None:
    """Set the ceilings of a sheet aside for a run, except where that was done before; call in a write session.

    What it uses of the account's tier is counted with it. Raises BudgetReached, InsufficientFunds or TierLimit: nothing
    of the session is written then. A film for credits is paid for by itself, and counts for no tier.
    """
    if filmed.fund(session, house, run, sheet) or not sheet.rows:
        return
    known = set(session.exec(select(HoldPart.subject).join(Hold).where(Hold.run == run.id)))
    about = About(account=run.account, episode=run.episode, run=run.id)
    rows = [row for row in sheet.rows if row.subject not in known]
    tier = tier_of(session, house, run.account)
    budget = _budget(house, session, run, rows, tier)
    hold = open_hold(session, about, rows, at=now(), floor=None, budget=budget)
    if hold and tier.limited:
        _count(session, run, hold, tier, [row for row in rows if row.quote.ceiling])


def _budget(house: House, session: Session, run: Run, rows: Sequence[QuoteRow], tier: Tier) -> Budget:
    """The budget of the house, with what vendors may be paid in a month of this tier, and a film's own stop.

    That takes a while to find out, so it is left alone where what is asked fits an episode's.
    """
    months = [one for one in (house.budget.monthly, house.tiers.monthly(tier)) if one is not None]
    budget = house.budget.model_copy(update={"monthly": min(months, default=None)})
    if standing(session, run.account, run.episode, sum(row.quote.ceiling for row in rows), budget).fits:
        return budget
    orders = [] if run.part.startswith(ASKED) else [Choices.model_validate(run.order)]
    return budget.model_copy(update={"stop": stop_of(house, session, run.account, run.episode, orders)})


def _count(session: Session, run: Run, hold: Hold, tier: Tier, rows: Sequence[QuoteRow]) -> None:
    """Count what was just held for: a question to the writer is no episode."""
    if not run.part.startswith(ASKED):
        count_episode(session, hold, tier, at=hold.at)
    again = run.order.get("again", {})
    count_retakes(session, hold, tier, [row for row in rows if row.subject in again], at=hold.at)
    count_work(session, hold, tier, {row.subject: row.work for row in rows}, at=hold.at)


def begin(session: Session, run: Run, subject: str, fingerprint: str) -> None:
    """Bind the part of a subject to the take that is about to be asked for; one that is free has none."""
    if part := part_of(session, run.id, subject):
        claim(session, part, fingerprint, at=now())


def put_back(session: Session, run: Run, subject: str) -> None:
    """Free the part of a subject whose take was not accepted and is asked for again later; it stays held."""
    part = part_of(session, run.id, subject)
    if part and part.state == PartState.CLAIMED:
        free(session, part, at=now())


def end(session: Session, run: Run, subject: str, fingerprint: str, state: JobState) -> None:
    """End the part of a subject as its take did: the customer pays for what is there, and for nothing else.

    What was made before this run began, or by another one, costs this run nothing. An unclear one stays held.
    """
    part = part_of(session, run.id, subject)
    if part is None or part.state not in LIVE:
        return
    if state in (JobState.MADE, JobState.FOUND) and part.state != PartState.OPEN and part.fingerprint == fingerprint:
        take = session.get_one(Take, (run.account, fingerprint))
        settle(session, part, take.cost_micros, at=now(), work=_worked(session, part, run, take))
    elif state is JobState.UNCLEAR:
        doubt(session, part, at=now())
    else:
        release(session, part, f"not made: {state}" if state is not JobState.FOUND else "it was there", at=now())


def _worked(session: Session, part: HoldPart, run: Run, take: Take) -> int | None:
    """Milliseconds engines worked on a take: as vendors billed them, else as long as it took, its waiting left out."""
    if part.work is None:
        return None
    timed = worked(session, run.account, run.episode, take.fingerprint, take.cost_micros)
    return timed or min(take.took_ms, part.work)


def sweep(session: Session, at_work: Iterable[str]) -> None:
    """End what nobody ends: parts unclear for a day, and parts of takes whose worker and run are gone."""
    lapse(session, now() - DOUBT, at=now())
    forget(session, now() - DOUBT)
    filmed.sweep(session)
    working = select(Take.fingerprint).where(Take.state == TakeState.ASKED, col(Take.executor).in_(list(at_work)))
    query = select(HoldPart).join(Hold).join(Run, col(Run.id) == col(Hold.run))
    left = query.where(HoldPart.state == PartState.CLAIMED, col(Run.state).not_in(ACTIVE))
    for part in session.exec(left.where(col(HoldPart.fingerprint).not_in(working))).all():
        release(session, part, "the production ended", at=now())
