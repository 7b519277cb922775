"""A crew that dies over some takes, fails over others, and answers the rest after a while."""

from __future__ import annotations

import os
import signal
import time
from enum import IntEnum
from pathlib import Path

from studio.crew import Order, Product
from studio.errors import AssetMissing, Invalid

WHILE = 0.7  # seconds a slow take needs


class Fate(IntEnum):
    """What becomes of a take, said by its recipe's seed."""

    MADE = 0
    EXITS = 1
    KILLED = 2
    SLOW = 3
    REFUSED = 4
    LOST = 5
    UNFORESEEN = 6
    HELD = 7  # until there is a file called "go" in its folder


class Mortal:
    """Its product names the process that made it."""

    def perform(self, order: Order) -> Product:
        """Make a take, or die of it."""
        match order.recipe.seed:
            case Fate.EXITS:
                os._exit(3)
            case Fate.KILLED:
                os.kill(os.getpid(), signal.SIGKILL)
            case Fate.SLOW:
                time.sleep(WHILE)
            case Fate.HELD:
                while not (order.folder / "go").exists():
                    time.sleep(0.02)
            case Fate.REFUSED:
                raise Invalid("too green", vendor="mortal", operation="look", cause=lambda: "cannot be sent")
            case Fate.LOST:
                raise AssetMissing("gone", cause="some-content")
            case Fate.UNFORESEEN:
                raise KeyError("unforeseen")
        return Product(order.folder / "take", {"pid": os.getpid()})


def hire(cache: Path, ffmpeg: Path | None) -> Mortal:
    """One for each process."""
    return Mortal()


def hire_nobody(cache: Path, ffmpeg: Path | None) -> Mortal:
    """Dies before there is anybody."""
    os._exit(4)
