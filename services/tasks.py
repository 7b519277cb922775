"""Tasks: work that keeps a processor busy, handed to a process of the crew so that whoever orders takes stays free."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Do(Protocol):
    """Has a task done. The task can be pickled and done twice, and reads and writes nothing but files."""

    def __call__(self, task: Callable[[], T], /) -> T:
        """What comes of the task, or what it raises; RenderFailed when processes ended over it."""
        ...


def here(task: Callable[[], T], /) -> T:
    """Do a task in this process."""
    return task()
