"""Making one take: claim it, have the crew make it, keep its bytes, circle it. What goes wrong stays with this take."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlmodel import Session

from studio.errors import (
    CalledOff,
    StorageError,
    StudioError,
    Unclear,
    VaultDown,
    VendorError,
)
from studio.production import funding, restoring, switching, writing
from studio.production.executors import alive
from studio.production.house import House
from studio.production.performing import perform
from studio.production.run import ACTIVE, BAD, JobState, Run, RunState
from studio.production.runs import add_jobs, film_of, set_job
from studio.production.vacancy import vacant
from studio.production.wants import SCRIPT, Want, resolve, wants
from studio.takes import shelf
from studio.takes.recipe import Recipe
from studio.takes.shelf import Claim, Hand, Made
from studio.takes.take import Take, TakeState

log = logging.getLogger(__name__)
_LOOK_AGAIN = 0.2  # seconds between looks at a take somebody else is making
_TO_DO = (Claim.MINE, Claim.FETCH)
_GOING = (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True)
class Outcome:
    """How one take ended: its state, its fingerprint when there is one, why not.

    One that waits has not ended: another engine is to take over, or the same one is asked after so many seconds; the
    seconds that were `spent` until that was known count as waited.
    """

    state: JobState
    fingerprint: str = ""
    error: str = ""
    engine: str = ""
    wait: float = 0.0
    spent: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The form a durable workflow records."""
        told = {"state": self.state.value, "fingerprint": self.fingerprint, "error": self.error}
        return {**told, "engine": self.engine, "wait": self.wait, "spent": self.spent}


def make(house: House, run: str, subject: str, given: Mapping[str, str], executor: str, waited: float = 0.0) -> Outcome:
    """Make one subject's take of a run from the takes it is given (role -> fingerprint).

    Where its engine cannot be had and another one may take over, nothing has ended: it is to be made once more, then.
    Neither has it where the vendor is busy or down and the take, which has waited so many seconds, is to wait again.
    """
    began = time.monotonic()
    with house.db.read() as session:
        row = session.get_one(Run, run)
    if row.state not in _GOING:
        return Outcome(JobState.CANCELLED)
    try:
        outcome = _make(house, row, subject, given, executor, waited)
    except StorageError:
        raise
    except CalledOff:
        outcome = Outcome(JobState.CANCELLED)
    except StudioError as error:
        outcome = Outcome(ended_in(error), error=f"{type(error).__name__}: {error}")
    except Exception as error:
        log.exception("take.broke subject=%s", subject)
        outcome = Outcome(JobState.FAILED, error=f"{type(error).__name__}: {error}")
    if not outcome.fingerprint and outcome.state is not JobState.WAITING:
        with house.db.write(of=row.account) as session:
            funding.end(session, row, subject, "", outcome.state)
            if outcome.state in BAD:
                set_job(session, run, subject, outcome.state, error=outcome.error)
    return replace(outcome, spent=time.monotonic() - began)


def _make(house: House, run: Run, subject: str, given: Mapping[str, str], executor: str, waited: float) -> Outcome:
    with house.db.read() as session:
        found = shelf.by_fingerprint(session, run.account, set(given.values()))
        engine = switching.playing(session, run.id, subject)
        lost = restoring.lost_recipe(session, run, subject)
    filled = {role: found[fingerprint] for role, fingerprint in given.items()}
    recipe = lost or _recipe(house, run, subject, filled, engine)
    try:
        outcome = obtain(house, run, subject, recipe, filled, executor)
        if subject == SCRIPT:
            writing.keep(house, run, outcome.fingerprint)
        return outcome
    except VendorError as error:
        if other := switching.hand_on(house, run, subject, recipe, error):
            return Outcome(JobState.WAITING, engine=other)
        if pause := house.waits.pause(error, house.roster.named(recipe.engine).vendor, waited):
            put_off(house, run, subject, recipe, error)
            return Outcome(JobState.WAITING, wait=pause)
        raise
    except VaultDown as error:
        if pause := house.waits.pause(error, "", waited):
            put_off(house, run, subject, recipe, error)
            return Outcome(JobState.WAITING, wait=pause)
        raise


def _recipe(house: House, run: Run, subject: str, filled: Mapping[str, Made], engine: str) -> Recipe:
    """The recipe of a subject of a run, by its own engine or by the one that took over; a spare one is listed."""
    if subject == SCRIPT:  # there is no film before it is written
        return writing.ordered(house, run, engine)
    want = _wanted(house, run.id)[subject]
    if want.spare:
        with house.db.write(of=run.account) as session:
            add_jobs(session, run, [(subject, want.kind)])
    return resolve(want, filled, film_of(house, run.id), house.roster, engine)


def put_off(house: House, run: Run, subject: str, recipe: Recipe, error: StudioError) -> None:
    """Note that a take waits for its vendor or the vault; what is held may go back unless it may have been sent.

    Raises CalledOff when there is nothing to wait for any more.
    """
    with house.db.write(of=run.account) as session:
        if session.get_one(Run, run.id).state not in _GOING:
            raise CalledOff("the production was called off")
        take = session.get_one(Take, (run.account, recipe.fingerprint))
        if not take.ticket and not take.doubtful:
            funding.put_back(session, run, subject)
        set_job(session, run.id, subject, JobState.WAITING, error=f"{type(error).__name__}: {error}")


def ended_in(error: StudioError) -> JobState:
    """The state a job ends in over an error."""
    return JobState.UNCLEAR if isinstance(error, Unclear) else JobState.FAILED


def obtain(house: House, run: Run, subject: str, recipe: Recipe, filled: Mapping[str, Made], executor: str) -> Outcome:
    """Have a recipe's take made for a run, or find it made; it is circled and what was held for it is settled.

    Raises what the engine raises; nothing is held, circled or noted otherwise then.
    """
    hand = Hand(executor, f"{run.id}:{subject}")
    claim = _claim(house, run, subject, recipe, hand)
    if claim in _TO_DO:
        given = {role: made.content for role, made in filled.items()} if claim is Claim.MINE else {}
        perform(house, run, recipe, given, hand, lambda: _claim(house, run, subject, recipe, hand))
    state = JobState.MADE if claim is Claim.MINE else JobState.FOUND
    with house.db.write(of=run.account) as session:
        if session.get_one(Run, run.id).state in ACTIVE:  # a run that was called off moves no circle any more
            instead = switching.instead_of(session, run, subject, recipe.engine)
            shelf.circle(session, run.account, run.episode, subject, recipe.fingerprint, **instead)
        if house.roster.sold(recipe.engine):
            paid = recipe.fingerprint if claim is not Claim.FETCH else ""  # what is fetched was paid for before
            funding.end(session, run, subject, paid, state)
        set_job(session, run.id, subject, state, made=recipe.fingerprint)
    return Outcome(state, recipe.fingerprint)


@lru_cache(maxsize=4)
def _wanted(house: House, run: str) -> dict[str, Want]:
    """The wants of a run's film by subject; a long film has thousands, so a process lists them once."""
    return {want.subject: want for want in wants(film_of(house, run))}


def _claim(house: House, run: Run, subject: str, recipe: Recipe, hand: Hand) -> Claim:
    """Claim a take, waiting while somebody alive makes it, or while its vendor has no room for it."""
    asking = house.waiting.get(run.id)
    while True:
        with house.db.write(of=run.account) as session:
            claim = _claimed(house, session, run, recipe, hand)
            if claim in _TO_DO:
                if claim is Claim.MINE and house.roster.sold(recipe.engine):
                    funding.begin(session, run, subject, recipe.fingerprint)
                set_job(session, run.id, subject, JobState.WORKING, made=recipe.fingerprint)
        if asking:
            asking.wait_for("" if claim else house.roster.named(recipe.engine).vendor)
        if claim and claim is not Claim.TAKEN:
            return claim
        time.sleep(_LOOK_AGAIN)


def _claimed(house: House, session: Session, run: Run, recipe: Recipe, hand: Hand) -> Claim | None:
    """The claim of a take; None where its vendor has no room for it. CalledOff where nobody waits for that any more."""
    living = alive(session)
    to_ask = house.roster.sold(recipe.engine) and not _made(session, run.account, recipe)
    if to_ask and not vacant(house, session, run.account, recipe, living):
        if session.get_one(Run, run.id).state not in _GOING:
            raise CalledOff("the production was called off")
        return None
    return shelf.claim(session, run.account, recipe, hand, living)


def _made(session: Session, account: str, recipe: Recipe) -> bool:
    take = session.get(Take, (account, recipe.fingerprint))
    return take is not None and take.state == TakeState.MADE
