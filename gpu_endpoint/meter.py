"""What a job will cost and what it did: seconds, money, and how much of the card was used. It counts no operations."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gpu_endpoint.errors import TooExpensive
from gpu_endpoint.flops import Operations
from gpu_endpoint.registry import EngineSpec

_FILE = Path(__file__).parent / "data" / "cards.toml"
_TERA = 1e12
_NEW = 0.3  # what the newest job counts in the rate an engine is expected to reach


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sustained(_Fact):
    """TFLOP/s a card keeps up, by the kind of network."""

    dit: float = Field(gt=0)
    unet: float = Field(gt=0)


class Card(_Fact):
    """A card: TFLOP/s, dollars a second, seconds an evaluation takes at least."""

    match: str
    peak: float = Field(gt=0)
    sustained: Sustained
    dollars: float = Field(ge=0)
    launch: float = Field(default=0.0, ge=0)


@dataclass(frozen=True)
class Prediction:
    """What a job is expected to take; `by` is where the rate it was reckoned with comes from."""

    seconds: float
    dollars: float
    tflops: float  # a second
    by: Literal["measured", "published", "guessed"]

    @property
    def ms(self) -> int:
        """The seconds in whole thousandths, at least one."""
        return max(1, round(self.seconds * 1000))


@dataclass(frozen=True)
class Report:
    """What a job took: seconds and dollars, what was reached of the card, and its share of the card's peak."""

    seconds: float
    dollars: float
    tflop: float
    tflops: float
    peak_share: float

    def told(self) -> dict[str, float]:
        """The report as plain numbers, rounded as far as a reader looks."""
        return {name: _short(value) for name, value in asdict(self).items()}


@dataclass
class Meter:
    """One worker's: predicts with published rates first, then with what its own jobs reached."""

    card: Card
    dollars: float | None = None  # a second, instead of the card's
    known: bool = True  # it is this card, and not one that it is only taken for
    _reached: dict[str, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def told(self) -> dict[str, object]:
        """The card, its rate, and what each engine reaches of it by now, for a page of health."""
        with self._lock:
            reached = {name: _short(tflops) for name, tflops in self._reached.items()}
        return {"card": self.card.match, "peak_tflops": self.card.peak, "dollars": self.rate, "tflops": reached}

    @property
    def rate(self) -> float:
        """Dollars a second."""
        return self.card.dollars if self.dollars is None else self.dollars

    def predict(self, spec: EngineSpec, operations: Operations) -> Prediction:
        """What a job of an engine will take on this card, the engine being loaded."""
        with self._lock:
            reached = self._reached.get(spec.name)
        published = self.card.sustained.unet if spec.family == "svd" else self.card.sustained.dit
        tflops = reached or published
        least = operations.evaluations * self.card.launch if reached is None else 0.0
        seconds = max(operations.total / _TERA / tflops, least)
        by: Literal["published", "guessed"] = "published" if self.known else "guessed"
        return Prediction(seconds, seconds * self.rate, tflops, "measured" if reached else by)

    def refuse(self, prediction: Prediction, ceiling_ms: int | None) -> None:
        """TooExpensive, with the prediction, where a job would take longer than its caller's ceiling.

        What is only guessed refuses nothing: a card nobody knows would never show what it can.
        """
        if ceiling_ms is not None and prediction.ms > ceiling_ms and prediction.by != "guessed":
            detail = f"predicted {prediction.seconds:.3g} s (${prediction.dollars:.3g}) on this card"
            raise TooExpensive(f"{detail}, ceiling {ceiling_ms / 1000:.3g} s", predicted_ms=prediction.ms)

    def learn(self, spec: EngineSpec, operations: Operations, seconds: float) -> Report:
        """Report what a finished job took, its seconds at work alone, and predict the next ones by it."""
        seconds = max(seconds, 1e-6)
        tflop = operations.total / _TERA
        tflops = tflop / seconds
        with self._lock:
            before = self._reached.get(spec.name, tflops)
            self._reached[spec.name] = before + (tflops - before) * _NEW
        return Report(seconds, seconds * self.rate, tflop, tflops, tflops / self.card.peak)


@cache
def cards() -> tuple[Card, ...]:
    """Every card we know; pydantic's ValidationError names a wrong field."""
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(Card.model_validate(one) for one in read["card"])


def card(name: str) -> Card | None:
    """The card of this name as its driver says it, or none we know."""
    found = [one for one in cards() if one.match.lower() in name.lower()]
    return max(found, key=lambda one: len(one.match), default=None)


def processor() -> Card:
    """A processor, which is no card but runs the twins."""
    found = card("cpu")
    assert found is not None
    return found


def slowest() -> Card:
    """The card that does least of those we know: what one that we do not know is taken for."""
    return min((one for one in cards() if one.match != "cpu"), key=lambda one: one.sustained.dit)


def _short(value: float) -> float:
    return float(f"{value:.4g}")
