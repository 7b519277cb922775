"""Tiers: what each holds, from data/tiers.toml. It counts nothing."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from pydantic import NonNegativeInt, PositiveInt

from studio.errors import NotFound
from studio.money.amount import nearest
from studio.story.noun import Noun

_THOUSAND = 1000


class Share(StrEnum):
    """What a tier limits."""

    EPISODES = "episodes"  # a month
    RETAKES = "retakes"  # a scene
    REQUESTS = "requests"  # a minute
    WORK = "work"  # milliseconds of engines at work a month


class Tier(Noun):
    """One tier; a limit of None is none."""

    name: str
    price_micros: NonNegativeInt = 0
    episodes: PositiveInt | None = None
    retakes: PositiveInt | None = None
    requests: PositiveInt | None = None
    minutes: PositiveInt | None = None
    calls: PositiveInt | None = None  # of the API a minute
    room: PositiveInt | None = None  # for what is kept, in GB
    offline: bool = False  # the offline crew alone: it holds nothing of what vendors make

    @property
    def limited(self) -> bool:
        """Whether it limits anything; what an account without limits uses is not counted."""
        return self.offline or any(self.limit(share) is not None for share in Share)

    def limit(self, share: Share) -> int | None:
        """How much of a share it holds, in the unit it is counted in."""
        if self.offline:
            return 0
        if share is Share.WORK:
            return self.minutes * 60_000 if self.minutes else None
        limit: int | None = getattr(self, share.value)
        return limit


class Payment(Noun):
    """What a payment costs: an amount, and thousandths of it; and what a dispute of one costs, and answering it."""

    fee_micros: NonNegativeInt
    fee_share: NonNegativeInt
    dispute_micros: NonNegativeInt = 0  # won or lost
    answer_micros: NonNegativeInt = 0  # comes back with a dispute that is won


class Margin(Noun):
    """What is kept, in thousandths of the price."""

    share: NonNegativeInt


class Sale(Noun):
    """What holds of every plan that is sold."""

    grace_days: NonNegativeInt = 0
    promises: tuple[str, ...] = ()


class Tiers(Noun):
    """All tiers, and what follows from their price."""

    version: int
    payment: Payment
    margin: Margin
    sale: Sale = Sale()
    tier: tuple[Tier, ...]

    @classmethod
    def load(cls, file: Path) -> Tiers:
        """Read and check data/tiers.toml; pydantic's ValidationError names a wrong field."""
        return cls.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))

    def find(self, name: str) -> Tier:
        """The tier of this name; NotFound otherwise."""
        for tier in self.tier:
            if tier.name == name:
                return tier
        raise NotFound(f"no tier called {name}")

    @property
    def sold(self) -> tuple[Tier, ...]:
        """The tiers that are sold, the cheapest first."""
        return tuple(sorted((tier for tier in self.tier if tier.price_micros), key=lambda tier: tier.price_micros))

    @property
    def free(self) -> Tier | None:
        """The tier of who has paid for none; None in a house that sells nothing."""
        return next((tier for tier in self.tier if tier.offline), None)

    def monthly(self, tier: Tier) -> int | None:
        """What vendors may be paid for an account in a month, in micro-dollars; None for a tier without limits."""
        if not tier.price_micros:
            return 0 if tier.offline else None
        return self.worth(tier.price_micros)

    def worth(self, paid: int) -> int:
        """What vendors may be paid of a payment, less its fees and the margin, in micro-dollars."""
        kept = Fraction(paid * (self.payment.fee_share + self.margin.share), _THOUSAND)
        return max(0, paid - self.payment.fee_micros - nearest(kept))


UNLIMITED = Tiers(
    version=1,
    payment=Payment(fee_micros=0, fee_share=0),
    margin=Margin(share=0),
    tier=(Tier(name="owner"),),
)  # of a house that sells nothing
