"""The price book: dated price cards from data/prices.toml. A model without a card has no price and cannot run."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from pydantic import AwareDatetime, Field, NonNegativeInt, PositiveInt, model_validator

from studio.errors import RateMissing
from studio.money.amount import nearest
from studio.money.usage import Usage
from studio.story.noun import Noun


class Rate(Noun):
    """So many micro-dollars for so many of a unit; with a `step`, every started step is paid for whole."""

    micros: NonNegativeInt
    per: PositiveInt = 1
    step: PositiveInt = 1

    def cost(self, quantity: int) -> Fraction:
        """The exact price of a quantity, in micro-dollars."""
        return Fraction(-(-quantity // self.step) * self.step * self.micros, self.per)

    def bought(self, micros: int) -> int | None:
        """How much of the unit these micro-dollars pay for, in whole steps; None of what costs nothing."""
        return micros * self.per // self.micros // self.step * self.step if self.micros else None


class Example(Noun):
    """A worked example: what these quantities cost by the card, reckoned by hand."""

    quantities: dict[str, NonNegativeInt]
    micros: NonNegativeInt


class PriceCard(Noun):
    """What a vendor takes for a model from a moment on. A card is never edited: a change of price is a newer card."""

    vendor: str
    model: str
    since: AwareDatetime = Field(validation_alias="from")
    source: str  # where the figures are from
    gpu: str = ""  # the card the price is for, where a machine is paid by time
    rates: dict[str, Rate]  # by unit
    example: tuple[Example, ...] = Field(min_length=1)

    @property
    def dated(self) -> str:
        """The day it holds from, 2026-08-20."""
        return self.since.astimezone(UTC).date().isoformat()

    def cost(self, quantities: Mapping[str, int]) -> int:
        """The price of these quantities in micro-dollars, rounded once; RateMissing for a unit without a rate."""
        if unknown := sorted(set(quantities) - set(self.rates)):
            raise RateMissing(f"the price card of {self.model} at {self.vendor} has no rate for {', '.join(unknown)}")
        return nearest(sum((self.rates[unit].cost(quantity) for unit, quantity in quantities.items()), Fraction(0)))


class PriceBook(Noun):
    """All price cards."""

    version: int
    card: tuple[PriceCard, ...]

    @classmethod
    def load(cls, file: Path) -> PriceBook:
        """Read and check data/prices.toml; pydantic's ValidationError names a wrong field."""
        return cls.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))

    @model_validator(mode="after")
    def _one_card_a_moment(self) -> PriceBook:
        keys = [(card.vendor, card.model, card.since) for card in self.card]
        if twice := [key for key in keys if keys.count(key) > 1]:
            raise ValueError(f"two cards of {twice[0][1]} at {twice[0][0]} hold from the same moment")
        return self

    def find(self, vendor: str, model: str, at: datetime) -> PriceCard:
        """The card that holds for a model at a moment; RateMissing if there is none."""
        held = [card for card in self.card if (card.vendor, card.model) == (vendor, model) and card.since <= at]
        if not held:
            raise RateMissing(f"no price card for {model} at {vendor} on {at.astimezone(UTC).date().isoformat()}")
        return max(held, key=lambda card: card.since)

    def cost(self, usage: Usage, at: datetime) -> int:
        """What a bill comes to by the card of its moment, in micro-dollars; RateMissing if there is none."""
        return self.find(usage.vendor, usage.model, at).cost(usage.quantities)
