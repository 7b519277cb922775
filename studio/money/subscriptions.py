"""Subscriptions: who pays monthly for what, as the payment service last said, and what that entitles to."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, String
from sqlmodel import Field, Session, SQLModel, col, select

from studio.db import Moment
from studio.money.inserting import insert
from studio.money.orders import PAID_ONCE, TAKEN_BACK, Purchase, Ware
from studio.money.tiers import Tier, Tiers


class Standing(StrEnum):
    """How a subscription stands, in the payment service's own words."""

    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"
    CANCELED = "canceled"


LIVE = (Standing.TRIALING, Standing.ACTIVE, Standing.PAST_DUE, Standing.UNPAID, Standing.PAUSED)
_PAYS = (Standing.TRIALING, Standing.ACTIVE)


class Customer(SQLModel, table=True):
    """Who an account is at the payment service."""

    account: str = Field(primary_key=True)
    customer: str = Field(unique=True)
    created: datetime = Field(sa_type=Moment)


class Subscription(SQLModel, table=True):
    """One subscription; `tier` is what was last paid for, `failed` when the month began that could not be paid."""

    id: str = Field(primary_key=True)
    account: str = Field(index=True)
    tier: str
    standing: Standing = Field(sa_type=String)
    ends: datetime = Field(sa_type=Moment)  # of the month
    cancels: bool = False  # with the month's end
    failed: datetime | None = Field(default=None, sa_type=Moment)
    owed: int = Field(default=0, sa_type=BigInteger)  # micro-dollars of the invoice that could not be paid
    invoice: str = ""  # where that invoice can be paid
    since: datetime = Field(sa_type=Moment)
    updated: datetime = Field(sa_type=Moment)


def customer_of(session: Session, account: str) -> str | None:
    """An account's name at the payment service."""
    return session.exec(select(Customer.customer).where(Customer.account == account)).first()


def account_of(session: Session, customer: str) -> str | None:
    """Whose customer this is; None for one that is not ours."""
    return session.exec(select(Customer.account).where(Customer.customer == customer)).first()


def keep_customer(session: Session, account: str, customer: str, *, at: datetime) -> str:
    """Write down who an account is there, unless that is known; gives the name that holds."""
    row = insert(session, Customer).values(account=account, customer=customer, created=at)
    session.exec(row.on_conflict_do_nothing())
    return session.exec(select(Customer.customer).where(Customer.account == account)).one()


def subscriptions(session: Session, account: str) -> list[Subscription]:
    """Every subscription of an account, the newest first."""
    mine = select(Subscription).where(Subscription.account == account)
    return list(session.exec(mine.order_by(col(Subscription.since).desc(), col(Subscription.id))))


def live(session: Session, account: str) -> Subscription | None:
    """The newest subscription of an account that has not ended."""
    return next((one for one in subscriptions(session, account) if one.standing in LIVE), None)


def grace(row: Subscription, tiers: Tiers) -> datetime | None:
    """Until when an unpaid month is waited for; None where nothing is owed."""
    return row.failed + timedelta(days=tiers.sale.grace_days) if row.failed else None


def entitled(session: Session, account: str, tiers: Tiers, *, at: datetime) -> Tier | None:
    """The best tier an account has paid for and may use now; None without one."""
    held = [tiers.find(row.tier) for row in subscriptions(session, account) if _holds(session, row, tiers, at)]
    return max(held, key=lambda tier: tier.price_micros, default=None)


def _holds(session: Session, row: Subscription, tiers: Tiers, at: datetime) -> bool:
    if row.standing == Standing.PAST_DUE:
        until = grace(row, tiers)
        return until is not None and at < until and not _taken_back(session, row)
    return row.standing in _PAYS and not _taken_back(session, row)


def _taken_back(session: Session, row: Subscription) -> bool:
    """Whether the money of the newest month that was paid has gone back."""
    months = select(Purchase.state).where(Purchase.subscription == row.id, Purchase.ware == Ware.MONTH)
    paid = months.where(col(Purchase.state).in_(PAID_ONCE)).order_by(col(Purchase.begins).desc(), col(Purchase.id))
    return session.exec(paid).first() in TAKEN_BACK


def lapsing(session: Session) -> list[Subscription]:
    """Every subscription whose month could not be paid yet."""
    return list(session.exec(select(Subscription).where(Subscription.standing == Standing.PAST_DUE)))
