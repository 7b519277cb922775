"""Recurring revenue: what subscriptions bring a month, and how it moved: new, back again, more, less, gone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from studio.money.orders import OrderState, Purchase, Ware
from studio.money.reckoning import Span
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
    told = (Purchase.account, Purchase.what, Purchase.begins, Purchase.ends, Purchase.micros)
    rows = session.exec(
        _plans(*told).where(col(Purchase.ends) >= months[0], col(Purchase.begins) < span.until)
        .order_by(col(Purchase.begins), col(Purchase.paid))
    ).all()  # fmt: skip
    prices = {tier.name: tier.price_micros for tier in tiers.tier}
    ends = [month_after(month) for month in months]
    held = _held(rows, [months[0], *(min(end, span.until) for end in ends)], prices)
    return tuple(
        _moved(month, held[at], held[at + 1], first, ended=ends[at] <= span.until) for at, month in enumerate(months)
    )


def _plans(*what: object):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """Months of plans that were paid and kept."""
    return select(*what).where(col(Purchase.ware).in_((Ware.MONTH, Ware.CHANGE)), Purchase.state == OrderState.PAID)  # type: ignore[call-overload]


def _held(
    rows: Iterable[tuple[str, str, datetime, datetime, int]], moments: Sequence[datetime], prices: Mapping[str, int]
) -> list[dict[str, int]]:
    """What each account pays a month at these moments, in their order: of several plans the one that began last."""
    found: list[dict[str, int]] = [{} for _ in moments]
    for account, what, begins, ends, micros in rows:
        for at in range(bisect_right(moments, begins), bisect_right(moments, ends)):
            found[at][account] = prices.get(what, micros)
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
