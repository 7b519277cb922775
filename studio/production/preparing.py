"""Preparing a run: its script, its plan, its list of jobs, and the circles it can draw at once."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from studio.production import funding, writing
from studio.production.film import Choices, Film
from studio.production.house import House
from studio.production.latest import latest
from studio.production.looking import look
from studio.production.run import Run, RunState
from studio.production.runs import add_jobs, film, film_of, target
from studio.production.script import newest, ready_revision
from studio.production.survey import Survey
from studio.story.episode import Episode, Revision
from studio.takes import shelf
from studio.takes.plan import State
from studio.takes.recipe import TakeKind
from studio.takes.roster import Crew


def prepare(house: House, run_id: str, executor: str) -> dict[str, Any]:
    """Ready a run; gives what it keeps (subject -> fingerprint) and what it has to make, in order.

    Raises what a writer at a vendor does, and BudgetReached when what the screenplay takes cannot be held.
    """
    with house.db.write() as session:
        run = session.get_one(Run, run_id)
        if run.state == RunState.QUEUED:
            run.state, run.stage = RunState.RUNNING, "script"
            session.add(run)
    revision = _revision(house, run, executor)
    with house.db.write() as session:
        run = session.get_one(Run, run_id)
        run.revision = revision.id
        choices = Choices.model_validate(run.order)
        run.target = target(session.get_one(Episode, run.episode), revision, choices)
        session.add(run)
    found = look(house, run.account, run.episode, film_of(house, run_id))
    with house.db.write() as session:
        run = session.get_one(Run, run_id)
        funding.fund(session, run, found.sheet, house.budget)
        _note(session, run, found)
    kept = {subject: made.fingerprint for subject, made in found.kept.items()}
    return {"kept": kept, "to_make": list(found.to_make)}


def _revision(house: House, run: Run, executor: str) -> Revision:
    """The revision a run films; a writer at a vendor writes it here, for only a worker asks vendors for takes."""
    crew = Choices.model_validate(run.order).crew or Crew()
    card = house.roster.card(TakeKind.SCRIPT, crew.name("writer")) if crew.name("writer") else None
    with house.db.read() as session:
        unwritten = newest(session, run.account, run.episode) is None
    if card and card.vendor and unwritten:
        return writing.write(house, run, card, executor)
    return ready_revision(house, run.account, run.episode)


def _note(session: Session, run: Run, found: Survey) -> None:
    """Write down what the survey found: lost bytes, adopted takes, jobs and counts."""
    for content in sorted(found.lost):
        shelf.lose(session, run.account, content)
    for subject, made in found.adopted.items():
        shelf.circle(session, run.account, run.episode, subject, made.fingerprint)
    add_jobs(session, run, [(item.subject, item.kind) for item in found.plan.to_make])
    run.reused = len(found.kept)
    run.stale = sum(item.state is State.STALE and not item.made_now for item in found.plan.items)
    run.stage = "takes"
    session.add(run)


def planned_film(house: House, account: str, episode_id: str, choices: Choices) -> Film:
    """The film an episode's newest revision makes with these choices; writes and breaks down what is missing.

    NotFound when the episode is not this account's.
    """
    known = latest(house, account, episode_id)
    return film(known.script, known.title, known.seed, choices)
