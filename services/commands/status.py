"""`status`: how far episodes are."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.notices import outcome
from services.settings import Settings
from services.wiring import open_desk
from studio.desk.desk import Desk
from studio.desk.views import Failure
from studio.money.amount import dollars


def status(episode: str, *, as_json: bool) -> None:
    """Print one episode in full, or all in a list."""
    desk = open_desk(Settings())
    if episode:
        _one(desk, episode, as_json=as_json)
    else:
        _all(desk, as_json=as_json)


def _all(desk: Desk, *, as_json: bool) -> None:
    rows = desk.episodes()
    if as_json:
        print(json.dumps([row.model_dump(mode="json") for row in rows]))  # noqa: T201  the answer itself
        return
    if not rows:
        Console().print('No episodes yet. Begin with: python -m studio draft "your pitch" --out my-episode')
        return
    table = Table("episode", "title", "state", "takes", "failed", "length", "cost")
    for row in rows:
        count = f"{row.done} of {row.total}" if row.state else ""
        cost = dollars(row.cost_micros)
        state = row.state or "not begun"
        table.add_row(row.id, escape(row.title), state, count, str(row.failed or ""), f"{row.seconds:.1f} s", cost)
    Console().print(table)
    for row in rows:
        if row.failed:
            _say_failures(desk.progress(row.run).failures, desk.called(row.id))


def _one(desk: Desk, episode: str, *, as_json: bool) -> None:
    view = desk.episode(episode)
    if as_json:
        print(view.model_dump_json())  # noqa: T201  the answer itself
        return
    seen = view.progress
    table = Table("episode", "title", "state", "takes", "length")
    count = f"{seen.done} of {seen.total}" if seen else ""
    table.add_row(view.id, escape(view.title), seen.state if seen else "not begun", count, f"{view.seconds:.1f} s")
    Console().print(table)
    if seen and seen.failures:
        _say_failures(seen.failures, desk.called(view.id))


def _say_failures(failures: Sequence[Failure], called: Callable[[str], str]) -> None:
    for one in failures:
        why = outcome(one.why) or "something it needs failed"
        Console().print(f"not made: {called(one.subject)}: {why}", markup=False, highlight=False)
