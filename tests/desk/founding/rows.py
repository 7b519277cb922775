"""A small ledger for the founder's desk: bills of so many dollars, and months that were paid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from studio.money.booking import book_vendor
from studio.money.entry import About
from studio.money.films import Films
from studio.money.orders import OrderState, Purchase, Ware
from studio.money.prices import PriceBook
from studio.money.tiers import Tiers
from studio.money.usage import Usage
from studio.story.episode import fresh_id

DATA = Path(__file__).parents[3] / "data"
PRICES = PriceBook.load(DATA / "prices.toml")
TIERS = Tiers.load(DATA / "tiers.toml")
FILMS = Films.load(DATA / "films.toml")
NOON = datetime(2026, 12, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def billed(session: Session, account: str, episode: str, dollars: float, *, at: datetime = NOON - DAY,
           subject: str = "", mark: str = "", vendor: str = "fal") -> None:  # fmt: skip
    """Book a bill of so many dollars."""
    about = About(account=account, episode=episode, subject=subject, fingerprint=mark, engine="kling-v4", kind="clip")
    model, unit = {"fal": ("told", "told_micros"), "elevenlabs": ("eleven_multilingual_v2", "characters")}[vendor]
    quantity = round(dollars * 1e6) if vendor == "fal" else round(dollars / 0.00008)
    usage = Usage(vendor=vendor, model=model, request=fresh_id(), quantities={unit: quantity})
    book_vendor(session, usage, about, TOLD if vendor == "fal" else PRICES, at=at)


TOLD = PriceBook.model_validate({
    "version": 1,
    "card": [{
        "vendor": "fal", "model": "told", "from": datetime(2026, 1, 1, tzinfo=UTC), "source": "hand",
        "rates": {"told_micros": {"micros": 1}}, "example": [{"quantities": {"told_micros": 5}, "micros": 5}],
    }],
})  # fmt: skip


def paid(session: Session, account: str, what: str, micros: int, begins: datetime, *, ware: Ware = Ware.MONTH,
         days: int = 31, refunded: int = 0, state: OrderState | None = None, monthly: int | None = None,
         subscription: str = "") -> None:  # fmt: skip
    """A month that was paid when it began."""
    state = state or (OrderState.REFUNDED if micros and refunded == micros else OrderState.PAID)
    session.add(Purchase(account=account, ware=ware, what=what, state=state, micros=micros, refunded=refunded,
                         monthly=monthly, subscription=subscription, begins=begins, ends=begins + timedelta(days=days),
                         paid=begins, created=begins))  # fmt: skip
