"""Recalling: what a run that is called off had sent to a vendor is called off there as well, and paid as far as it got.

So is what a run that ended otherwise left there, once nobody has asked for it again in a day: by then it is over at its
vendor, and what it cost is booked. What the vendor had made is kept. Nothing is sent.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import timedelta

from sqlmodel import Session, col, select

from studio.db import now
from studio.errors import CalledOff, StudioError
from studio.production import funding
from studio.production.executors import alive
from studio.production.house import House
from studio.production.performing import perform
from studio.production.run import ACTIVE, Job, JobState, Run, RunState
from studio.production.runs import set_job
from studio.story.noun import Noun
from studio.takes import shelf
from studio.takes.recipe import Recipe
from studio.takes.roster import Roster
from studio.takes.shelf import Claim, Hand
from studio.takes.take import Take, TakeState

log = logging.getLogger(__name__)
_LATELY = timedelta(days=1)
_FORGOTTEN, _TRIED = timedelta(days=1), timedelta(days=4)  # after the end of a run: looked for, and no more
_OVER = (RunState.DONE, RunState.FAILED)
_NOT_MADE = (TakeState.FAILED, TakeState.UNCLEAR, TakeState.ASKED)


class Left(Noun):
    """What a run that was closed left at a vendor: a take that was sent and is neither made nor waited for."""

    run: str
    account: str
    subject: str
    vendor: str
    tries: int


def left(session: Session, roster: Roster, at_work: Collection[str]) -> list[Left]:
    """All that was left lately, but for what another open run of the episode may want; `at_work` are the workers."""
    open_runs = select(Run.account, Run.episode).where(col(Run.state).in_(ACTIVE))
    wanted = set(session.exec(open_runs).all())
    same = (col(Take.account) == col(Job.account)) & (col(Take.fingerprint) == col(Job.fingerprint))
    query = select(Run, Job.subject, Take).join(Job, col(Job.run) == col(Run.id)).join(Take, same)
    query = query.where(Take.ticket != "", col(Take.made).is_(None))
    rows = session.exec(query.where(Run.state == RunState.CANCELLED, col(Run.finished) > now() - _LATELY)).all()
    over = query.where(col(Run.state).in_(_OVER), col(Run.finished) > now() - _TRIED, col(Take.state).in_(_NOT_MADE))
    late = session.exec(over.where(col(Take.asked) > now() - _TRIED * 2)).all()
    once = {(row[2].account, row[2].fingerprint): row for row in late if _nobodys(roster, *row, at_work)}
    return [
        Left(
            run=run.id,
            account=run.account,
            subject=subject,
            vendor=roster.named(take.engine).vendor,
            tries=take.tries,
        )
        for run, subject, take in (*rows, *once.values())
        if (run.account, run.episode) not in wanted and not (take.state == TakeState.ASKED and take.executor in at_work)
    ]


def _nobodys(roster: Roster, run: Run, subject: str, take: Take, at_work: Collection[str]) -> bool:
    """Whether nobody has asked for a take in a day whose vendor still has its job, or had it.

    Who looked for it after its run had ended, and died over that, is no asker: the next goes on at once.
    """
    keeps = any(card.name == take.engine and card.keeps for card in roster.engine)
    if not keeps or take.state not in _NOT_MADE or (take.state == TakeState.ASKED and take.executor in at_work):
        return False
    looked = take.state == TakeState.ASKED and take.holder == f"{run.id}:{subject}"
    return take.asked < now() - _FORGOTTEN or (looked and run.finished is not None and take.asked > run.finished)


def recall(house: House, run_id: str, subject: str, executor: str) -> JobState:
    """Have the vendor stop the job that a run which is called off had sent for a subject, if there is one.

    Another run of the episode that is open may want just this take, so it is left to that one. Gives what became of it.
    """
    with house.db.write() as session:
        run = session.get_one(Run, run_id)
        recipe = _sent(session, house.roster, run, subject)
        if recipe is None or _claim(session, run, subject, recipe, executor) is not Claim.MINE:
            return JobState.CANCELLED
    hand = Hand(executor, f"{run.id}:{subject}")
    try:
        perform(house, run, recipe, recipe.inputs, hand, lambda: _claimed(house, run, subject, recipe, executor))
        state = JobState.MADE
    except CalledOff:
        state = JobState.CANCELLED
    except StudioError as error:  # it is asked again when the take is next wanted
        log.warning("take.not_recalled subject=%s %s", subject, error)
        state = JobState.CANCELLED
    with house.db.write(of=run.account) as session:
        funding.end(session, run, subject, recipe.fingerprint, state)
        if run.state not in _OVER:  # what came of the others is told already
            set_job(session, run.id, subject, state)
    return state


def _sent(session: Session, roster: Roster, run: Run, subject: str) -> Recipe | None:
    """The recipe of a run's take that a vendor has a job of, and that nobody has made."""
    job = session.get(Job, (run.id, subject))
    take = session.get(Take, (run.account, job.fingerprint)) if job and job.fingerprint else None
    if run.state in (RunState.QUEUED, RunState.RUNNING) or take is None or take.made or not take.ticket:
        return None
    if run.state in _OVER and not _nobodys(roster, run, subject, take, alive(session)):
        return None
    others = select(Run.id).where(Run.account == run.account, Run.episode == run.episode, Run.id != run.id)
    if session.exec(others.where(col(Run.state).in_(ACTIVE))).first():
        return None
    return Recipe.model_validate(take.recipe)


def _claim(session: Session, run: Run, subject: str, recipe: Recipe, executor: str) -> Claim:
    return shelf.claim(session, run.account, recipe, Hand(executor, f"{run.id}:{subject}"), alive(session))


def _claimed(house: House, run: Run, subject: str, recipe: Recipe, executor: str) -> Claim:
    with house.db.write(of=run.account) as session:
        return _claim(session, run, subject, recipe, executor)
