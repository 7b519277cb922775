"""Preparing a run: its script, its plan, its list of jobs, and the circles it can draw at once."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlmodel import Session

from studio.production.film import Choices, Film
from studio.production.house import House
from studio.production.run import Run, RunState
from studio.production.runs import add_jobs, film, film_of, target
from studio.production.script import ready_revision
from studio.production.survey import Shelf, Survey, survey
from studio.story.episode import Episode
from studio.takes import shelf
from studio.takes.plan import State


def look(house: House, account: str, episode: str, made_of: Film) -> Survey:
    """Survey a film against the shelf, for a plan or a production."""
    with house.db.read() as session:
        return survey(made_of, shelf_of(house, session, account, episode), house.roster)


def shelf_of(house: House, session: Session, account: str, episode: str) -> Shelf:
    """The shelf as the survey sees it; each content's bytes are checked once."""
    twins = shelf.Twins(session, account)
    return Shelf(shelf.circled(session, account, episode), twins.find, twins.expect, cache(house.vault.intact))


def prepare(house: House, run_id: str) -> dict[str, Any]:
    """Ready a run; gives what it keeps (subject -> fingerprint) and what it has to make, in order."""
    with house.db.write() as session:
        run = session.get_one(Run, run_id)
        if run.state == RunState.QUEUED:
            run.state, run.stage = RunState.RUNNING, "script"
            session.add(run)
    revision = ready_revision(house, run.account, run.episode)
    with house.db.write() as session:
        run = session.get_one(Run, run_id)
        run.revision = revision.id
        choices = Choices.model_validate(run.order)
        run.target = target(session.get_one(Episode, run.episode), revision, choices)
        session.add(run)
    found = look(house, run.account, run.episode, film_of(house, run_id))
    with house.db.write() as session:
        _note(session, session.get_one(Run, run_id), found)
    kept = {subject: made.fingerprint for subject, made in found.kept.items()}
    return {"kept": kept, "to_make": list(found.to_make)}


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
    """The film an episode's newest revision makes with these choices; writes and breaks down what is missing."""
    revision = ready_revision(house, account, episode_id)
    with house.db.read() as session:
        return film(session.get_one(Episode, episode_id), revision, choices)
