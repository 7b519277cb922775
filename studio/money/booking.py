"""Booking: what a vendor billed is owed in full, whatever became of the take."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from studio.errors import LedgerBroken
from studio.money.entry import About, Book, Purse, Verb
from studio.money.posting import post
from studio.money.prices import PriceBook
from studio.money.usage import Usage


def book_vendor(session: Session, usage: Usage, about: About, prices: PriceBook, *, at: datetime) -> int:
    """Owe a vendor what it billed, priced by the card of `at`; gives the micro-dollars, 0 when booked before.

    Call also for failed, garbled, refused and unclear takes. A vendor's request id is booked once. Raises RateMissing
    without a price card, LedgerBroken without a request id.
    """
    if not usage.request:
        raise LedgerBroken(f"{usage.vendor} billed {usage.model} without a request id")
    card = prices.find(usage.vendor, usage.model, at)
    micros = card.cost(usage.quantities)
    written = post(
        session,
        Book.COST,
        Verb.BILL,
        {_owed_to(usage): -micros, Purse.COST.of(about.account): micros},
        about,
        at=at,
        once=f"bill:{usage.vendor}:{usage.request}",
        vendor=usage.vendor,
        model=usage.model,
        request=usage.request,
        card=card.dated,
        quantities=dict(sorted(usage.quantities.items())),
        why=usage.guessed,
    )
    return micros if written else 0


def _owed_to(usage: Usage) -> str:
    return Purse.RENTED.of("machines") if usage.hired else Purse.VENDOR.of(usage.vendor)
