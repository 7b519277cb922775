"""Margins: what accounts and episodes brought, what they cost, and what is left of it. Whose tier it is, others know.

An account brings what its plan and its credits earned (studio.money.earning). An episode brings what its film's credits
earned, or an equal share of its account's plan among the episodes billed in the span. What no take of rented machines
carried is the house's own, under no name. Everything is under exactly one account, and in one episode or none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, case
from sqlmodel import Session, col, func, select

from studio.money.disputing import dispute_fees
from studio.money.earning import Key, packs, plans
from studio.money.entry import Entry
from studio.money.goods import idle
from studio.money.minutes import FilmOrder
from studio.money.orders import PAID_ONCE, Purchase, Ware
from studio.money.reckoning import IS_BILL, Span
from studio.money.takings import CHARGED, fees
from studio.money.tiers import Payment

HOUSE = ""  # the account of what is nobody's
_AHEAD = timedelta(days=400)  # no month that was paid is longer


class Margin(NamedTuple):
    """What was brought and cost under one name in a span, in micro-dollars.

    `given` is what founders gave back, and is told beside: credits of a film are off what it brought, and what may be
    spent at vendors once more costs when it is.
    """

    name: str
    plan: int
    films: int
    fees: int
    billed: int
    given: int

    @property
    def revenue(self) -> int:
        """What it brought."""
        return self.plan + self.films

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
    """What moved in a span: plans, and what payments and disputes cost, by account; the rest by episode too."""

    plan: Counter[str]
    fees: Counter[str]  # of payments for plans
    packs: Counter[str]  # of payments for packs
    disputes: Counter[str]  # what those of an account cost, which are of no episode
    films: Counter[Key]
    billed: Counter[Key]
    given: Mapping[Key, int]
    ever: Mapping[Key, tuple[int, datetime]]  # what vendors ever billed for those, and when last
    orders: frozenset[Key]  # films for credits


def moved(
    session: Session, span: Span, payment: Payment, given: Mapping[Key, int] | None = None, *, ahead: bool = False
) -> Moved:
    """Read what moved; `given` is what founders gave back. With `ahead` months that have begun count to their end."""
    given = given or {}
    plan = plans(session, span.since, span.until + _AHEAD if ahead else span.until)
    of_plans, of_packs = (_fees(session, span, payment, *wares) for wares in ((Ware.MONTH, Ware.CHANGE), (Ware.PACK,)))
    billed, ever = _billed(session, span)
    billed[HOUSE, ""] += idle(session, span)
    orders = frozenset(session.exec(select(FilmOrder.account, FilmOrder.episode)))
    films = packs(session, span, {key: micros for key, micros in given.items() if key in orders})
    return Moved(plan, of_plans, of_packs, dispute_fees(session, span), films, billed, given, ever, orders)


def accounts(found: Moved) -> tuple[Margin, ...]:
    """Every account that brought, paid or was billed for anything, the least margin first."""
    spent, took, back = (_by_account(one) for one in (found.films, found.billed, found.given))
    cost = Counter(found.fees)
    for one in (found.packs, found.disputes):
        cost.update(one)  # a sum of counters would lose what came back
    names = {*found.plan, *cost, *spent, *took, *back}
    told = [Margin(one, found.plan[one], spent[one], cost[one], took[one], back[one]) for one in names]
    return tuple(sorted((one for one in told if any(one[1:])), key=lambda one: (one.micros, one.name)))


def episodes(found: Moved) -> tuple[EpisodeMargin, ...]:
    """Every episode that was billed for, paid or given back, the dearest first."""
    keys = sorted(key for key in {*found.films, *found.billed, *found.given} if key[1])
    planned: dict[str, list[Key]] = {}
    for key in keys:
        if key not in found.orders:
            planned.setdefault(key[0], []).append(key)
    plan, cost = (_shared(paid, planned) for paid in (found.plan, found.fees))
    told = []
    for key in keys:
        account, name = key
        margin = Margin(name, plan[key], found.films[key], cost[key], found.billed[key], found.given.get(key, 0))
        total, last = found.ever.get(key, (0, None))
        told.append(EpisodeMargin(account, name, margin, total, last, key in found.orders))
    return tuple(sorted(told, key=lambda one: (-one.total, one.account, one.episode)))


def together(name: str, found: Iterable[Margin]) -> Margin:
    """Several as one."""
    none = Margin(name, 0, 0, 0, 0, 0)
    return Margin(name, *(sum(column) for column in zip(*(one[1:] for one in (none, *found)), strict=True)))


def without(name: str, all_of: Margin, parts: Iterable[Margin]) -> Margin:
    """What is left of one margin when parts of it are taken out."""
    rest = together(name, parts)
    return Margin(name, *(whole - part for whole, part in zip(all_of[1:], rest[1:], strict=True)))


def _shared(paid: Counter[str], planned: Mapping[str, list[Key]]) -> Counter[Key]:
    """What accounts paid, shared out equally among their episodes to the last micro-dollar."""
    found: Counter[Key] = Counter()
    for account, keys in planned.items():
        each, rest = divmod(paid[account], len(keys))
        found.update({key: each + (number < rest) for number, key in enumerate(keys)})
    return found


def _fees(session: Session, span: Span, payment: Payment, *wares: Ware) -> Counter[str]:
    """What payments for these cost in a span; it is not given back with a refund."""
    query = select(Purchase.account, CHARGED, func.sum(Purchase.micros)).where(
        col(Purchase.state).in_(PAID_ONCE), col(Purchase.ware).in_(wares),
        col(Purchase.paid) >= span.since, col(Purchase.paid) < span.until,
    )  # fmt: skip
    rows = session.exec(query.group_by(col(Purchase.account)))
    return Counter({account: fees(payment, int(charged), int(micros)) for account, charged, micros in rows})


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


def payers_of(session: Session) -> dict[str, str]:
    """The account behind each film that pays for its own takes."""
    return {f"film:{film}": account for film, account in session.exec(select(FilmOrder.id, FilmOrder.account))}


def _by_account(found: Mapping[Key, int]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for (account, _), micros in found.items():
        sums[account] += micros
    return sums
