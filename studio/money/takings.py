"""Takings: what customers paid in a span and what went back, what the payments cost, and where credits stand."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from studio.money.amount import nearest
from studio.money.entry import Entry, Purse, Verb
from studio.money.orders import PAID_ONCE, Purchase, Ware
from studio.money.reckoning import IS_CREDIT, Span, day
from studio.money.tiers import Payment
from studio.story.noun import Noun

_PAID = (col(Purchase.state).in_(PAID_ONCE), Purchase.ware != Ware.PLAN)


class Taking(NamedTuple):
    """What was paid for one ware on a day, in micro-dollars; `refunded` is what of just that went back by now."""

    day: str
    ware: Ware
    what: str
    orders: int
    micros: int
    refunded: int

    def fees(self, payment: Payment) -> int:
        """What the payments cost; they are not given back with a refund."""
        return fees(payment, self.orders, self.micros)


class Credits(Noun):
    """Film credits in a span, and at its end; micro-dollars at a cent a credit."""

    sold: int
    bonus: int
    spent: int  # on films
    lapsed: int
    clawed: int  # their payment was taken back
    owed_by_us: int  # at the end: bought or given and not yet spent, what films hold among it
    owed_to_us: int  # at the end: spent, and their payment taken back


def fees(payment: Payment, orders: int, micros: int) -> int:
    """What so many payments of so much in all cost."""
    from fractions import Fraction

    return orders * payment.fee_micros + nearest(Fraction(micros * payment.fee_share, 1000))


def takings(session: Session, span: Span) -> tuple[Taking, ...]:
    """What was paid in a span by day and ware, the first day first."""
    keys = (day(Purchase.paid), Purchase.ware, Purchase.what)
    sums = (func.count(), func.sum(Purchase.micros), func.sum(Purchase.refunded))
    query = select(*keys, *sums).where(*_PAID, col(Purchase.paid) >= span.since, col(Purchase.paid) < span.until)  # type: ignore[call-overload]
    rows = session.exec(query.group_by(*keys).order_by(*keys))
    return tuple(
        Taking(at, Ware(ware), what, orders, int(micros), int(back)) for at, ware, what, orders, micros, back in rows
    )


def credits(session: Session, span: Span) -> Credits:
    """Where credits stand."""

    def moved(verb: Verb, purse: Purse) -> int:
        """How much came into the purses of a kind by a verb."""
        of = col(Entry.purse).startswith(f"{purse}:")
        return _sum(session, col(Entry.verb) == verb, of, col(Entry.at) >= span.since, col(Entry.at) < span.until)

    def stands(*purses: Purse) -> int:
        return sum(_sum(session, col(Entry.purse).startswith(f"{one}:"), col(Entry.at) < span.until) for one in purses)

    return Credits(
        sold=-moved(Verb.GRANT, Purse.SOLD),
        bonus=-moved(Verb.GRANT, Purse.BONUS),
        spent=moved(Verb.SETTLE, Purse.FILMS),
        lapsed=moved(Verb.LAPSE, Purse.LAPSED),
        clawed=moved(Verb.CLAW, Purse.SOLD),
        owed_by_us=stands(Purse.LOT, Purse.RESERVED),
        owed_to_us=-stands(Purse.OWED),
    )


def _sum(session: Session, *where: ColumnElement[bool]) -> int:
    return int(session.exec(select(func.coalesce(func.sum(Entry.micros), 0)).where(IS_CREDIT, *where)).one())
