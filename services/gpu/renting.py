"""A machine for our own engines, rented when a job asks for one, and reached with the jobs' own operations.

It is ended by whoever looks for idle machines, never here, unless it does not come to life.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol
from uuid import uuid4

from services.gpu.answers import Health, Status
from services.gpu.hosts import Hosts
from services.gpu.jobs import VENDOR, Check, Job, Jobs
from services.gpu.machine import Condition, Machine, Wanted
from services.gpu.sheet import Machines
from services.http import client, faults
from services.retry import PATIENCE, Patience
from studio.errors import Busy, Down, Garbled

_LOOK = 5.0  # seconds between looks at a machine that is coming
_HERE = (Condition.COMING, Condition.RUNNING)
_LOADING, _FAILS = 204, 500


def answers(machine: Machine) -> bool:
    """Whether what runs on a machine answers; it says 204 while it loads."""
    try:
        with client(machine.address, {}, seconds=10.0) as http, faults(machine.host, "health"):
            status = http.get("/health").status_code
    except Down:
        return False
    return status != _LOADING and status < _FAILS


class RentalBook(Protocol):
    """Where rented machines are written down, for every worker of the studio."""

    def rented(self, machine: Machine) -> None:
        """A machine is rented, and is paid for from now on at the latest."""
        ...

    def ended(self, machine: Machine, at: float, why: str) -> None:
        """A machine was given back at this time, in seconds of the wall clock."""
        ...

    def take_turn(self, name: str, whose: str) -> bool:
        """Whether nobody but this one may rent the machine of a name for the next minutes; asked again, for longer."""
        ...

    def leave_turn(self, name: str, whose: str) -> None:
        """Let others rent it."""
        ...


@dataclass
class Renting:
    """Keeps one machine of a name at one of the hosts, in all workers together; `awake` says whether it answers."""

    hosts: Hosts
    wanted: Wanted
    rule: Machines
    book: RentalBook
    awake: Callable[[Machine], bool] = answers
    patience: Patience = PATIENCE
    _lock: Lock = field(default_factory=Lock, init=False)

    def ready(self, check: Check | None = None) -> Machine:
        """The machine, once it answers; rented now if there is none.

        A host without cards is waited for, then the next is asked (see Hosts.start). Raises what the last one says, or
        Down for a machine that does not come to life and was given back; `check` raises when nobody waits any more.
        """
        patience = self.patience.heeding(check) if check else self.patience
        with self._lock:
            machine = self.found() or self._rented(patience)
            self.book.rented(machine)
            return self._awaited(machine, patience)

    def found(self) -> Machine | None:
        """The machine that is there already; Down when a host does not say, for it may be there."""
        machines, silent = self.hosts.machines()
        here = [one for one in machines if one.name == self.wanted.name and one.condition in _HERE]
        if not here and silent:
            names = " and ".join(sorted(silent))
            raise Down(f"{names} does not say which machines are ours", vendor=names, operation="machines")
        return here[0] if here else None

    def _rented(self, patience: Patience) -> Machine:
        """Rent the machine when it is this worker's turn, unless whoever had it before has rented it by then."""
        name, me = self.wanted.name, uuid4().hex
        until = patience.clock() + self.rule.patience * (len(self.hosts.hosts) + 1)
        try:
            while True:
                if not self.book.take_turn(name, me):
                    patience.sleep(_LOOK)
                elif machine := self.found():
                    return machine
                elif machine := self._started(until, patience):
                    self.book.rented(machine)
                    return machine
        finally:
            self.book.leave_turn(name, me)

    def _started(self, until: float, patience: Patience) -> Machine | None:
        """A machine, or None after a moment when nobody has a card; Busy when that was so for too long."""
        try:
            return self.hosts.start(self.wanted)
        except Busy as error:
            if patience.clock() >= until:
                raise
            patience.sleep(error.after or _LOOK)
        return None

    def _awaited(self, machine: Machine, patience: Patience) -> Machine:
        until = patience.clock() + self.rule.idle.grace
        while not (machine.condition is Condition.RUNNING and machine.address and self.awake(machine)):
            if patience.clock() >= until:
                self.hosts.end(machine)
                self.book.ended(machine, time.time(), "it did not come to life")
                detail = f"the machine {machine.name} at {machine.host} did not come to life"
                raise Down(detail, vendor=machine.host, operation="machines")
            patience.sleep(_LOOK)
            with suppress(Down):  # a host that does not say now may say it at the next look
                machine = self.found() or machine
        return machine


class RentedJobs:
    """The jobs of an endpoint, on a machine that is rented for them: what Jobs does, for Work and Watch."""

    hired = True

    def __init__(self, renting: Renting, endpoint: str, at: Callable[[str], Jobs]) -> None:
        """`at` gives the jobs that are asked for at a machine's address."""
        self.endpoint = endpoint
        self._renting, self._at = renting, at
        self._known: dict[str, Jobs] = {}

    def run(self, job: Job, check: Check | None = None) -> str:
        """Submit a job to the machine, which is rented first where there is none."""
        return self._on(self._renting.ready(check)).run(job, check)

    def status(self, ticket: str, check: Check | None = None) -> Status:
        """How a job stands; Garbled when its machine is gone, and its work with it."""
        return self._there(ticket).status(ticket, check)

    def cancel(self, ticket: str) -> Status:
        """Call a job off."""
        return self._there(ticket).cancel(ticket)

    def health(self) -> Health:
        """Somebody is there or comes as soon as there is a job."""
        return Health(workers={"initializing": 1})

    def close(self) -> None:
        """Give the connections back."""
        for jobs in self._known.values():
            jobs.close()

    def _there(self, ticket: str) -> Jobs:
        machine = self._renting.found()
        if machine is None or not machine.address:
            detail = f"the machine on which the job {ticket} ran is gone"
            raise Garbled(detail, vendor=VENDOR, operation="status", request=ticket)
        return self._on(machine)

    def _on(self, machine: Machine) -> Jobs:
        if machine.address not in self._known:
            self._known[machine.address] = self._at(machine.address)
        return self._known[machine.address]
