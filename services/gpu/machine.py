"""A machine with a card that is rented whole, and what a vendor of such machines must be able to do."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from pydantic import Field

from studio.story.noun import Noun


class Condition(StrEnum):
    """What state a machine is in."""

    COMING = "coming"  # being prepared
    RUNNING = "running"
    STOPPED = "stopped"  # paid for its disk only
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Load(Noun):
    """How busy a machine says it is: the busiest card and the processor, in percent; None where it does not say."""

    uptime: float | None = None  # seconds
    gpu: float | None = None
    cpu: float | None = None


class Machine(Noun):
    """One machine of ours; `micros_an_hour` is what it costs now."""

    host: str
    id: str = Field(min_length=1)
    name: str
    condition: Condition
    gpu: str = ""
    address: str = ""  # where its port can be reached; empty while it cannot
    micros_an_hour: int = 0
    locked: bool = False  # the vendor's owner forbade to stop it
    load: Load = Load()


class Wanted(Noun):
    """What is wanted of a machine. The name is what it is found by after an answer that was lost."""

    name: str
    image: str
    env: dict[str, str] = {}  # noqa: RUF012  pydantic copies defaults


def named(machines: Sequence[Machine], name: str) -> Machine | None:
    """The machine of this name among them."""
    return next((one for one in machines if one.name == name), None)


class Host(Protocol):
    """A vendor of machines. Errors as of every vendor; Busy when none of the wanted cards is to be had now."""

    @property
    def name(self) -> str:
        """As in data/gpu.toml."""
        ...

    def machines(self) -> Sequence[Machine]:
        """Ours there, known by their names' prefix."""
        ...

    def start(self, wanted: Wanted) -> Machine:
        """Rent one, or give the one that has this name already: asking twice rents once."""
        ...

    def end(self, machine: str) -> None:
        """Give a machine back for good; one that is gone already is done."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...
