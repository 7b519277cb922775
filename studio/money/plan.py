"""The business plan's tables, from data/plan.toml, and what raises an alarm. It reckons nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import NonNegativeInt, PositiveInt

from studio.story.noun import Noun


class Range(Noun):
    """From so much to so much, in micro-dollars."""

    low: NonNegativeInt
    high: PositiveInt


class PlannedTier(Noun):
    """A tier's price and the margin the plan leaves it, in thousandths."""

    name: str
    price: PositiveInt
    margin_low: int
    margin_high: int


class Crowd(Noun):
    """So many users at a price, and what the plan has left of it a month."""

    users: PositiveInt
    price: PositiveInt
    infrastructure_low: NonNegativeInt
    infrastructure_high: PositiveInt
    net_low: int
    net_high: int
    margin_low: int
    margin_high: int


class Growth(Noun):
    """So many users, what they bring and cost a month."""

    users: PositiveInt
    revenue: PositiveInt
    costs: PositiveInt


class PlannedFilm(Noun):
    """A film's length, its price and what its motion may cost."""

    minutes: PositiveInt
    price: PositiveInt
    gpu: PositiveInt


class Gpu(Noun):
    """What an hour of a card and a minute of finished film cost, and whose minutes are held against it."""

    hour: PositiveInt
    minute: PositiveInt
    engines: tuple[str, ...]


class Service(Noun):
    """What the plan promises of the service, in thousandths; `ltv` is how many times a customer pays back."""

    errors: PositiveInt
    clips: PositiveInt
    uptime: PositiveInt
    onboarding: PositiveInt
    ltv: PositiveInt


class Limits(Noun):
    """What raises an alarm."""

    episode: PositiveInt
    days: PositiveInt
    months: PositiveInt
    least: PositiveInt
    takes: PositiveInt
    hours: PositiveInt
    bill: PositiveInt
    overrun: PositiveInt


class Plan(Noun):
    """All of it."""

    version: int
    episode: Range
    tier: tuple[PlannedTier, ...]
    crowd: Crowd
    growth: tuple[Growth, ...]
    film: tuple[PlannedFilm, ...]
    gpu: Gpu
    hosting: Range
    service: Service
    alarms: Limits

    @classmethod
    def load(cls, file: Path) -> Plan:
        """Read and check data/plan.toml; pydantic's ValidationError names a wrong field."""
        return cls.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
