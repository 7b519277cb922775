"""`status`: how far episodes are."""

from __future__ import annotations

import json

from rich.console import Console
from rich.table import Table

from services.settings import Settings
from services.wiring import open_desk
from studio.desk.views import EpisodeView


def status(episode: str, *, as_json: bool) -> None:
    """Print one episode, or all."""
    desk = open_desk(Settings())
    views = (desk.episode(episode),) if episode else desk.episodes()
    if as_json:
        shown = [view.model_dump(mode="json") for view in views]
        print(json.dumps(shown[0] if episode else shown))  # noqa: T201  the answer itself
        return
    console = Console()
    if not views:
        console.print('No episodes yet. Begin with: python -m studio draft "your pitch" --out my-episode')
        return
    table = Table("episode", "title", "state", "takes", "length")
    for view in views:
        table.add_row(view.id, view.title, _state(view), _count(view), f"{view.seconds:.1f} s")
    console.print(table)
    for one in (failure for view in views if view.progress for failure in view.progress.failures):
        console.print(f"not made: {one.subject}: {one.why or 'something it needs failed'}", markup=False)


def _state(view: EpisodeView) -> str:
    return view.progress.state if view.progress else "not begun"


def _count(view: EpisodeView) -> str:
    return f"{view.progress.done} of {view.progress.total}" if view.progress else ""
