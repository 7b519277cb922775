"""Runs in the database: opened once per target, prepared, watched and closed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache

from sqlmodel import Session, col, func, select

from studio.db import now
from studio.errors import NotFound
from studio.money.parting import release_rest
from studio.people import hooks
from studio.people.hooks import Event
from studio.people.milestones import Milestone, note
from studio.people.refusals import look_whose
from studio.production import filmed
from studio.production.film import Choices, Film
from studio.production.house import House
from studio.production.latest import Script, script_of
from studio.production.names import ASKED
from studio.production.remembering import Remembered
from studio.production.run import ACTIVE, Job, JobState, Run, RunState
from studio.story.episode import Episode, Revision
from studio.takes.recipe import TakeKind, fingerprint
from studio.takes.take import Take

_films = Remembered[tuple[Script, str, int, str], Film]()  # with the recipes drawn up for them


def target(episode: Episode, revision: Revision | None, choices: Choices) -> str:
    """What a run is after: while one is active, asking for the same joins it."""
    return fingerprint([episode.id, revision.id if revision else "", choices.model_dump(mode="json")])


def under_way(session: Session, episode: Episode, revision: Revision | None, choices: Choices) -> Run | None:
    """The open run that films this revision so; one begun before the first revision was written films that too."""
    goals = [target(episode, revision, choices)]
    if revision and revision.number == 1:
        goals.append(target(episode, None, choices))
    return session.exec(
        select(Run).where(Run.account == episode.account, col(Run.target).in_(goals), col(Run.state).in_(ACTIVE))
    ).first()


def rival(session: Session, episode: Episode, frame: str, part: str) -> Run | None:
    """The open run of this part of an episode in this frame, whatever it films."""
    query = select(Run).where(Run.account == episode.account, Run.episode == episode.id, Run.frame == frame)
    return session.exec(query.where(Run.part == part, col(Run.state).in_(ACTIVE))).first()


def any_active(session: Session) -> bool:
    """Whether anybody's run is open."""
    return session.exec(select(Run.id).where(col(Run.state).in_(ACTIVE))).first() is not None


def call_off_all(session: Session, account: str) -> None:
    """Call off whatever is made for an account: what is being made is finished and kept, nothing more is begun."""
    for run in session.exec(select(Run).where(Run.account == account, col(Run.state).in_(ACTIVE))):
        run.state = RunState.CANCELLING
        session.add(run)


def find(session: Session, account: str, run: str) -> Run:
    """A run of this account; NotFound otherwise."""
    found = session.get(Run, run)
    if found is None or found.account != account:
        look_whose(session, account, Run, run)
        raise NotFound(f"no production called {run}")
    return found


@lru_cache(maxsize=4)
def film_of(house: House, run: str) -> Film:
    """The film a prepared run makes; its revision and choices never change, so a process reads them once."""
    with house.db.read() as session:
        row = session.get_one(Run, run)
        episode = session.get_one(Episode, row.episode)
        script = script_of(session, row.revision)
        return film(script, episode.title, episode.seed, Choices.model_validate(row.order))


def film(script: Script, title: str, seed: int, choices: Choices) -> Film:
    """The one film of all this, so that what was worked out of it is found again; untitled, it has the script's."""
    key = script, title or script.title or "Untitled", seed, choices.model_dump_json()
    known = _films.find(key)
    if known is None:
        chosen = Choices.model_validate_json(key[3])
        known = Film(breakdown=script.breakdown, choices=chosen, title=key[1], author=script.author, seed=seed)
        _films.keep(key, known, len(script.breakdown.shots))
    return known


def add_jobs(session: Session, run: Run, items: Iterable[tuple[str, TakeKind]]) -> None:
    """List what a run has to make; a subject listed before stays as it is."""
    known = set(session.exec(select(Job.subject).where(Job.run == run.id)))
    for subject, kind in items:
        if subject not in known:
            session.add(Job(run=run.id, subject=subject, account=run.account, kind=kind))


def set_job(session: Session, run: str, subject: str, state: JobState, *, made: str = "", error: str = "") -> None:
    """Move one job on; call in a write session."""
    job = session.get(Job, (run, subject))
    if job:
        job.state, job.error, job.updated = state, error, now()
        job.fingerprint = made or job.fingerprint
        session.add(job)


def set_jobs(session: Session, run: str, subjects: Collection[str], state: JobState) -> None:
    """Move several jobs on; call in a write session."""
    for subject in subjects:
        set_job(session, run, subject, state)


def close(session: Session, run_id: str, state: RunState, error: str = "") -> None:
    """End a run; jobs that never ran are cancelled. Call in a write session."""
    run = session.get_one(Run, run_id)
    run.state, run.error, run.finished, run.stage = state, error, now(), ""
    session.add(run)
    if state is RunState.DONE and not run.part:
        note(session, run.account, Milestone.FIRST_DRAFT)
    for job in session.exec(select(Job).where(Job.run == run_id)):
        if job.state in (JobState.WAITING, JobState.WORKING):
            job.state = JobState.CANCELLED
            session.add(job)
    release_rest(session, run_id, "the production ended", at=now())
    filmed.close(session, run, error)
    if not run.part.startswith(ASKED):
        about = {"run": run.id, "project": run.episode, "frame": run.frame, "state": state.value, "whole": not run.part}
        hooks.tell(session, run.account, Event(f"run.{state}"), about, at=run.finished)


def counts(session: Session, run: str) -> dict[tuple[TakeKind, JobState], int]:
    """How many jobs of a run are in which state, by kind."""
    rows = session.exec(select(Job.kind, Job.state, func.count()).where(Job.run == run).group_by(Job.kind, Job.state))
    return {(TakeKind(kind), JobState(state)): number for kind, state, number in rows}


def made_board(session: Session, run: Run, content: str) -> Take:
    """A board with this content that a run made or found; NotFound otherwise."""
    board = session.exec(
        select(Take)
        .join(Job, (col(Job.fingerprint) == col(Take.fingerprint)) & (col(Job.account) == col(Take.account)))
        .where(Job.run == run.id, Take.account == run.account, Take.content == content, Take.kind == TakeKind.BOARD)
    ).first()
    if board is None:
        raise NotFound("no such board")
    return board
