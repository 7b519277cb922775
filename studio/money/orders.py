"""Orders: what somebody set out to buy, what became of it, and what it gave. It asks nobody for money."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ColumnElement, String, case
from sqlmodel import Field, Session, SQLModel, col, select

from studio.db import Moment, now
from studio.money.inserting import insert
from studio.story.episode import fresh_id


class Ware(StrEnum):
    """What an order is for."""

    PLAN = "plan"  # the way to a subscription; its months are orders of their own
    MONTH = "month"  # an invoice of a subscription
    CHANGE = "change"  # an invoice for what is left of a month in another plan
    PACK = "pack"  # film credits


class OrderState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    REFUNDED = "refunded"  # in full
    DISPUTED = "disputed"  # the bank has taken the money back, for now or for good


TAKEN_BACK = (OrderState.REFUNDED, OrderState.DISPUTED)
PAID_ONCE = (OrderState.PAID, *TAKEN_BACK)


class Purchase(SQLModel, table=True):
    """One order. `intent` is there while it is open, so that who clicks twice has one order and one page to pay on."""

    id: str = Field(default_factory=fresh_id, primary_key=True)
    account: str = Field(index=True)
    ware: Ware = Field(sa_type=String)
    what: str  # the tier's or the pack's name
    state: OrderState = Field(default=OrderState.OPEN, sa_type=String)
    micros: int = Field(default=0, sa_type=BigInteger)
    refunded: int = Field(default=0, sa_type=BigInteger)
    monthly: int | None = Field(default=None, sa_type=BigInteger)  # what its plan costs a month, discounts taken off
    granted: int = Field(default=0, sa_type=BigInteger)  # micro-dollars for vendors that it put into the pot
    turns: int = 0  # how often it was granted or taken back
    intent: str | None = Field(default=None, unique=True)
    session: str | None = Field(default=None, unique=True)  # of the page to pay on
    url: str = ""
    invoice: str | None = Field(default=None, unique=True)
    subscription: str = Field(default="", index=True)
    payment: str = Field(default="", index=True)
    receipt: str = ""
    begins: datetime | None = Field(default=None, sa_type=Moment)
    ends: datetime | None = Field(default=None, sa_type=Moment)
    expires: datetime | None = Field(default=None, sa_type=Moment)
    created: datetime = Field(default_factory=now, sa_type=Moment)
    paid: datetime | None = Field(default=None, sa_type=Moment)


def ever_paid(session: Session, account: str) -> bool:
    """Whether an account paid for anything, and has not got it back."""
    paid = select(Purchase.id).where(Purchase.account == account, Purchase.state == OrderState.PAID)
    return session.exec(paid.limit(1)).first() is not None


def went_back() -> ColumnElement[int]:
    """What of an order its customer or their bank has again: all of it while it is disputed."""
    return case((col(Purchase.state) == OrderState.DISPUTED, col(Purchase.micros)), else_=col(Purchase.refunded))


def begin(session: Session, account: str, ware: Ware, what: str, micros: int, *, at: datetime) -> Purchase:
    """The open order of an account for something, made unless there is one that can still be paid."""
    intent = f"{account}:{ware}:{what}"
    left = session.exec(select(Purchase).where(Purchase.intent == intent)).first()
    if left and (left.micros != micros or (left.expires and left.expires <= at)):
        close(session, left, OrderState.EXPIRED)
        session.flush()
    fresh = {"id": fresh_id(), "account": account, "ware": ware, "what": what, "micros": micros, "created": at}
    fresh |= {"state": OrderState.OPEN, "intent": intent, "refunded": 0, "granted": 0, "turns": 0, "url": ""}
    fresh |= {"subscription": "", "payment": "", "receipt": ""}
    session.exec(insert(session, Purchase).values(fresh).on_conflict_do_nothing(index_elements=["intent"]))
    return session.exec(select(Purchase).where(Purchase.intent == intent)).one()


def close(session: Session, order: Purchase, state: OrderState) -> None:
    """End an open order in a state; one that has ended stays as it is."""
    if order.state == OrderState.OPEN:
        order.state, order.intent = state, None
        session.add(order)


def of_payment(session: Session, payment: str) -> Purchase | None:
    """The order a payment is for."""
    return session.exec(select(Purchase).where(Purchase.payment == payment)).first() if payment else None


def bought(session: Session, account: str) -> list[Purchase]:
    """Every order of an account that was paid, the newest first; the way to a plan is told by its months."""
    mine = select(Purchase).where(Purchase.account == account, col(Purchase.state).in_(PAID_ONCE))
    return list(session.exec(mine.where(Purchase.ware != Ware.PLAN).order_by(col(Purchase.paid).desc())))
