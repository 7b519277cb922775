"""Patience: who works for a run waits while a vendor is busy or down, or the vault away, as takes on a queue do."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from studio.errors import Busy, CalledOff, Down, VaultDown, VendorError
from studio.production.house import House
from studio.production.run import Run, RunState

_LOOK = 1.0  # seconds between looks at whether somebody still waits
T = TypeVar("T")


def patiently(house: House, run: str, vendor: str, ask: Callable[[], T], put_off: Callable[[VendorError], object]) -> T:
    """What is asked, for a run; while its vendor is busy or down `put_off` is told, and then it is asked again.

    Raises what the vendor said last when that takes too long, CalledOff as soon as the run does not go on.
    """
    waited = 0.0
    while True:
        began = time.monotonic()
        try:
            return ask()
        except (Busy, Down) as error:
            waited += time.monotonic() - began
            pause = house.waits.pause(error, vendor, waited)
            if not pause:
                raise
            put_off(error)
        _rest(house, run, pause / house.waits.haste)
        waited += pause


def outlasting(house: House, run: str, work: Callable[[], T]) -> T:
    """What comes of some work for a run, begun again while the vault does not answer.

    Raises VaultDown when that takes too long, or the run is called off meanwhile.
    """
    waited = 0.0
    while True:
        try:
            return work()
        except VaultDown as error:
            pause = house.waits.pause(error, "", waited)
            with house.db.read() as session:
                wanted = session.get_one(Run, run).state in (RunState.QUEUED, RunState.RUNNING)
            if not (pause and wanted):
                raise
            waited += pause
            time.sleep(pause / house.waits.haste)


def _rest(house: House, run: str, seconds: float) -> None:
    """Let so long pass, and look whether somebody still waits."""
    until = time.monotonic() + seconds
    while True:
        time.sleep(max(0.0, min(until - time.monotonic(), _LOOK)))
        with house.db.read() as session:
            if session.get_one(Run, run).state != RunState.RUNNING:
                raise CalledOff("it was called off before its vendor had room for it")
        if time.monotonic() >= until:
            return
