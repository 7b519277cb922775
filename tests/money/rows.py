"""Small builders of money's nouns."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from studio.money.entry import About
from studio.money.estimates import Estimates
from studio.money.prices import PriceBook
from studio.money.quote import Quote, QuoteRow
from studio.money.usage import Usage

DATA = Path(__file__).parents[2] / "data"
NOON = datetime(2026, 12, 20, 12, tzinfo=UTC)
PRICES = PriceBook.load(DATA / "prices.toml")
ESTIMATES = Estimates.load(DATA / "estimates.toml")


def about(run: str = "run", *, account: str = "owner", episode: str = "episode", **told: str) -> About:
    """What a movement of the owner's episode is about."""
    return About(account=account, episode=episode, run=run, **told)


def row(subject: str, micros: int, *, engine: str = "svd-xt", scene: str = "1", kind: str = "clip") -> QuoteRow:
    """A row with this ceiling."""
    return QuoteRow(
        subject=subject, kind=kind, engine=engine, scene=scene, quote=Quote(low=0, likely=micros // 2, ceiling=micros)
    )


def speech(request: str, letters: int) -> Usage:
    """A bill for letters at $0.00008 each."""
    return Usage(
        vendor="elevenlabs", model="eleven_multilingual_v2", request=request, quantities={"characters": letters}
    )
