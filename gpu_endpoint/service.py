"""Jobs of the web service: taken in, done in threads, asked about, called off, and what each caller used."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock, Timer
from typing import Any
from uuid import uuid4

from gpu_endpoint.errors import Cancelled, Refusal
from gpu_endpoint.settings import Settings
from gpu_endpoint.worker import Errand, Worker

_KEPT = 1800.0  # seconds a job is known after its end
_MOST = 64  # jobs that are known after their end
_FINAL = ("COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT")


@dataclass
class Ticket:
    """One job as its caller sees it; times in seconds of the service's clock."""

    id: str
    caller: str
    begun: float
    status: str = "IN_QUEUE"
    output: dict[str, Any] | None = None
    error: str | None = None
    ended: float | None = None
    work_began: float | None = None
    longest: float | None = None  # seconds it may be at work
    late: Timer | None = None
    overtime: bool = False  # it was stopped because it was at work for too long, and not called off
    stop: Event = field(default_factory=Event)

    def told(self) -> dict[str, Any]:
        """The job as the queue's own answer tells of one; `output` is its progress until it has ended."""
        said: dict[str, Any] = {"id": self.id, "status": self.status}
        if self.work_began is not None:
            said["delayTime"] = round((self.work_began - self.begun) * 1000)
        if self.ended is not None:
            said["executionTime"] = round((self.ended - (self.work_began or self.ended)) * 1000)
        if self.output is not None:
            said["output"] = self.output
        if self.error is not None:
            said["error"] = self.error
        return said


@dataclass
class Usage:
    """What one caller had done; `seconds` are the card's."""

    jobs: int = 0
    failed: int = 0
    seconds: float = 0.0


class Full(Exception):
    """As many jobs wait as may."""


@dataclass
class Service:
    """All jobs of one process."""

    worker: Worker
    settings: Settings
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        """Begin with no jobs."""
        self._tickets: dict[str, Ticket] = {}
        self._used: defaultdict[str, Usage] = defaultdict(Usage)
        self._names: dict[str, str] = {}
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(self.settings.queue, thread_name_prefix="job")
        self._busy = self.clock()  # when there was last something to do

    def submit(self, given: object, caller: str, longest: float | None = None) -> Ticket:
        """Take a job in, which is stopped after `longest` seconds of work; Full when too many wait already."""
        with self._lock:
            self._forget()
            if self._waiting() >= self.settings.queue:
                raise Full
            ticket = Ticket(uuid4().hex, caller, self.clock(), longest=longest)
            self._tickets[ticket.id] = ticket
            self._pool.submit(self._done, ticket, given)
            return ticket

    def find(self, number: str) -> Ticket | None:
        """A job that is not forgotten yet."""
        with self._lock:
            self._forget()
            return self._tickets.get(number)

    def cancel(self, ticket: Ticket) -> None:
        """Call a job off; it ends within a step."""
        with self._lock:
            ticket.stop.set()
            if ticket.status not in _FINAL:
                ticket.status = "CANCELLED"

    def usage(self) -> dict[str, Usage]:
        """What every caller used since the start."""
        with self._lock:
            return dict(self._used)

    def name(self, caller: str, name: str) -> None:
        """Note what a caller is called."""
        with self._lock:
            self._names[caller] = name

    def called(self, caller: str) -> str:
        """What a caller is called, where it said."""
        with self._lock:
            return self._names.get(caller, caller)

    def counted(self) -> dict[str, int]:
        """Jobs by their state, as the queue's own health names them."""
        with self._lock:
            states = [one.status for one in self._tickets.values()]
        names = {"IN_QUEUE": "inQueue", "IN_PROGRESS": "inProgress", "COMPLETED": "completed", "FAILED": "failed"}
        return {name: states.count(state) for state, name in names.items()}

    def idle(self) -> float:
        """Seconds since there was last something to do."""
        with self._lock:
            return 0.0 if self._waiting() else self.clock() - self._busy

    def close(self) -> None:
        """Call everything off, and wait until the card is free."""
        with self._lock:
            for ticket in self._tickets.values():
                ticket.stop.set()
        self._pool.shutdown(wait=True)
        self.worker.close()

    def _done(self, ticket: Ticket, given: object) -> None:
        def told(progress: dict[str, Any]) -> None:
            with self._lock:
                if ticket.status not in _FINAL:
                    ticket.output = progress
                    self._begun(ticket, progress["stage"] != "waiting")

        try:
            output = self.worker.answer(given, Errand(ticket.id, told, ticket.stop, ticket.caller))
            self._end(ticket, "COMPLETED", output=output)
        except Cancelled as refusal:
            self._end(ticket, "TIMED_OUT" if ticket.overtime else "CANCELLED", error=refusal.text())
        except Refusal as refusal:
            self._end(ticket, "FAILED", error=refusal.text())

    def _begun(self, ticket: Ticket, work: bool) -> None:
        if work and ticket.work_began is None:
            ticket.status, ticket.work_began = "IN_PROGRESS", self.clock()
            if ticket.longest is not None:
                ticket.late = Timer(ticket.longest, self._stop, (ticket,))
                ticket.late.daemon = True
                ticket.late.start()

    def _stop(self, ticket: Ticket) -> None:
        """Stop a job that is at work for too long; said first, for the job may hear of it at once and end."""
        with self._lock:
            ticket.overtime = ticket.status not in _FINAL
        ticket.stop.set()

    def _end(self, ticket: Ticket, status: str, *, output: dict[str, Any] | None = None, error: str = "") -> None:
        with self._lock:
            if ticket.late:
                ticket.late.cancel()
            # A job that was called off in its last moment has ended all the same, and its result is there.
            ticket.status, ticket.output, ticket.error = status, output, error or None
            ticket.ended = self._busy = self.clock()
            used = self._used[ticket.caller]
            used.jobs += 1
            used.failed += status != "COMPLETED"
            used.seconds += ((output or {}).get("gpu_ms", 0)) / 1000

    def _waiting(self) -> int:
        return sum(one.ended is None for one in self._tickets.values())

    def _forget(self) -> None:
        """Forget jobs that ended long ago, and the oldest when there are many: their outputs are large."""
        over = [one for one in self._tickets.values() if one.ended is not None]
        over.sort(key=lambda one: one.ended or 0.0)
        for number, one in enumerate(over):
            if number < len(over) - _MOST or self.clock() - (one.ended or 0.0) > _KEPT:
                del self._tickets[one.id]
