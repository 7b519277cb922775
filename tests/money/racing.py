"""Twenty threads that begin at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from studio.errors import StudioError

RACERS = 20


def race(act: Callable[[int], object]) -> list[object]:
    """What each of twenty threads that begin at the same moment got, or why it was refused."""
    line = Barrier(RACERS)

    def run(number: int) -> object:
        line.wait()
        try:
            return act(number)
        except StudioError as error:
            return type(error)

    with ThreadPoolExecutor(RACERS) as threads:
        return list(threads.map(run, range(RACERS)))
