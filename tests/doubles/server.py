"""A vendor's double: a small server on 127.0.0.1 that speaks the real wire, fails on demand and counts what it bills.

Every double is a Starlette application made by its own file; this one serves it in a thread and keeps the books that
journeys compare with the studio's ledger.
"""

from __future__ import annotations

import random
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Literal

import uvicorn
from starlette.types import ASGIApp


class Fault(StrEnum):
    """What a double can do wrong; each says in its own file how that looks on its wire."""

    BUSY = "busy"  # 429, with a Retry-After where the vendor sends one
    DOWN = "down"  # a 5xx; nothing was accepted
    DENIED = "denied"  # 401
    LOST_BEFORE = "lost before"  # the connection ends before the request was accepted
    LOST_AFTER = "lost after"  # accepted and billed, but the answer never comes
    TRUNCATED = "truncated"  # the body ends too early
    GARBLED = "garbled"  # an answer that is not what it should be: wrong JSON, black picture, silence
    FAILED = "failed"  # the job ends in failure after work was done
    EXPIRED = "expired"  # the result is gone when it is fetched
    LATE = "late"  # progress comes after the end, or out of order


@dataclass
class Schedule:
    """Which requests go wrong: named ones once each (`script`), then a share of the rest by a seeded dice."""

    script: dict[str, list[Fault]] = field(default_factory=dict)  # operation -> faults of its next requests
    share: float = 0.0
    seed: int = 0
    among: tuple[Fault, ...] = ()  # what the dice may bring
    cap: int = 2  # faults in a row of one operation and key, so that a patient caller gets through
    only: dict[Fault, tuple[str, ...]] = field(default_factory=dict)  # where the dice may bring it: once a key
    brought: list[tuple[str, str, Fault]] = field(default_factory=list)  # operation, key and fault of what went wrong
    asked: int = 0

    def __post_init__(self) -> None:
        self._dice, self._row, self._lock = random.Random(self.seed), Counter[str](), Lock()
        self._once: set[str] = set()

    def next(self, operation: str, key: str = "", *, can: tuple[Fault, ...] = tuple(Fault)) -> Fault | None:
        """The fault of this request, if any; `key` tells requests for the same thing."""
        with self._lock:
            fault = self._drawn(operation, key, can)
            self.asked += 1
            self.brought += [(operation, key, fault)] if fault else []
            return fault

    def _drawn(self, operation: str, key: str, can: tuple[Fault, ...]) -> Fault | None:
        name = f"{operation} {key}"
        waiting = self.script.get(operation)
        if waiting and not (waiting[0] in self.only and name in self._once):
            fault = waiting.pop(0)
            self._once |= {name} if fault in self.only else set()
            return fault
        barred = [one for one, places in self.only.items() if operation not in places or name in self._once]
        among = [one for one in self.among if one in can and one not in barred]
        if among and self._row[name] < self.cap and self._dice.random() < self.share:
            self._row[name] += 1
            fault = self._dice.choice(among)
            self._once |= {name} if fault in self.only else set()
            return fault
        self._row[name] = 0
        return None


@dataclass
class Books:
    """What was asked (operation -> count) and what would have been billed (request id -> micro-dollars)."""

    asked: Counter[str] = field(default_factory=Counter)
    billed: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def ask(self, operation: str) -> None:
        """Count a request."""
        with self._lock:
            self.asked[operation] += 1

    def bill(self, request: str, micros: int) -> None:
        """Bill a request; the same id again is the same bill."""
        with self._lock:
            self.billed[request] = micros

    @property
    def total(self) -> int:
        """Everything billed, in micro-dollars."""
        with self._lock:
            return sum(self.billed.values())


@contextmanager
def serving(make: Callable[[str], ASGIApp], http: Literal["auto", "h11", "httptools"] = "auto") -> Iterator[str]:
    """Serve what `make` gives for its own base URL on a free port of 127.0.0.1 until the block ends; gives the URL."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    config = uvicorn.Config(make(url), log_level="critical", lifespan="off", timeout_graceful_shutdown=1, http=http)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    deadline = monotonic() + 240
    while not server.started and monotonic() < deadline:
        sleep(0.005)
    try:
        yield url
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
