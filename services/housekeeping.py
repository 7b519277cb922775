"""A worker's chores: idle machines are given back, leaks are listed, and breakers are written down for the pages."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache

from sqlmodel import col, delete

from services.books import look_over
from services.gate.schedule import Schedule
from services.guard import line, vendors
from services.pinging import near
from services.rehearsal import rehearse
from services.rooms import Rooms
from services.settings import Settings
from studio.db import Database, now
from studio.production.chores import Chore
from studio.production.rental import LineState
from studio.takes.roster import Roster

log = logging.getLogger(__name__)
_IDLE, _LEAKS, _LINES, _ROOMS, _BOOKS, _TRIALS, _MODELS = 60.0, 3600.0, 10.0, 300.0, 3600.0, 3600.0, 600.0  # seconds
_PAST = timedelta(days=1)  # what dead workers wrote of their breakers
_PLAYED = {"comfyui": "comfyui_base_url", "local-writer": "local_writer_base_url", "runpod": "runpod_jobs_base_url"}


def chores(
    settings: Settings, db: Database, roster: Roster, rooms: Rooms, offers: Callable[[], None] | None = None
) -> tuple[Chore, ...]:
    """What a worker with these settings does beside its takes: nothing on the offline crew.

    `offers` asks vendors which models they still have.
    """
    made: tuple[Chore, ...] = ()
    if settings.runpod_api_key.get_secret_value() or settings.vast_api_key.get_secret_value():
        machines = cache(lambda: Machines(settings, db, roster))
        made += (
            Chore("leaks", _LEAKS, lambda: machines().check_leaks()),
            Chore("idle machines", _IDLE, lambda: machines().look()),
        )
    if "runpod" in rooms:
        made += (Chore("rooms", _ROOMS, rooms.look),)
    sold = sorted({card.vendor for card in roster.engine if card.vendor and not roster.missing(card)})
    if sold:
        made += (
            Chore("breakers", _LINES, lambda: write_lines(db, sold)),
            Chore("books", _BOOKS, lambda: _check(db, settings)),
        )
    if sold and offers:
        made += (Chore("models", _MODELS, offers),)
    if settings.studio_trial_days:
        trials = Schedule(settings, roster)
        made += (Chore("trials", _TRIALS, lambda: _begin(trials)),)
    if played := [vendor for vendor in sold if near(vendor, settings)]:
        made += (
            Chore("doubles", _LINES, lambda: rehearse(settings.home, played, now() + timedelta(seconds=_LINES * 2))),
        )
    return made


class Machines:
    """The watch over the machines at every host whose key is set."""

    def __init__(
        self, settings: Settings, db: Database, roster: Roster, clock: Callable[[], float] = time.time
    ) -> None:
        from services.gpu.idle import IdleWatch
        from services.gpu.sheet import sheet
        from services.machines import hosts
        from services.rentals import Rentals

        self.table = Rentals(db, roster, {name: str(getattr(settings, base)) for name, base in _PLAYED.items()})
        self._hosts, self._clock = hosts(settings), clock
        self._watch = IdleWatch(self._hosts, self.table, sheet().machines)

    def look(self) -> None:
        """Take a sample of every machine and give back those that are idle."""
        for machine in self._watch.look(self._clock()):
            log.warning("machine.ended host=%s machine=%s name=%s", machine.host, machine.id, machine.name)

    def check_leaks(self) -> None:
        """Write down machines of ours that nobody knows of."""
        leaks = self._watch.leaks()
        self.table.found(leaks)
        for machine in leaks:
            log.warning("machine.leaked host=%s machine=%s name=%s", machine.host, machine.id, machine.name)

    def close(self) -> None:
        """Give the connections back."""
        self._hosts.close()


def _begin(trials: Schedule) -> None:
    """Begin a trial if one is due."""
    if trials.look(now()):
        log.info("trial.begun")


def _check(db: Database, settings: Settings) -> None:
    """Look the books over; what is wrong is in the log and on the health page."""
    look_over(db, settings.home)


def write_lines(db: Database, sold: list[str]) -> None:
    """Write down how this process's lines to these vendors stand."""
    worker = f"{socket.gethostname()}-{os.getpid()}"
    known = [name for name in sold if name in vendors()]
    with db.write() as session:
        session.exec(delete(LineState).where(col(LineState.at) < now() - _PAST))
        for name in known:
            session.merge(LineState(worker=worker, vendor=name, state=line(name).state.value))
