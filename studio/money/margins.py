"""Margins: what accounts and episodes brought, what they cost, and what is left of it. Whose tier it is, others know.

An account brings what it paid for its plan, and the credits its films spent at what it really paid for a credit. An
episode brings the credits its film spent and an equal share of its account's plan among the episodes billed in the
span. Packs bring nothing until they are spent: what is unspent is owed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import and_, case
from sqlmodel import Session, col, func, select

from studio.money.entry import Entry, Purse, Verb
from studio.money.minutes import FilmOrder
from studio.money.orders import PAID_ONCE, Purchase, Ware
from studio.money.reckoning import IS_BILL, IS_CREDIT, Span
from studio.money.takings import fees
from studio.money.tiers import Payment

Key = tuple[str, str]  # account and episode


class Margin(NamedTuple):
    """What was brought and cost under one name in a span, in micro-dollars; `given` is what founders gave back."""

    name: str
    plan: int
    films: int
    fees: int
    billed: int
    given: int

    @property
    def revenue(self) -> int:
        """What it brought, less what was given back."""
        return self.plan + self.films - self.given

    @property
    def micros(self) -> int:
        """What is left."""
        return self.revenue - self.fees - self.billed

    @property
    def share(self) -> float | None:
        """What is left, of 1 of what it brought; None where it brought nothing."""
        return self.micros / self.revenue if self.revenue > 0 else None


class EpisodeMargin(NamedTuple):
    """An episode's margin in a span; `total` is what vendors ever billed for it, `film` whether credits pay for it."""

    account: str
    episode: str
    margin: Margin
    total: int
    last: datetime | None
    film: bool


class Moved(NamedTuple):
    """What moved in a span: plans paid and payments' costs by account; the rest by account and episode."""

    plan: Counter[str]
    fees: Counter[str]
    films: Counter[Key]
    billed: Counter[Key]
    ever: Mapping[Key, tuple[int, datetime]]  # what vendors ever billed for those, and when last
    orders: frozenset[Key]  # films for credits


def moved(session: Session, span: Span, payment: Payment) -> Moved:
    """Read what moved."""
    plan, cost = _paid(session, span, payment)
    billed, ever = _billed(session, span)
    orders = frozenset(session.exec(select(FilmOrder.account, FilmOrder.episode)))
    return Moved(plan, cost, _films(session, span), billed, ever, orders)


def accounts(found: Moved, given: Mapping[Key, int]) -> tuple[Margin, ...]:
    """Every account that paid or was billed for, the least margin first."""
    spent, took, back = (_by_account(one) for one in (found.films, found.billed, given))
    names = {*found.plan, *found.fees, *spent, *took, *back}
    told = [Margin(one, found.plan[one], spent[one], found.fees[one], took[one], back[one]) for one in names]
    return tuple(sorted(told, key=lambda one: (one.micros, one.name)))


def episodes(found: Moved, given: Mapping[Key, int]) -> tuple[EpisodeMargin, ...]:
    """Every episode that was billed for, paid or given back, the dearest first."""
    keys = [key for key in {*found.films, *found.billed, *given} if key[1]]
    planned = Counter(account for account, episode in keys if (account, episode) not in found.orders)
    told = []
    for key in keys:
        account, name = key
        film = key in found.orders
        parts = 0 if film else planned[account]
        plan, cost = (paid[account] // parts if parts else 0 for paid in (found.plan, found.fees))
        margin = Margin(name, plan, found.films[key], cost, found.billed[key], given.get(key, 0))
        total, last = found.ever.get(key, (0, None))
        told.append(EpisodeMargin(account, name, margin, total, last, film))
    return tuple(sorted(told, key=lambda one: (-one.total, one.account, one.episode)))


def together(name: str, found: Iterable[Margin]) -> Margin:
    """Several as one."""
    none = Margin(name, 0, 0, 0, 0, 0)
    return Margin(name, *(sum(column) for column in zip(*(one[1:] for one in (none, *found)), strict=True)))


def _paid(session: Session, span: Span, payment: Payment) -> tuple[Counter[str], Counter[str]]:
    """What accounts paid for plans, less refunds, and what all their payments cost, packs' among them."""
    sums = (func.count(), func.sum(Purchase.micros), func.sum(Purchase.refunded))
    query = select(Purchase.account, Purchase.ware, *sums).where(  # type: ignore[call-overload]
        col(Purchase.state).in_(PAID_ONCE), Purchase.ware != Ware.PLAN,
        col(Purchase.paid) >= span.since, col(Purchase.paid) < span.until,
    )  # fmt: skip
    plan: Counter[str] = Counter()
    cost: Counter[str] = Counter()
    for account, ware, orders, micros, back in session.exec(query.group_by(col(Purchase.account), col(Purchase.ware))):
        cost[account] += fees(payment, orders, int(micros))
        if ware != Ware.PACK:
            plan[account] += int(micros) - int(back)
    return plan, cost


def _billed(session: Session, span: Span) -> tuple[Counter[Key], dict[Key, tuple[int, datetime]]]:
    """What vendors billed in a span, and what they ever billed for the same, in one look at all bills."""
    keys = (col(Entry.account), col(Entry.episode))
    inside = and_(col(Entry.at) >= span.since, col(Entry.at) < span.until)
    now = func.sum(case((inside, Entry.micros), else_=0))
    told = (*keys, now, func.sum(Entry.micros), func.max(Entry.at))
    query = select(*told).where(IS_BILL).group_by(*keys)  # type: ignore[call-overload]
    payers = payers_of(session)
    billed: Counter[Key] = Counter()
    ever: dict[Key, tuple[int, datetime]] = {}
    for account, episode, micros, total, last in session.exec(query.having(func.max(Entry.at) >= span.since)):
        key = payers.get(account, account), episode
        billed[key] += int(micros)
        had, before = ever.get(key, (0, last))
        ever[key] = had + int(total), max(before, last)
    return billed, ever


def _films(session: Session, span: Span) -> Counter[Key]:
    """The credits films spent, at what their account really paid for a credit."""
    keys = (col(Entry.account), col(Entry.episode))
    spends = (IS_CREDIT, Entry.verb == Verb.SETTLE, col(Entry.purse).startswith(f"{Purse.FILMS}:"))
    query = select(*keys, func.sum(Entry.micros)).where(*spends, Entry.at >= span.since, Entry.at < span.until)
    rows = session.exec(query.group_by(*keys)).all()
    worth = _worth(session) if rows else {}
    return Counter({(one, episode): int(int(micros) * worth.get(one, Fraction(0))) for one, episode, micros in rows})


def _worth(session: Session) -> dict[str, Fraction]:
    """What was paid of all the credits an account ever had: bonus credits bring nothing."""
    grants = (IS_CREDIT, Entry.verb == Verb.GRANT, Entry.micros < 0)
    sold = col(Entry.purse).startswith(f"{Purse.SOLD}:")
    query = select(Entry.account, sold, func.sum(-Entry.micros)).where(*grants)
    had: dict[str, list[int]] = {}
    for account, paid, micros in session.exec(query.group_by(col(Entry.account), sold)):
        had.setdefault(account, [0, 0])[bool(paid)] += int(micros)
    return {account: Fraction(paid, free + paid) for account, (free, paid) in had.items()}


def payers_of(session: Session) -> dict[str, str]:
    """The account behind each film that pays for its own takes."""
    return {f"film:{film}": account for film, account in session.exec(select(FilmOrder.id, FilmOrder.account))}


def _by_account(found: Mapping[Key, int]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for (account, _), micros in found.items():
        sums[account] += micros
    return sums
