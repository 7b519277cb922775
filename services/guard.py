"""A line to a vendor: how many may talk at once, asking again, and a breaker that stops what is of no use.

One line per vendor and process. What may be asked again is decided by the error alone (services.retry). A vendor that
says when to come back is not asked before by anybody: a storm of refusals slows a crowd down and fails nobody.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import TypeVar

from pydantic import Field

from services.breaker import Breaker, State
from services.retry import PATIENCE, Patience, retrying
from studio.errors import Busy, Down, LeftAlone, Unclear, VendorError
from studio.story.noun import Noun

_FILE = Path(__file__).parents[1] / "data" / "vendors.toml"
_SPREAD = 0.5  # seconds over which those who waited for the same moment come back
T = TypeVar("T")


class Manners(Noun):
    """How a vendor is treated, from data/vendors.toml."""

    name: str
    hosts: tuple[str, ...]  # where its results may lie; a leading dot allows subdomains
    at_once: int = 4  # requests of one process at the same time
    takes: int = 4  # takes under way at the same time, in all workers together
    rate: int | None = None  # takes begun there in a minute, in all workers together
    share: float = Field(1.0, gt=0, le=1)  # of the takes and of the rate, what one account of several may have
    attempts: int = 4
    seconds: float = 120.0  # for all attempts together
    waits: float = 1800.0  # seconds a take that is turned away as too many waits in all, holding no place
    trips: int = 5  # failures in a row after which nothing more is asked
    rest: float = 30.0  # seconds until one request may try again

    def homes(self, *bases: str) -> tuple[str, ...]:
        """Where results may be fetched from when the vendor is asked at these base URLs (services.http.fetch)."""
        return (*self.hosts, *(base for base in bases if base))


@cache
def vendors() -> dict[str, Manners]:
    """Every vendor's manners by name."""
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {name: Manners(name=name, **given) for name, given in read["vendor"].items()}


class Line:
    """One vendor's line; safe to use from many threads."""

    def __init__(self, manners: Manners, patience: Patience = PATIENCE) -> None:
        self.manners = manners
        self._patience = patience
        self._seats = BoundedSemaphore(manners.at_once)
        self._breaker = Breaker(manners.trips, manners.rest, patience.clock)
        self._quiet = 0.0  # the vendor asked not to be asked before this moment
        self._failed = ""  # why, the last time

    @property
    def state(self) -> State:
        """The breaker's: closed (all is well), open (nothing is asked) or half-open (one request tries)."""
        return self._breaker.state

    def ask(
        self,
        operation: str,
        call: Callable[[], T],
        *,
        attempts: int | None = None,
        seconds: float | None = None,
        check: Callable[[], None] | None = None,
        storms: bool = False,
    ) -> T:
        """What the call gives; Busy and Down are asked again, and after too many failures nothing is asked for a while.

        `attempts` and `seconds` limit a call that is less welcome twice than the vendor's manners say; `check` raises
        when there is nothing to wait for any more (Errand.check). Waiting for a seat, for the vendor's own time or for
        a rest costs no attempt, only the time all attempts share; with `storms` neither does being turned away as too
        many, for what is on no queue of its vendor's.
        """
        patience = self._patience.heeding(check) if check else self._patience
        most = self.manners.seconds if seconds is None else seconds
        until = patience.clock() + most
        tries = attempts or self.manners.attempts
        for attempt in retrying(attempts=tries, seconds=most, patience=patience, storms=storms):
            with attempt, self._seat(operation, until):
                return self._once(operation, call, until, patience)
        raise AssertionError("the last attempt gives or raises")

    @contextmanager
    def _seat(self, operation: str, until: float) -> Iterator[None]:
        left = max(0.0, until - self._patience.clock())
        if not self._seats.acquire(timeout=left):
            raise self._later("has as many requests of ours as it takes at once", operation, self.manners.seconds)
        try:
            yield
        finally:
            self._seats.release()

    def _once(self, operation: str, call: Callable[[], T], until: float, patience: Patience) -> T:
        self._admitted(operation, until, patience)
        try:
            given = call()
        except (Down, Unclear) as error:
            self._breaker.failed()
            self._failed = error.detail
            raise
        except VendorError as error:
            self._breaker.succeeded()
            if isinstance(error, Busy) and error.after is not None:
                self._quiet = max(self._quiet, self._patience.clock() + error.after)
            raise
        except BaseException:
            self._breaker.left()
            raise
        self._breaker.succeeded()
        return given

    def _admitted(self, operation: str, until: float, patience: Patience) -> None:
        """Wait until the vendor may be asked; Busy at once when that is later than the time there is."""
        while True:
            now = patience.clock()
            quiet = max(0.0, self._quiet - now)
            wait = quiet or self._breaker.admit()
            if not wait:
                return
            if now + wait > until:
                if quiet:
                    raise self._later("asked to be left alone for a while", operation, wait)
                tired = f"failed {self.manners.trips} times in a row and is left alone for a while"
                raise self._later(f"{tired}, the last time: {self._failed}", operation, wait, LeftAlone)
            patience.sleep(wait + patience.spread(0, _SPREAD))

    def _later(self, why: str, operation: str, after: float, kind: type[Busy] = Busy) -> Busy:
        error = kind(f"{self.manners.name} {why}", vendor=self.manners.name, operation=operation)
        error.after = after
        return error


@cache
def line(vendor: str) -> Line:
    """The process's line to a vendor; KeyError for one that data/vendors.toml does not name."""
    return Line(vendors()[vendor])
