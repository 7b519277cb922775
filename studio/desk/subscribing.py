"""Subscribing: plans and packs of credits, the way to pay for them, and what was paid. It grants nothing."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import select

from studio.db import now
from studio.desk.seat import Seat
from studio.errors import Conflict, NotFound
from studio.money.orders import OrderState, Purchase, Ware, begin, bought, close
from studio.money.payments import Payments, Sale
from studio.money.subscriptions import Standing, customer_of, grace, keep_customer, live
from studio.money.tiers import Tier
from studio.people.account import Account
from studio.people.refusals import look_whose
from studio.story.noun import Noun


class PlanView(Noun):
    """A plan that is sold: what it costs a month and holds; None is no limit. `mine` is the one that is paid for."""

    name: str
    micros: int
    episodes: int | None
    retakes: int | None
    requests: int | None
    minutes: int | None
    monthly: int  # micro-dollars that vendors may be paid in a month
    mine: bool = False


class SubscriptionView(Noun):
    """What somebody pays for monthly: `tier` is what it entitles to now, `paid` what was last paid for."""

    tier: str
    paid: str
    micros: int  # a month
    standing: Standing
    ends: datetime  # of the month: then it is paid again, or ends
    cancels: bool
    owed: int = 0  # micro-dollars
    pay: str = ""  # where that can be paid
    grace: datetime | None = None  # until when what is owed is waited for


class OrderView(Noun):
    """Something that was paid, in micro-dollars."""

    id: str
    ware: Ware
    what: str
    state: OrderState
    micros: int
    refunded: int
    granted: int  # of a month: what vendors may be paid of it
    begins: datetime | None
    ends: datetime | None
    paid: datetime
    receipt: str


class Subscribing(Seat):
    """Sells plans and packs."""

    @property
    def sells(self) -> bool:
        """Whether anything is sold here."""
        return self._house.payments is not None

    def plans(self) -> tuple[PlanView, ...]:
        """The plans that are sold, the cheapest first; none in a house that sells nothing."""
        if not self.sells:
            return ()
        with self._house.db.read() as session:
            own = live(session, self._account)
        tiers, mine = self._house.tiers, own.tier if own else ""
        return tuple(_plan(tier, tiers.worth(tier.price_micros), mine=mine == tier.name) for tier in tiers.sold)

    def promises(self) -> tuple[str, ...]:
        """What a buyer is promised, to be written beside the buttons."""
        sale = self._house.tiers.sale
        return tuple(one.format(days=sale.grace_days) for one in sale.promises)

    def subscription(self) -> SubscriptionView | None:
        """What the account pays for monthly; None when it pays for nothing."""
        tiers = self._house.tiers
        with self._house.db.read() as session:
            row = live(session, self._account)
            if row is None:
                return None
            return SubscriptionView(
                tier=session.get_one(Account, self._account).tier,
                paid=row.tier,
                micros=tiers.find(row.tier).price_micros,
                standing=Standing(row.standing),
                ends=row.ends,
                cancels=row.cancels,
                owed=row.owed,
                pay=row.invoice,
                grace=grace(row, tiers),
            )

    def subscribe(self, tier: str) -> str:
        """The address of a page on which a plan is paid; the same one for a second click.

        NotFound for a plan that is not sold, Conflict for who has one: theirs is changed in the portal.
        """
        payments = self._payments()
        plan = next((one for one in self._house.tiers.sold if one.name == tier), None)
        if plan is None:
            raise NotFound(f"no plan called {tier}")
        with self._house.db.read() as session:
            if own := live(session, self._account):
                raise Conflict(f"you have {own.tier} already; change it where your plan is managed")
        self._close_others(payments, tier)
        return self._page(payments, Ware.PLAN, tier, f"TrashFire Studio {tier.capitalize()}", plan.price_micros)

    def buy_pack(self, pack: str) -> str:
        """The address of a page on which a pack of credits is paid; the same one for a second click."""
        payments = self._payments()
        sold = self._house.films.pack if self._house.films else ()
        found = next((one for one in sold if one.name == pack), None)
        if found is None:
            raise NotFound(f"no pack called {pack}")
        return self._page(payments, Ware.PACK, pack, f"{pack}: {found.credits + found.bonus} credits", found.micros)

    def portal(self) -> str:
        """The address of a page on which plan and card are changed and a plan is cancelled; it lasts some minutes."""
        payments = self._payments()
        with self._house.db.read() as session:
            customer = customer_of(session, self._account)
        if customer is None:
            raise NotFound("nothing was bought yet")
        return payments.portal(customer)

    def orders(self) -> tuple[OrderView, ...]:
        """Everything that was paid, the newest first."""
        with self._house.db.read() as session:
            return tuple(map(_order, bought(session, self._account)))

    def order_state(self, order: str) -> OrderState:
        """How an order stands that somebody comes back from paying; NotFound for one of somebody else."""
        with self._house.db.read() as session:
            mine = select(Purchase.state).where(Purchase.id == order, Purchase.account == self._account)
            state = session.exec(mine).first()
            if state is None:
                look_whose(session, self._account, Purchase, order)
                raise NotFound(f"no order {order}")
        return OrderState(state)

    def _payments(self) -> Payments:
        if self._house.payments is None:
            raise NotFound("this studio sells nothing")
        return self._house.payments

    def _customer(self, payments: Payments) -> str:
        with self._house.db.read() as session:
            known = customer_of(session, self._account)
            email = session.get_one(Account, self._account).email or ""
        if known:
            return known
        made = payments.customer(self._account, email)
        with self._house.db.write() as session:
            return keep_customer(session, self._account, made, at=now())

    def _page(self, payments: Payments, ware: Ware, what: str, title: str, micros: int) -> str:
        customer = self._customer(payments)
        with self._house.db.write() as session:
            order = begin(session, self._account, ware, what, micros, at=now())
        if order.url:
            return order.url
        sale = Sale(order=order.id, customer=customer, ware=ware, what=what, title=title, micros=micros)
        made = payments.checkout(sale)
        with self._house.db.write() as session:
            kept = session.get_one(Purchase, order.id)
            kept.session, kept.url, kept.expires = made.id, made.url, made.expires
            session.add(kept)
        return made.url

    def _close_others(self, payments: Payments, tier: str) -> None:
        """Close pages on which another plan could still be paid, so that nobody ends up with two."""
        with self._house.db.read() as session:
            mine = select(Purchase).where(Purchase.account == self._account, Purchase.ware == Ware.PLAN)
            others = [one for one in session.exec(mine.where(Purchase.state == OrderState.OPEN)) if one.what != tier]
        for other in others:
            if other.session:
                payments.expire(other.session)
            with self._house.db.write() as session:
                close(session, session.get_one(Purchase, other.id), OrderState.EXPIRED)


def _plan(tier: Tier, monthly: int, *, mine: bool) -> PlanView:
    told = {name: getattr(tier, name) for name in ("name", "episodes", "retakes", "requests", "minutes")}
    return PlanView(micros=tier.price_micros, monthly=monthly, mine=mine, **told)


def _order(row: Purchase) -> OrderView:
    told = ("id", "ware", "what", "state", "micros", "refunded", "granted", "begins", "ends", "receipt")
    return OrderView(paid=row.paid or row.created, **{name: getattr(row, name) for name in told})
