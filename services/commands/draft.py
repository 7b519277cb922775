"""`draft`: a source becomes files in a folder, made by a worker in this process."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from services.building import build_house
from services.commands.drafted import Drafted, answer, loss, report
from services.commands.keeping import say
from services.commands.sources import Asked, open_source
from services.leaving import leave
from services.notices import outcome, sentence
from services.settings import Settings
from services.writable import check_writable
from studio.desk.drafting import Drafting
from studio.desk.views import Progress
from studio.errors import AssetMissing, StorageError, StudioError
from studio.people.account import OWNER
from studio.production.film import Choices
from studio.production.house import House
from studio.production.names import INTERRUPTED
from studio.production.run import RunState

if TYPE_CHECKING:
    from studio.production.worker import Worker  # costs a second to import, which a draft of nothing new saves

DONE, FAILED, SOME_FAILED = 0, 1, 3
_REPAIRS = 2  # damaged files a draft makes anew before it gives up


def draft(asked: Asked, choose: Callable[[], Choices], out: Path, *, as_json: bool) -> int:
    """Make an episode and write its files; gives the exit code. With `as_json` there is an answer whatever happens."""
    began, episode = time.monotonic(), ""
    for asked_to_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked_to_end, _interrupt)
    try:
        choices = choose()
        check_writable(out, "out")
        settings = Settings()
        house = build_house(settings, look=bool(asked.crew))
        desk = Drafting(house, OWNER, at_once=settings.studio_workers)
        episode = open_source(desk, asked)
        done = _made(house, settings, desk, (episode, choices), out)
        view = desk.episode(episode)
    except (Exception, KeyboardInterrupt) as error:
        if as_json:
            answer(episode, None, Drafted(error=_why(error)), time.monotonic() - began)
        raise
    if as_json:
        answer(episode, view, done, time.monotonic() - began)
    else:
        report(view, done, time.monotonic() - began, desk.called(episode))
    if done.error and not done.lost:
        return FAILED
    return SOME_FAILED if done.failures else DONE


def _why(error: BaseException) -> str:
    """What to tell of what ended a draft."""
    if isinstance(error, KeyboardInterrupt):
        return "It was stopped."
    return sentence(error) if isinstance(error, StudioError) else outcome(f"{type(error).__name__}: {error}")


def _made(house: House, settings: Settings, desk: Drafting, order: tuple[str, Choices], out: Path) -> Drafted:
    """Produce and export; what turns out to be damaged is forgotten by then, so once more brings it back.

    So does once more when another command asked for the same, and was interrupted. Nothing is bought to repair what
    was damaged: that is said, and whoever drafts again has asked for it.
    """
    done, broken = Drafted(), False
    for left in reversed(range(_REPAIRS + 1)):
        if lost := desk.losses(*order) or (desk.plan(*order).to_buy if broken else ()):
            return replace(done, lost=lost, error=loss(lost, desk.called(order[0])))
        ended = _produced(house, settings, desk, order)
        done = replace(done, runs=(*done.runs, *filter(None, [ended])))
        done = replace(done, reused=ended.reused if ended else desk.kept(*order))
        if done.gone:
            prices = {item.subject: item.price_micros for item in desk.plan(*order).to_buy}
            done = replace(done, prices={one: prices[one] for one in done.gone & prices.keys()})
        broken = bool(ended and ended.error.startswith(AssetMissing.__name__))
        if left and ended and (broken or ended.error.startswith(INTERRUPTED)):
            continue
        if ended and ended.state is not RunState.DONE:
            return replace(done, error=outcome(ended.error) or f"The production was {ended.state}.")
        try:
            return replace(done, files=desk.export(*order, out))
        except AssetMissing:
            if not left:
                raise
            broken = True
    return done


def _produced(house: House, settings: Settings, desk: Drafting, order: tuple[str, Choices]) -> Progress | None:
    """Make what has to be made and wait for it; None when all is there. Interrupted, it calls its run off."""
    run = desk.produce(*order)
    if run is None:
        return None
    try:
        with _working(house, settings) as worker, _shown() as show:
            return desk.wait(run, show, worker.rest)
    except KeyboardInterrupt:
        desk.interrupt(run)
        raise
    finally:
        leave(settings, house.db, house.roster, say)  # this worker may have been the last


@contextmanager
def _working(house: House, settings: Settings) -> Iterator[Worker]:
    """A worker in this process for as long as it takes; what it makes for others then is taken over."""
    house.crew.warm()
    from studio.production.worker import Worker

    worker = Worker(house, settings.studio_workers, eager=True)
    worker.start()
    try:
        yield worker
    except (KeyboardInterrupt, StorageError):
        worker.leave()  # waiting for the takes under way would take long: the process ends, they are taken over
        raise
    else:
        worker.stop()


@contextmanager
def _shown() -> Iterator[Callable[[Progress], None] | None]:
    """What shows a person how far a run is; None where nobody sees it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    from services.commands.bar import Bar

    with Bar(Console(stderr=True)) as bar:
        yield bar.show


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """End the command in order; asked once more, the process ends at once."""
    for asked_to_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked_to_end, signal.SIG_DFL)
    raise KeyboardInterrupt
