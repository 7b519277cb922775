"""Restoring: the very take that was lost is brought back, by its vendor where that still has it. Nothing is bought."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session

from studio.crew import Order, Product, Remote
from studio.errors import BadRequest, Denied, Garbled, Gone, Invalid, PolicyBlocked, Unclear
from studio.production.errands import RunErrand
from studio.production.run import Job, JobState, Run
from studio.takes.plan import PlanItem
from studio.takes.recipe import Recipe
from studio.takes.take import Take

_OVER = (Garbled, Invalid, PolicyBlocked, BadRequest, Unclear)  # of what ended long ago, asking again learns no more


def name_lost(session: Session, run: str, items: Iterable[PlanItem]) -> None:
    """Write down which lost takes a run's jobs are to bring back; call in a write session."""
    session.flush()
    for item in items:
        job = session.get_one(Job, (run, item.subject))
        if item.back and job.state == JobState.WAITING:
            job.fingerprint = item.back
            session.add(job)


def lost_recipe(session: Session, run: Run, subject: str) -> Recipe | None:
    """The recipe of the lost take that a job is to bring back, or that it had begun with; None when there is none."""
    job = session.get(Job, (run.id, subject))
    take = session.get(Take, (run.account, job.fingerprint)) if job and job.fingerprint else None
    return Recipe.model_validate(take.recipe) if take else None


def fetched(engine: Remote, order: Order, errand: RunErrand) -> Product:
    """Have a vendor give out once more what it made; the order has no inputs, so nothing new can be asked of it.

    Gone when it cannot any more; Busy, Down, Denied and the like when that may change.
    """
    try:
        return engine.make(order, errand)
    except _OVER as error:
        if isinstance(error, Unclear) and isinstance(error.cause, Denied):
            raise error.cause from error
        kind = order.recipe.kind
        raise Gone(f"the {kind} made by {engine.name} is no longer there ({error})", cause=error) from error
