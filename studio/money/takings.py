"""Takings: what customers paid in a span and what went back, what the payments cost, and where credits stand."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import ColumnElement, case
from sqlmodel import Session, col, func, select

from studio.money.amount import nearest
from studio.money.entry import Entry, Purse, Verb
from studio.money.orders import PAID_ONCE, Purchase, Ware, went_back
from studio.money.reckoning import IS_CREDIT, Span, day
from studio.money.tiers import Payment
from studio.story.noun import Noun

CHARGED = func.sum(case((col(Purchase.micros) > 0, 1), else_=0))  # an invoice of nothing costs no fee
_PAID = (col(Purchase.state).in_(PAID_ONCE), Purchase.ware != Ware.PLAN)


class Taking(NamedTuple):
    """What was paid for one ware on a day, in micro-dollars; `refunded` is what of just that went back by now."""

    day: str
    ware: Ware
    what: str
    orders: int
    micros: int
    refunded: int
    charged: int  # orders of which something was paid

    def fees(self, payment: Payment) -> int:
        """What the payments cost; they are not given back with a refund."""
        return fees(payment, self.charged, self.micros)


class Credits(Noun):
    """Film credits in a span, and at its ends; micro-dollars at a cent a credit.

    What stood before, and came in, less what was spent, expired, given up and taken back, is what stands after.
    """

    before: int  # at the beginning: what we owe, less what is owed to us
    sold: int
    bonus: int  # what founders gave and gave back among it
    spent: int  # on films
    lapsed: int
    forfeited: int  # given up by who left
    clawed: int  # their payment was taken back, less what came again
    owed_by_us: int  # at the end: bought or given and not yet spent, what films hold among it
    owed_to_us: int  # at the end: spent, and their payment taken back

    @property
    def after(self) -> int:
        """At the end: what we owe, less what is owed to us."""
        return self.owed_by_us - self.owed_to_us


def fees(payment: Payment, orders: int, micros: int) -> int:
    """What so many payments of so much in all cost."""
    return orders * payment.fee_micros + nearest(Fraction(micros * payment.fee_share, 1000))


def takings(session: Session, span: Span) -> tuple[Taking, ...]:
    """What was paid in a span by day and ware, the first day first."""
    keys = (day(Purchase.paid), Purchase.ware, Purchase.what)
    sums = (func.count(), func.sum(Purchase.micros), func.sum(went_back()), CHARGED)
    query = select(*keys, *sums).where(*_PAID, col(Purchase.paid) >= span.since, col(Purchase.paid) < span.until)  # type: ignore[call-overload]
    rows = session.exec(query.group_by(*keys).order_by(*keys))
    return tuple(
        Taking(at, Ware(ware), what, orders, int(micros), int(back), int(charged))
        for at, ware, what, orders, micros, back, charged in rows
    )


def credits(session: Session, span: Span) -> Credits:
    """Where credits stand."""

    def moved(verb: Verb, purse: Purse) -> int:
        """How much came into the purses of a kind by a verb."""
        of = col(Entry.purse).startswith(f"{purse}:")
        return _sum(session, col(Entry.verb) == verb, of, col(Entry.at) >= span.since, col(Entry.at) < span.until)

    def stands(*purses: Purse, at: datetime = span.until) -> int:
        return sum(_sum(session, col(Entry.purse).startswith(f"{one}:"), col(Entry.at) < at) for one in purses)

    taken = ((verb, purse) for verb in (Verb.CLAW, Verb.RETURN) for purse in (Purse.SOLD, Purse.BONUS))
    return Credits(
        before=stands(Purse.LOT, Purse.RESERVED, Purse.OWED, at=span.since),
        sold=-moved(Verb.GRANT, Purse.SOLD),
        bonus=-moved(Verb.GRANT, Purse.BONUS),
        spent=moved(Verb.SETTLE, Purse.FILMS),
        lapsed=moved(Verb.LAPSE, Purse.LAPSED),
        forfeited=moved(Verb.FORFEIT, Purse.LAPSED),
        clawed=sum(moved(*one) for one in taken),
        owed_by_us=stands(Purse.LOT, Purse.RESERVED),
        owed_to_us=-stands(Purse.OWED),
    )


def _sum(session: Session, *where: ColumnElement[bool]) -> int:
    return int(session.exec(select(func.coalesce(func.sum(Entry.micros), 0)).where(IS_CREDIT, *where)).one())
