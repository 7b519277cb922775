"""The progress bar says what is being done, how much of it is done, and how long the rest takes."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from services.commands.bar import Bar
from studio.db import now
from studio.desk.views import Progress
from studio.production.run import RunState


def seen(stage: str, done: int, total: int, left: float) -> Progress:
    """A run as it stands."""
    return Progress(
        run="r", episode="e", state=RunState.RUNNING, stage=stage, done=done, total=total, made=done, reused=0,
        stale=0, seconds_left=left, started=now(),
    )  # fmt: skip


def drawn(*views: Progress) -> str:
    """The last line a person saw."""
    console = Console(file=StringIO(), force_terminal=True, color_system=None, width=100)
    with Bar(console) as bar:
        for one in views:
            bar.show(one)
    assert isinstance(console.file, StringIO)
    return next(line for line in reversed(console.file.getvalue().splitlines()) if "/" in line)


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (seen("clip", 3, 12, 41.6), ("Moving the shots", " 3/12", "about 42 s left")),
        (seen("speech", 0, 7, 1.0), ("Speaking the lines", "0/7", "about 1 s left")),
        (seen("script", 0, 0, 0.0), ("Writing the script", "0/?")),
    ],
)
def test_stage_count_and_time_left_are_shown(view: Progress, words: tuple[str, ...]) -> None:
    line = drawn(view)
    assert [word for word in words if word not in line] == []


def test_the_last_second_is_not_counted_down() -> None:
    assert "left" not in drawn(seen("clip", 1, 12, 9.0), seen("master", 12, 12, 0.4))


def test_the_bar_fills() -> None:
    none, half, whole = (drawn(seen("clip", done, 10, 5.0)).count("━") for done in (0, 5, 10))
    assert none == 0
    assert whole > 20
    assert half == whole / 2
