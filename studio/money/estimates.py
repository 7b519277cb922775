"""Estimates: what a take will use of its price card's units, by the rules of data/estimates.toml."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from pydantic import NonNegativeInt, PositiveInt

from studio.errors import RateMissing
from studio.story.noun import Noun

_ANY = "*"


class Measure(StrEnum):
    """What a quantity grows with."""

    TAKE = "take"
    SECOND = "second"
    STARTED_SECOND = "started_second"
    LETTER = "letter"
    PASS = "pass"  # noqa: S105  a pass of an engine


class Ask(Noun):
    """What a take is asked for, as far as its price goes: letters spoken or read, milliseconds of film, pixels.

    `slack` is how many milliseconds longer it may turn out, while its lines are not spoken yet; the ceiling counts it.
    """

    kind: str
    letters: NonNegativeInt = 0
    ms: NonNegativeInt = 0
    slack: NonNegativeInt = 0
    width: NonNegativeInt = 0
    height: NonNegativeInt = 0

    @property
    def size(self) -> str:
        """Tells takes of a kind apart that differ in price: "4s 1280x720"."""
        seconds = f"{-(-self.ms // 1000)}s" if self.ms else ""
        return f"{seconds} {self.width}x{self.height}".strip() if self.width else seconds


class Rule(Noun):
    """How an engine's takes of a kind (or any, "*") use units.

    `low` and `ceiling` are hundredths of what is likely; `spare` is added to the ceiling.
    """

    engine: str
    kind: str
    units: dict[str, dict[Measure, NonNegativeInt]]
    pass_ms: PositiveInt = 1
    most_passes: PositiveInt = 1
    low: PositiveInt = 100
    ceiling: PositiveInt = 100
    spare: dict[str, NonNegativeInt] = {}  # noqa: RUF012  pydantic copies defaults
    learns: bool = False

    def quantities(self, ask: Ask, share: int = 100) -> dict[str, int]:
        """Whole quantities by unit at so many hundredths of what is likely, rounded up."""
        measures = self._measures(ask)
        exact = {unit: sum(measures[one] * number for one, number in of.items()) for unit, of in self.units.items()}
        return {unit: -(-quantity * share // 100).__floor__() for unit, quantity in exact.items()}

    def ceilings(self, ask: Ask) -> dict[str, int]:
        """The quantities that are held for."""
        longest = ask.model_copy(update={"ms": ask.ms + ask.slack})
        most = self.quantities(longest, self.ceiling)
        return {unit: quantity + self.spare.get(unit, 0) for unit, quantity in most.items()}

    def size(self, ask: Ask) -> str:
        """What takes are told apart by that cost otherwise: "5s 1280x720 in 2" takes twice what "5s 1280x720" does."""
        counts = any(Measure.PASS in of for of in self.units.values())
        return f"{ask.size} in {passes}" if counts and (passes := self._passes(ask)) > 1 else ask.size

    def _passes(self, ask: Ask) -> int:
        return min(self.most_passes, max(1, -(-ask.ms // self.pass_ms)))

    def _measures(self, ask: Ask) -> dict[Measure, Fraction]:
        return {
            Measure.TAKE: Fraction(1),
            Measure.SECOND: Fraction(ask.ms, 1000),
            Measure.STARTED_SECOND: Fraction(-(-ask.ms // 1000)),
            Measure.LETTER: Fraction(ask.letters),
            Measure.PASS: Fraction(self._passes(ask)),
        }


class Learning(Noun):
    """When what was billed counts more than the rules; `over` is hundredths of what nine of ten takes came to."""

    enough: PositiveInt
    last: PositiveInt
    recent: PositiveInt = 6_000  # of the ledger's entries, the newest, that are looked at
    over: PositiveInt


class Estimates(Noun):
    """All rules."""

    version: int
    slack: NonNegativeInt = 0  # hundredths by which lines may turn out longer than their letters say
    learning: Learning
    rule: tuple[Rule, ...]

    @classmethod
    def load(cls, file: Path) -> Estimates:
        """Read and check data/estimates.toml; pydantic's ValidationError names a wrong field."""
        return cls.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))

    def find(self, engine: str, kind: str) -> Rule:
        """The rule for an engine's takes of a kind; RateMissing if there is none."""
        for rule in self.rule:
            if rule.engine == engine and rule.kind in (kind, _ANY):
                return rule
        raise RateMissing(f"nothing says what a {kind} of {engine} will use")
