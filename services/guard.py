"""A line to a vendor: how many may talk at once, asking again, and a breaker that stops what is of no use.

One line per vendor and process. What may be asked again is decided by the error alone (services.retry).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import TypeVar

import pybreaker

from services.retry import retrying
from studio.errors import Down
from studio.story.noun import Noun

_FILE = Path(__file__).parents[1] / "data" / "vendors.toml"
T = TypeVar("T")


class Manners(Noun):
    """How a vendor is treated, from data/vendors.toml."""

    name: str
    hosts: tuple[str, ...]  # where its results may lie; a leading dot allows subdomains
    at_once: int = 4  # requests of one process at the same time
    attempts: int = 4
    seconds: float = 120.0  # for all attempts together
    trips: int = 5  # failures in a row after which nothing more is asked
    rest: float = 30.0  # seconds until one request may try again


@cache
def vendors() -> dict[str, Manners]:
    """Every vendor's manners by name."""
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {name: Manners(name=name, **given) for name, given in read["vendor"].items()}


class Line:
    """One vendor's line; safe to use from many threads."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self._seats = BoundedSemaphore(manners.at_once)
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=manners.trips,
            reset_timeout=manners.rest,
            exclude=[lambda error: not isinstance(error, Down)],
            name=manners.name,
            throw_new_error_on_trip=False,  # who met the last failure hears of that, not of the breaker
        )

    @property
    def state(self) -> str:
        """The breaker's: closed (all is well), open (nothing is asked) or half-open (one request tries)."""
        return str(self._breaker.current_state)

    def ask(self, operation: str, call: Callable[[], T], *, attempts: int | None = None) -> T:
        """What the call gives; Busy and Down are asked again, and after too many failures nothing is asked for a while.

        `attempts` limits a call that is less welcome twice than the vendor's manners say.
        """
        for attempt in retrying(attempts=attempts or self.manners.attempts, seconds=self.manners.seconds):
            with attempt:
                return self._once(operation, call)
        raise AssertionError("the last attempt gives or raises")

    def _once(self, operation: str, call: Callable[[], T]) -> T:
        with self._seats:
            try:
                return self._breaker.call(call)
            except pybreaker.CircuitBreakerError as error:
                name = self.manners.name
                detail = f"{name} failed {self.manners.trips} times in a row and is left alone for a moment"
                raise Down(detail, vendor=name, operation=operation, cause=error) from error


@cache
def line(vendor: str) -> Line:
    """The process's line to a vendor; KeyError for one that data/vendors.toml does not name."""
    return Line(vendors()[vendor])
