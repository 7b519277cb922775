"""Packs of credits: what each costs, holds and how long it lasts. It sells none."""

from __future__ import annotations

from pydantic import NonNegativeInt, PositiveInt

from studio.story.noun import Noun


class Pack(Noun):
    """A pack: its price in micro-dollars, the credits it holds, those on top, and the days both last."""

    name: str
    micros: PositiveInt
    credits: PositiveInt
    bonus: NonNegativeInt = 0
    days: PositiveInt
    bonus_days: PositiveInt = 365
