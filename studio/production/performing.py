"""Performing: the crew, here or at a vendor, makes a take that was claimed, and its bytes are kept."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from studio.crew import Order, Product
from studio.errors import AssetMissing, Forgotten, Refused, RenderFailed, Retry, StudioError, Unclear, VendorError
from studio.production import restoring
from studio.production.errands import RunErrand, over
from studio.production.house import House
from studio.production.run import Run
from studio.takes import shelf
from studio.takes.opening import opened
from studio.takes.recipe import PICTURES, Recipe
from studio.takes.shelf import Claim, Hand

_TRIES = 2
_RESERVE = 32 << 20  # bytes left free on disk, so that the database can still write down what happened


def perform(
    house: House,
    run: Run,
    recipe: Recipe,
    given: Mapping[str, str],
    hand: Hand,
    claim_again: Callable[[], Claim],
) -> None:
    """Have the crew make a claimed take from what it is given (role -> content).

    An error that says *now* is tried once more. So is what is unclear: the second time it is looked up, not sent.
    """
    for attempt in range(1, _TRIES + 1):
        inputs = None
        try:
            inputs = opened(house.vault, given)
            _once(house, run, recipe, inputs, hand)
        except StudioError as error:
            _note_failure(house, run, recipe, hand, error, unsent=inputs is None)
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


def _once(house: House, run: Run, recipe: Recipe, inputs: Mapping[str, Path], hand: Hand) -> None:
    started = time.monotonic()
    try:
        with room(house, recipe.kind) as folder:
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
        house.thumbs.of(content, lambda: house.vault.open(content), product.small)
    took = round((time.monotonic() - started) * 1000)
    with house.db.write(durable=True, of=run.account) as session:
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


def _note_failure(
    house: House, run: Run, recipe: Recipe, hand: Hand, error: BaseException, *, unsent: bool = False
) -> None:
    with house.db.write(of=run.account) as session:
        if isinstance(error, AssetMissing) and isinstance(error.cause, str):
            shelf.lose(session, run.account, error.cause)
        why = f"{type(error).__name__}: {error}"
        if isinstance(error, Unclear):
            shelf.doubt(session, run.account, recipe, hand, why)
        else:
            sure = unsent or isinstance(error, VendorError | Refused)
            owed = error.ticket if isinstance(error, Forgotten) else ""
            shelf.fail(session, run.account, recipe, hand, why, over=over(error), sure=sure, owed=owed)
