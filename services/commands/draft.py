"""`draft`: a source becomes files in a folder, made by a worker in this process."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from rich.console import Console

from services.commands.bar import Bar
from services.commands.sources import Asked, open_source
from services.notices import outcome
from services.settings import Settings
from services.wiring import build_house
from services.writable import check_writable
from studio.desk.desk import Desk
from studio.desk.views import EpisodeView, Failure, Progress
from studio.errors import AssetMissing, StorageError
from studio.people.account import OWNER
from studio.production.film import Choices
from studio.production.house import House
from studio.production.names import INTERRUPTED
from studio.production.run import RunState

if TYPE_CHECKING:
    from studio.production.worker import Worker  # costs a second to import, which a draft of nothing new saves

DONE, FAILED, SOME_FAILED = 0, 1, 3
_REPAIRS = 2  # damaged files a draft makes anew before it gives up


def draft(asked: Asked, choices: Choices, out: Path, *, as_json: bool) -> int:
    """Make an episode and write its files; gives the exit code."""
    began = time.monotonic()
    for asked_to_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked_to_end, _interrupt)
    check_writable(out, "out")
    settings = Settings()
    house = build_house(settings)
    desk = Desk(house, OWNER, at_once=settings.studio_workers)
    episode = open_source(desk, asked)
    ended, files = _made(house, settings, desk, (episode, choices), out)
    if ended and ended.state is not RunState.DONE:
        _say_failed(ended)
        return FAILED
    reused = ended.reused if ended else desk.kept(episode, choices)
    done = _Done(desk.episode(episode), ended, reused, files, time.monotonic() - began)
    (_answer if as_json else _report)(done)
    return SOME_FAILED if ended and ended.failures else DONE


def _made(
    house: House, settings: Settings, desk: Desk, order: tuple[str, Choices], out: Path
) -> tuple[Progress | None, tuple[Path, ...]]:
    """Produce and export; what turns out to be damaged is forgotten by then, so once more makes it anew.

    So does once more when another command asked for the same, and was interrupted.
    """
    for repair in range(_REPAIRS + 1):
        ended = _produced(house, settings, desk, order)
        if ended and ended.error.startswith((AssetMissing.__name__, INTERRUPTED)) and repair < _REPAIRS:
            continue
        if ended and ended.state is not RunState.DONE:
            break
        try:
            return ended, desk.export(*order, out)
        except AssetMissing:
            if repair == _REPAIRS:
                raise
    return ended, ()


def _produced(house: House, settings: Settings, desk: Desk, order: tuple[str, Choices]) -> Progress | None:
    """Make what has to be made and wait for it; None when all is there. Interrupted, it calls its run off."""
    run = desk.produce(*order)
    if run is None:
        return None
    try:
        with _working(house, settings) as worker, Bar(Console(stderr=True)) as bar:

            def watch(seen: Progress) -> None:
                bar.show(seen)
                if worker.trouble and not seen.ended:
                    raise worker.trouble

            return desk.wait(run, watch)
    except KeyboardInterrupt:
        desk.interrupt(run)
        raise


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


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """End the command in order; asked once more, the process ends at once."""
    for asked_to_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked_to_end, signal.SIG_DFL)
    raise KeyboardInterrupt


def _say_failed(ended: Progress) -> None:
    console = Console(stderr=True)
    why = outcome(ended.error) or f"The production was {ended.state}."
    console.print(why, style="bold red", highlight=False, markup=False)
    _list_failures(console, ended.failures)


def _list_failures(console: Console, failures: Sequence[Failure]) -> None:
    for one in failures:
        why = outcome(one.why) or "something it needs failed"
        console.print(f"  not made: {one.subject}: {why}", style="yellow", highlight=False, markup=False)


@dataclass(frozen=True)
class _Done:
    """What came of a draft: the episode, its run if there was one, takes that were there, files, seconds it took."""

    view: EpisodeView
    ended: Progress | None
    reused: int
    files: tuple[Path, ...]
    wall: float

    @property
    def cost(self) -> float:
        """Dollars."""
        return (self.ended.cost_micros if self.ended else 0) / 1_000_000


def _answer(done: _Done) -> None:
    """One JSON object on a line of its own."""
    master = next((file for file in done.files if file.name == "master.mp4"), None)
    failures = done.ended.failures if done.ended else ()
    answer = {
        "episode": done.view.id,
        "master": str(master) if master else None,
        "duration_s": round(done.view.seconds, 3),
        "wall_s": round(done.wall, 3),
        "takes_made": done.ended.made if done.ended else 0,
        "takes_reused": done.reused,
        "failed": [{"subject": one.subject, "why": one.why} for one in failures],
        "silent": [{"line": one.line, "text": one.text, "why": one.why} for one in done.view.silent],
        "cost_usd": done.cost,
    }
    print(json.dumps(answer))  # noqa: T201  the answer itself


def _report(done: _Done) -> None:
    console, ended = Console(), done.ended
    made = f"{ended.made} takes made, {ended.reused} reused" if ended else "nothing had to be made"
    console.print(
        f"[bold]{done.view.title}[/] · {done.view.seconds:.1f} s · {made} · {done.wall:.1f} s · ${done.cost:.2f}",
        highlight=False,
    )
    for file in done.files:
        console.print(f"  {file}", highlight=False, markup=False)
    for line in done.view.silent:
        console.print(
            f"  silent: {line.speaker}: {line.text}: {line.why}", style="yellow", highlight=False, markup=False
        )
    _list_failures(console, ended.failures if ended else ())
