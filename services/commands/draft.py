"""`draft`: a source becomes files in a folder, made by a worker in this process."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from services.commands.bar import Bar
from services.commands.sources import Asked, open_source
from services.notices import outcome
from services.settings import Settings
from services.wiring import build_house, check_writable
from studio.desk.desk import Desk
from studio.desk.views import Failure, Progress
from studio.errors import AssetMissing, StorageError
from studio.people.account import OWNER
from studio.production.film import Choices
from studio.production.house import House
from studio.production.run import RunState

if TYPE_CHECKING:
    from studio.production.worker import Worker  # costs a second to import, which a draft of nothing new saves

DONE, FAILED, SOME_FAILED = 0, 1, 3
_REPAIRS = 2  # damaged files a draft makes anew before it gives up


def draft(asked: Asked, choices: Choices, out: Path, *, as_json: bool) -> int:
    """Make an episode and write its files; gives the exit code."""
    began = time.monotonic()
    check_writable(out, "out")
    settings = Settings()
    house = build_house(settings)
    desk = Desk(house, OWNER, at_once=settings.studio_workers)
    episode = open_source(desk, asked)
    ended, files = _made(house, settings, desk, (episode, choices), out)
    if ended and ended.state is not RunState.DONE:
        _say_failed(ended)
        return FAILED
    _report(desk, episode, ended, files, time.monotonic() - began, as_json=as_json)
    return SOME_FAILED if ended and ended.failures else DONE


def _made(
    house: House, settings: Settings, desk: Desk, order: tuple[str, Choices], out: Path
) -> tuple[Progress | None, tuple[Path, ...]]:
    """Produce and export; what turns out to be damaged is forgotten by then, so once more makes it anew."""
    for repair in range(_REPAIRS + 1):
        ended = _produced(house, settings, desk, order)
        if ended and ended.error.startswith(AssetMissing.__name__) and repair < _REPAIRS:
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
    """Make what has to be made and wait for it; None when all is there."""
    run = desk.produce(*order)
    if run is None:
        return None
    with _working(house, settings) as worker, Bar(Console(stderr=True)) as bar:

        def watch(seen: Progress) -> None:
            bar.show(seen)
            if worker.trouble and not seen.ended:
                raise worker.trouble

        return desk.wait(run, watch)


@contextmanager
def _working(house: House, settings: Settings) -> Iterator[Worker]:
    """A worker in this process for as long as it takes."""
    house.crew.warm()
    from studio.production.worker import Worker

    worker = Worker(house, settings.studio_workers)
    worker.start()
    try:
        yield worker
    except (KeyboardInterrupt, StorageError):
        worker.leave()  # waiting for the takes under way would take long: the process ends, they are taken over
        raise
    else:
        worker.stop()
        house.crew.close()


def _say_failed(ended: Progress) -> None:
    console = Console(stderr=True)
    why = outcome(ended.error) or f"The production was {ended.state}."
    console.print(why, style="bold red", highlight=False, markup=False)
    _list_failures(console, ended.failures)


def _list_failures(console: Console, failures: Sequence[Failure]) -> None:
    for one in failures:
        why = outcome(one.why) or "something it needs failed"
        console.print(f"  not made: {one.subject}: {why}", style="yellow", highlight=False, markup=False)


def _report(
    desk: Desk, episode: str, ended: Progress | None, files: tuple[Path, ...], wall: float, *, as_json: bool
) -> None:
    view = desk.episode(episode)
    failures = ended.failures if ended else ()
    silent = [{"line": one.line, "text": one.text, "why": one.why} for one in view.silent]
    master = next((file for file in files if file.name == "master.mp4"), None)
    if as_json:
        answer = {
            "episode": episode,
            "master": str(master) if master else None,
            "duration_s": round(view.seconds, 3),
            "wall_s": round(wall, 3),
            "takes_made": ended.made if ended else 0,
            "takes_reused": ended.reused if ended else desk.kept(episode),
            "failed": [{"subject": one.subject, "why": one.why} for one in failures],
            "silent": silent,
            "cost_usd": 0.0,
        }
        print(json.dumps(answer))  # noqa: T201  the answer itself
        return
    console = Console()
    made = f"{ended.made} takes made, {ended.reused} reused" if ended else "nothing had to be made"
    console.print(f"[bold]{view.title}[/] · {view.seconds:.1f} s · {made} · {wall:.1f} s · $0.00", highlight=False)
    for file in files:
        console.print(f"  {file}", highlight=False, markup=False)
    for line in view.silent:
        console.print(
            f"  silent: {line.speaker}: {line.text}: {line.why}", style="yellow", highlight=False, markup=False
        )
    _list_failures(console, failures)
