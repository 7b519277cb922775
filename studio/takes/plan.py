"""The plan of an episode: what is current, stale or missing, with price and time, before anything runs."""

from __future__ import annotations

from enum import StrEnum

from studio.story.noun import Noun
from studio.takes.recipe import TakeKind


class State(StrEnum):
    CURRENT = "current"  # the circled take is of what the script says now
    STALE = "stale"  # it was made of something else
    MISSING = "missing"  # there is none


class PlanItem(Noun):
    """One subject: its state and why, the engine that would make it, price and work."""

    subject: str
    kind: TakeKind
    state: State
    why: str = ""
    own: bool = False  # a person brought the take that is there
    made_now: bool = False  # this production would make it
    fingerprint: str = ""  # of the take that is there
    engine: str = ""
    back: str = ""  # fingerprint of the very take that is brought back: it was made, and its file was damaged or gone
    fetched: bool = False  # its vendor, who made it, is asked for it once more: that costs nothing
    price_micros: int = 0  # likely
    low_micros: int = 0
    ceiling_micros: int = 0  # at the most: what is held for it
    seconds: float = 0.0  # of work on one core


class Plan(Noun):
    """Every subject of an episode in the order it is made."""

    items: tuple[PlanItem, ...]

    @property
    def to_make(self) -> tuple[PlanItem, ...]:
        """What this production would make."""
        return tuple(item for item in self.items if item.made_now)

    @property
    def to_buy(self) -> tuple[PlanItem, ...]:
        """What of that would be paid for."""
        return tuple(item for item in self.to_make if item.ceiling_micros)

    @property
    def price_micros(self) -> int:
        """What it would cost, in micro-dollars."""
        return sum(item.price_micros for item in self.to_make)

    @property
    def low_micros(self) -> int:
        """What it would cost at the least."""
        return sum(item.low_micros for item in self.to_make)

    @property
    def ceiling_micros(self) -> int:
        """What it would cost at the most: that is held while it is made."""
        return sum(item.ceiling_micros for item in self.to_make)

    @property
    def work_seconds(self) -> float:
        """Its work in seconds of one core."""
        return sum(item.seconds for item in self.to_make)
