"""A progress bar of a run: stage, count and time left."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from services.notices import stage
from studio.desk.views import Progress as RunProgress

_AGAIN = 4  # times a second it is drawn


class Bar:
    """A bar on a terminal's console; use as a context."""

    def __init__(self, console: Console) -> None:
        self._bar = Progress(
            TextColumn("{task.description:<20}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}"),
            console=console,
            transient=True,
            refresh_per_second=_AGAIN,
        )
        self._task = self._bar.add_task("Starting", total=None, left="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def show(self, seen: RunProgress) -> None:
        """Show a run as it stands."""
        left = f"about {seen.seconds_left:.0f} s left" if seen.seconds_left >= 1 else ""
        words = stage(seen.stage)
        self._bar.update(self._task, description=words, completed=seen.done, total=seen.total or None, left=left)
