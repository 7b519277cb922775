"""Preparing a run: its script, its plan, its list of jobs, and the circles it can draw at once."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from studio.errors import Conflict
from studio.production import funding, restoring, writing
from studio.production.film import Choices, Film
from studio.production.house import House
from studio.production.latest import latest
from studio.production.looking import look
from studio.production.names import CASTING
from studio.production.patience import patiently
from studio.production.run import Run, RunState
from studio.production.runs import add_jobs, film, film_of, target
from studio.production.script import newest, ready_revision
from studio.production.survey import Survey
from studio.story.breakdown import Breakdown
from studio.story.cast import Character
from studio.story.episode import Episode, Revision
from studio.takes import shelf
from studio.takes.plan import State
from studio.takes.recipe import TakeKind
from studio.takes.roster import EngineCard


def prepare(house: House, run_id: str) -> dict[str, Any]:
    """Ready a run; gives what it keeps (subject -> fingerprint) and what it has to make, in order.

    Where a vendor has to write the screenplay first, gives only who (the vendor's name), and is called again then.
    Raises BudgetReached when what that takes, or the film, cannot be held.
    """
    with house.db.write() as session:
        run = session.get_one(Run, run_id)
        if run.state == RunState.QUEUED:
            run.state, run.stage = RunState.RUNNING, "script"
            session.add(run)
    revision = _revision(house, run)
    if isinstance(revision, EngineCard):
        writing.commission(house, run, revision)
        return {"writer": revision.vendor}
    with house.db.write(of=run.account) as session:
        run = session.get_one(Run, run_id)
        run.revision = revision.id
        choices = Choices.model_validate(run.order)
        run.target = target(session.get_one(Episode, run.episode), revision, choices)
        session.add(run)
    found = look(house, run.account, run.episode, film_of(house, run_id))
    with house.db.write(of=run.account) as session:
        run = session.get_one(Run, run_id)
        funding.fund(session, house, run, found.sheet)
        _note(session, run, found)
    kept = {subject: made.fingerprint for subject, made in found.kept.items()}
    return {"kept": kept, "to_make": list(found.to_make)}


def _revision(house: House, run: Run) -> Revision | EngineCard:
    """The revision a run films, cast by its crew; or who at a vendor has to write it first, as a take of its own."""
    crew = Choices.model_validate(run.order).crew
    writer, voice = (house.roster.player(crew, kind) for kind in (TakeKind.SCRIPT, TakeKind.SPEECH))
    with house.db.read() as session:
        unwritten = newest(session, run.account, run.episode) is None
    if writer.vendor and unwritten:
        return writer
    revision = ready_revision(house, run.account, run.episode)
    return _cast(house, run, voice, revision) if voice.vendor else revision


def _cast(house: House, run: Run, voice: EngineCard, revision: Revision) -> Revision:
    """The revision with a voice of the vendor's for everybody: a version of its own where somebody had none."""
    breakdown = Breakdown.model_validate_json(revision.breakdown)

    def ask() -> tuple[Character, ...]:
        return house.remotes.library(voice).cast(breakdown.cast, breakdown.language)

    members = patiently(house, run.id, voice.vendor, ask, lambda _: _wait(house, run))
    if members == breakdown.cast:
        return revision
    cast = breakdown.model_copy(update={"cast": members})
    with house.db.write() as session:
        last = newest(session, run.account, run.episode)
        if last is None or last.id != revision.id:
            raise Conflict("the script was changed just now; ask for it again")
        made = revision.after(f"Voices of {voice.name}", fountain=revision.fountain, breakdown=cast.model_dump_json())
        session.add(made)
        return made


def _wait(house: House, run: Run) -> None:
    """Note that a run waits for the vendor of its voices."""
    with house.db.write() as session:
        session.get_one(Run, run.id).stage = CASTING


def _note(session: Session, run: Run, found: Survey) -> None:
    """Write down what the survey found: lost bytes, adopted takes, jobs and counts."""
    for content in sorted(found.lost):
        shelf.lose(session, run.account, content)
    for subject, made in found.adopted.items():
        shelf.circle(session, run.account, run.episode, subject, made.fingerprint)
    add_jobs(session, run, [(item.subject, item.kind) for item in found.plan.to_make])
    restoring.name_lost(session, run.id, found.plan.to_make)
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
