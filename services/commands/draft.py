"""`draft`: a source becomes files in a folder, made by a worker in this process."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from services.commands.bar import Bar
from services.commands.sources import Asked, open_source
from services.settings import Settings
from services.wiring import build_house
from studio.desk.desk import Desk
from studio.desk.views import Progress
from studio.errors import BadRequest, RenderFailed
from studio.people.account import OWNER
from studio.production.film import Choices
from studio.production.house import House
from studio.production.run import RunState

DONE, FAILED, SOME_FAILED = 0, 1, 3


def draft(asked: Asked, choices: Choices, out: Path, *, as_json: bool) -> int:
    """Make an episode and write its files; gives the exit code."""
    began = time.monotonic()
    _writable(out)
    settings = Settings()
    house = build_house(settings)
    desk = Desk(house, OWNER, at_once=settings.studio_workers)
    episode = open_source(desk, asked)
    run = desk.produce(episode, choices)
    ended: Progress | None = None
    if run:
        with _working(house, settings), Bar(Console(stderr=True)) as bar:
            ended = desk.wait(run, bar.show)
    if ended and ended.state is not RunState.DONE:
        raise RenderFailed(ended.error or f"the production was {ended.state}")
    files = desk.export(episode, choices, out)
    _report(desk, episode, ended, files, time.monotonic() - began, as_json=as_json)
    return SOME_FAILED if ended and ended.failures else DONE


@contextmanager
def _working(house: House, settings: Settings) -> Iterator[None]:
    """A worker in this process for as long as it takes."""
    from studio.production.worker import Worker

    house.crew.warm()
    worker = Worker(house, settings.studio_workers)
    worker.start()
    try:
        yield
    finally:
        worker.stop()
        house.crew.close()


def _writable(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadRequest(f"cannot write to {out}: {error.strerror}", field="out") from error


def _report(
    desk: Desk, episode: str, ended: Progress | None, files: tuple[Path, ...], wall: float, *, as_json: bool
) -> None:
    view = desk.episode(episode)
    failures = ended.failures if ended else ()
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
            "cost_usd": 0.0,
        }
        print(json.dumps(answer))  # noqa: T201  the answer itself
        return
    console = Console()
    made = f"{ended.made} takes made, {ended.reused} reused" if ended else "nothing had to be made"
    console.print(f"[bold]{view.title}[/] · {view.seconds:.1f} s · {made} · {wall:.1f} s · $0.00", highlight=False)
    for file in files:
        console.print(f"  {file}", highlight=False, markup=False)
    for one in failures:
        console.print(
            f"  not made: {one.subject}: {one.why or 'something it needs failed'}", style="yellow", markup=False
        )
