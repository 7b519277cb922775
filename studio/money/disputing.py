"""Disputes: what the payment service takes for one. It is the house's cost, and no customer's.

It is taken for every dispute, won or lost, and a second time for one that was answered; the second comes back with a
dispute that is won. A bank's mere question costs nothing.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlmodel import Session, col, func, select

from studio.money.entry import About, Book, Entry, Purse, Verb
from studio.money.payments import Dispute
from studio.money.posting import post
from studio.money.reckoning import Span
from studio.money.tiers import Payment

_FEES, _SERVICE = Purse.FEES.of("disputes"), Purse.VENDOR.of("payments")


def book_dispute(session: Session, account: str, found: Dispute, payment: Payment, *, at: datetime) -> None:
    """Owe the payment service what it takes for a dispute as it stands; what was booked before is not booked again."""
    _book(session, account, found.id, "received", payment.dispute_micros, at)
    if found.answered and not found.won:
        _book(session, account, found.id, "answered", payment.answer_micros, at)
    answered = select(Entry.micros).where(Entry.once == _once(found.id, "answered"))
    if found.won and (owed := session.exec(answered).first()):
        _book(session, account, found.id, "won", owed, at)  # below zero: that much less is owed


def dispute_fees(session: Session, span: Span) -> Counter[str]:
    """What disputes cost in a span by account, less what came back."""
    query = select(Entry.account, func.sum(Entry.micros)).where(
        Entry.purse == _FEES, Entry.at >= span.since, Entry.at < span.until
    )
    return Counter({account: int(micros) for account, micros in session.exec(query.group_by(col(Entry.account)))})


def _book(session: Session, account: str, dispute: str, why: str, micros: int, at: datetime) -> None:
    if micros:
        legs, once = {_SERVICE: -micros, _FEES: micros}, _once(dispute, why)
        post(session, Book.COST, Verb.FEE, legs, About(account=account), at=at, once=once, request=dispute, why=why)


def _once(dispute: str, why: str) -> str:
    return f"dispute:{dispute}:{why}"
