"""Making one take: claim it, have the crew make it, keep its bytes, circle it. What goes wrong stays with this take."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from studio.crew import Order, Product
from studio.errors import (
    AssetMissing,
    CalledOff,
    Refused,
    RenderFailed,
    Retry,
    StorageError,
    StudioError,
    Unclear,
    VendorError,
)
from studio.production import funding, restoring, switching
from studio.production.errands import RunErrand, over
from studio.production.executors import alive
from studio.production.house import House
from studio.production.run import ACTIVE, BAD, JobState, Run, RunState
from studio.production.runs import add_jobs, film_of, set_job
from studio.production.wants import Want, resolve, wants
from studio.takes import shelf
from studio.takes.recipe import PICTURES, Recipe
from studio.takes.shelf import Claim, Hand, Made
from studio.takes.take import Take

log = logging.getLogger(__name__)
_LOOK_AGAIN = 0.2  # seconds between looks at a take somebody else is making
_TRIES = 2
_TO_DO = (Claim.MINE, Claim.FETCH)
_GOING = (RunState.QUEUED, RunState.RUNNING)
_RESERVE = 32 << 20  # bytes left free on disk, so that the database can still write down what happened


@dataclass(frozen=True)
class Outcome:
    """How one take ended: its state, its fingerprint when there is one, why not.

    One that waits has not ended: another engine is to take over, or the same one is asked after so many seconds.
    """

    state: JobState
    fingerprint: str = ""
    error: str = ""
    engine: str = ""
    wait: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The form a durable workflow records."""
        told = {"state": self.state.value, "fingerprint": self.fingerprint, "error": self.error}
        return {**told, "engine": self.engine, "wait": self.wait}


def make(house: House, run: str, subject: str, given: Mapping[str, str], executor: str, waited: float = 0.0) -> Outcome:
    """Make one subject's take of a run from the takes it is given (role -> fingerprint).

    Where its engine cannot be had and another one may take over, nothing has ended: it is to be made once more, then.
    Neither has it where the vendor is busy and the take, which has waited so many seconds before, is to wait again.
    """
    with house.db.read() as session:
        row = session.get_one(Run, run)
    if row.state in (RunState.CANCELLING, RunState.CANCELLED):
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
        with house.db.write() as session:
            funding.end(session, row, subject, "", outcome.state)
            if outcome.state in BAD:
                set_job(session, run, subject, outcome.state, error=outcome.error)
    return outcome


def _make(house: House, run: Run, subject: str, given: Mapping[str, str], executor: str, waited: float) -> Outcome:
    film, want = film_of(house, run.id), _wanted(house, run.id)[subject]
    with house.db.read() as session:
        found = shelf.by_fingerprint(session, run.account, set(given.values()))
        engine = switching.playing(session, run.id, subject)
        lost = restoring.lost_recipe(session, run, subject)
    filled = {role: found[fingerprint] for role, fingerprint in given.items()}
    recipe = lost or resolve(want, filled, film, house.roster, engine)
    if want.spare:
        with house.db.write() as session:
            add_jobs(session, run, [(subject, want.kind)])
    try:
        return obtain(house, run, subject, recipe, filled, executor)
    except VendorError as error:
        if other := switching.hand_on(house, run, subject, recipe, error):
            return Outcome(JobState.WAITING, engine=other)
        if pause := house.waits.pause(error, house.roster.named(recipe.engine).vendor, waited):
            _put_off(house, run, subject, recipe, error)
            return Outcome(JobState.WAITING, wait=pause)
        raise


def _put_off(house: House, run: Run, subject: str, recipe: Recipe, error: VendorError) -> None:
    """Note that a take waits for its vendor; what is held for it is free to go back unless it may have been sent.

    Raises CalledOff when there is nothing to wait for any more.
    """
    with house.db.write() as session:
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
        given = filled if claim is Claim.MINE else {}
        _perform(house, run, recipe, given, hand, lambda: _claim(house, run, subject, recipe, hand))
    state = JobState.MADE if claim is Claim.MINE else JobState.FOUND
    with house.db.write() as session:
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
    """Claim a take, waiting while somebody alive makes it."""
    while True:
        with house.db.write() as session:
            claim = shelf.claim(session, run.account, recipe, hand, alive(session))
            if claim in _TO_DO:
                if claim is Claim.MINE and house.roster.sold(recipe.engine):
                    funding.begin(session, run, subject, recipe.fingerprint)
                set_job(session, run.id, subject, JobState.WORKING, made=recipe.fingerprint)
        if claim is not Claim.TAKEN:
            return claim
        time.sleep(_LOOK_AGAIN)


def _perform(
    house: House,
    run: Run,
    recipe: Recipe,
    filled: Mapping[str, Made],
    hand: Hand,
    claim_again: Callable[[], Claim],
) -> None:
    """Have the crew make a claimed take.

    An error that says *now* is tried once more. So is what is unclear: the second time it is looked up, not sent.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            _once(house, run, recipe, filled, hand)
        except StudioError as error:
            _note_failure(house, run, recipe, hand, error)
            again = error.retry is Retry.NOW or isinstance(error, Unclear)
            if not again or attempt == _TRIES or isinstance(error, AssetMissing):
                raise
            if claim_again() is Claim.MADE:
                return
        except BaseException as error:
            _note_failure(house, run, recipe, hand, error)
            raise
        else:
            return


def _once(house: House, run: Run, recipe: Recipe, filled: Mapping[str, Made], hand: Hand) -> None:
    started = time.monotonic()
    try:
        with room(house, recipe.kind) as folder:
            inputs = {role: house.vault.open(made.content) for role, made in filled.items()}
            product = _product(house, run, Order(recipe, inputs, folder), hand)
            _keep(house, run, recipe, hand, product, started)
    except OSError as error:
        raise RenderFailed(f"{error.strerror or error} ({house.scratch})", cause=error) from error


def _product(house: House, run: Run, order: Order, hand: Hand) -> Product:
    """Have the engine that the recipe names make it, at its vendor or here."""
    card = house.roster.named(order.recipe.engine)
    if not card.vendor:
        return house.crew.perform(order)
    engine, errand = house.remotes.engine(card), RunErrand(house, run, order.recipe, hand)
    return restoring.fetched(engine, order, errand) if errand.fetches else engine.make(order, errand)


@contextmanager
def room(house: House, what: str) -> Iterator[Path]:
    """An empty folder to work in, gone afterwards; RenderFailed when the disk is nearly full."""
    house.scratch.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(house.scratch).free
    if free < _RESERVE:
        raise RenderFailed(
            f"the disk is full: {free >> 20} MB are left at {house.scratch}, {_RESERVE >> 20} are needed"
        )
    folder = Path(mkdtemp(prefix=f"{what}-", dir=house.scratch))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _keep(house: House, run: Run, recipe: Recipe, hand: Hand, product: Product, started: float) -> None:
    size = product.file.stat().st_size
    content = house.vault.put(product.file, move=True)
    if recipe.kind in PICTURES:
        house.thumbs.of(content, lambda: house.vault.open(content))
    took = round((time.monotonic() - started) * 1000)
    with house.db.write(durable=True) as session:
        shelf.keep(
            session,
            run.account,
            recipe,
            hand,
            content=content,
            suffix=product.file.suffix,
            size=size,
            took_ms=took,
            measure=product.measure,
            refetch=house.roster.named(recipe.engine).keeps,
        )


def _note_failure(house: House, run: Run, recipe: Recipe, hand: Hand, error: BaseException) -> None:
    with house.db.write() as session:
        if isinstance(error, AssetMissing) and isinstance(error.cause, str):
            shelf.lose(session, run.account, error.cause)
        why = f"{type(error).__name__}: {error}"
        if isinstance(error, Unclear):
            shelf.doubt(session, run.account, recipe, hand, why)
        else:
            shelf.fail(
                session, run.account, recipe, hand, why, over=over(error), sure=isinstance(error, VendorError | Refused)
            )
