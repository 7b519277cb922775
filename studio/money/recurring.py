"""Recurring revenue: what subscriptions bring a month, and how it moved: new, back again, more, less, gone.

A plan counts at what it cost when it was billed, discounts taken off: one that is free for a while brings nothing, and
a new price changes no month before it. Between the end of a month and the payment of the next one it counts on, as long
as that is waited for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import or_
from sqlmodel import Session, col, func, select

from studio.money.orders import OrderState, Purchase, Ware
from studio.money.reckoning import Span
from studio.money.subscriptions import Standing, Subscription
from studio.money.sums import month_after
from studio.money.tiers import Tiers


class Month(NamedTuple):
    """A month's recurring revenue at its end, and how it came to that; micro-dollars, and accounts that pay."""

    month: str
    mrr: int
    new: int
    back: int  # had paid before, not in the month before
    expansion: int
    contraction: int
    churned: int
    payers: int
    won: int  # accounts that pay for the first time
    returned: int
    lost: int
    ended: bool  # False while the month goes on

    @property
    def arpu(self) -> int:
        """Recurring revenue by account that pays."""
        return self.mrr // self.payers if self.payers else 0


def recurring(session: Session, span: Span, tiers: Tiers) -> tuple[Month, ...]:
    """Each month a span touches, at its end, or as it stands at the end of the span."""
    months = span.months
    first = dict(
        session.exec(_plans(Purchase.account, func.min(Purchase.begins)).group_by(col(Purchase.account))).all()
    )
    told = (Purchase.account, Purchase.what, Purchase.begins, Purchase.ends, Purchase.monthly, Purchase.subscription)
    rows = session.exec(
        _plans(*told).where(col(Purchase.ends) >= months[0], col(Purchase.begins) < span.until)
        .order_by(col(Purchase.begins), col(Purchase.paid))
    ).all()  # fmt: skip
    prices = {tier.name: tier.price_micros for tier in tiers.tier}  # of months from before what they cost was kept
    going, waited = _going(session), span.until - timedelta(days=tiers.sale.grace_days)
    plans = [
        (account, prices.get(what, 0) if monthly is None else monthly, begins,
         span.until if subscription in going and waited <= ends < span.until else ends)
        for account, what, begins, ends, monthly, subscription in rows
    ]  # fmt: skip
    ends = [month_after(month) for month in months]
    held = _held(plans, [months[0], *(min(end, span.until) for end in ends)])
    return tuple(
        _moved(month, held[at], held[at + 1], first, ended=ends[at] <= span.until) for at, month in enumerate(months)
    )


def _plans(*what: object):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """Months of plans that cost something, were paid and kept."""
    cost = or_(col(Purchase.monthly).is_(None), col(Purchase.monthly) > 0)
    plan = col(Purchase.ware).in_((Ware.MONTH, Ware.CHANGE))
    return select(*what).where(plan, Purchase.state == OrderState.PAID, cost)  # type: ignore[call-overload]


def _going(session: Session) -> set[str]:
    """The subscriptions that go on now, whether or not their last month is paid yet."""
    on = (col(Subscription.standing).in_((Standing.ACTIVE, Standing.PAST_DUE)), col(Subscription.cancels).is_(False))
    return set(session.exec(select(Subscription.id).where(*on)))


def _held(plans: Iterable[tuple[str, int, datetime, datetime]], moments: Sequence[datetime]) -> list[dict[str, int]]:
    """What each account pays a month at these moments, in their order: of several plans the one that began last."""
    found: list[dict[str, int]] = [{} for _ in moments]
    for account, monthly, begins, ends in plans:
        for at in range(bisect_right(moments, begins), bisect_right(moments, ends)):
            found[at][account] = monthly
    return found


def _moved(
    month: datetime, before: dict[str, int], now: dict[str, int], first: dict[str, datetime], *, ended: bool
) -> Month:
    came = now.keys() - before.keys()
    fresh = {one for one in came if first[one] >= month}
    gone = before.keys() - now.keys()
    apart = [now[one] - before[one] for one in now.keys() & before.keys()]
    return Month(
        month=f"{month:%Y-%m}",
        mrr=sum(now.values()),
        new=sum(now[one] for one in fresh),
        back=sum(now[one] for one in came - fresh),
        expansion=sum(one for one in apart if one > 0),
        contraction=-sum(one for one in apart if one < 0),
        churned=sum(before[one] for one in gone),
        payers=len(now),
        won=len(fresh),
        returned=len(came - fresh),
        lost=len(gone),
        ended=ended,
    )
