"""Paying: what the payment service says becomes orders, plans and credits. It believes no notice and no redirect.

Every look fetches the state of now; what was paid grants once, whoever says so and however often.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import islice

from sqlmodel import Session, col, select

from studio.db import Database, now
from studio.errors import Invalid, NotFound, StudioError
from studio.money.credits import claw_back, give_back, grant_pack
from studio.money.disputing import book_dispute
from studio.money.granting import grant, take_back
from studio.money.inbox import Notice, Topic, Waiting, forget, newest, put_off, settled, take_in, turn, waiting
from studio.money.inserting import insert
from studio.money.orders import OrderState, Purchase, Ware, close, of_payment
from studio.money.packs import Pack
from studio.money.payments import Checkout, Invoiced, Paid, Payments, Subscribed
from studio.money.subscriptions import LIVE, Subscription, account_of
from studio.money.tiers import Tiers
from studio.people.account import Account, State
from studio.people.entitling import follow, lapsed
from studio.people.letters import Kind, write
from studio.story.episode import fresh_id

log = logging.getLogger(__name__)
_UNPAID = (OrderState.OPEN, OrderState.EXPIRED, OrderState.FAILED)
_BACK = timedelta(days=3)  # how far a reconciliation looks
_KEPT = timedelta(days=30)  # a notice that was acted on
_BATCH = 100


class Till:
    """Acts on what was paid, in one house; safe to have in several workers at once."""

    def __init__(
        self,
        db: Database,
        payments: Payments,
        tiers: Tiers,
        packs: Sequence[Pack] = (),
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._db, self._payments, self._tiers, self._clock = db, payments, tiers, clock
        self._packs = {pack.name: pack for pack in packs}
        self._looks: dict[Topic, Callable[[str], None]] = {
            Topic.CHECKOUT: self._checkout,
            Topic.SUBSCRIPTION: self._subscription,
            Topic.INVOICE: self._invoice,
            Topic.PAYMENT: self._payment,
        }

    def take(self, notices: Sequence[Notice]) -> int:
        """Keep notices to be acted on; gives how many are new. Those of the other mode are none of ours."""
        ours = [one for one in notices if one.live == self._payments.live]
        with self._db.write() as session:
            return sum(take_in(session, one, at=self._clock()) for one in ours)

    def hear(self, body: bytes, signature: str) -> bool:
        """Keep a notice as it came in, to be acted on; gives whether it is new. Invalid where nobody signed it."""
        notice = self._payments.notice(body, signature)
        if notice.live != self._payments.live:
            raise Invalid(f"{notice.id} is of the other mode")
        return bool(self.take([notice]))

    def look(self, most: int = 500) -> int:
        """Act on what is waiting, and on grace that has run out; gives how many objects were looked at."""
        with self._db.read() as session:
            found = waiting(session, at=self._clock(), most=most)
            late = lapsed(session, self._tiers, at=self._clock())
        for one in found:
            self._act(one)
        for account in late:
            with self._db.write() as session:
                follow(session, account, self._tiers, at=self._clock())
        return len(found)

    def reconcile(self) -> int:
        """Take in what did not come by itself in the last days; gives how many notices that were."""
        told, new = self._payments.since(self._clock() - _BACK), 0
        while batch := list(islice(told, _BATCH)):
            new += self.take(batch)
        if new:
            log.warning("payments.reconciled notices=%d", new)
        with self._db.write() as session:
            forget(session, self._clock() - _KEPT)
        return new

    def _act(self, one: Waiting) -> None:
        try:
            self._looks[one.topic](one.object)
        except NotFound as error:
            log.info("payments.not_ours object=%s %s", one.object, error)
        except StudioError as error:
            log.warning("payments.put_off object=%s %s", one.object, error)
            with self._db.write() as session:
                put_off(session, one, str(error), at=self._clock())
            return
        with self._db.write() as session:
            settled(session, one)

    def _checkout(self, name: str) -> None:
        seen, at = self._payments.seen(name), self._clock()
        with self._db.write() as session:
            order = session.get(Purchase, seen.order, with_for_update=True) if seen.order else None
            if order is None or order.session != name or account_of(session, seen.customer) != order.account:
                raise NotFound(f"no order of ours is paid on {name}")
            if seen.paid and order.state in _UNPAID:
                self._bought(session, order, seen, at)
            elif seen.refused or seen.expired:
                close(session, order, OrderState.FAILED if seen.refused else OrderState.EXPIRED)
        if seen.subscription:
            self._subscription(seen.subscription)
        if seen.paid and seen.payment:
            self._payment(seen.payment)  # after what was granted is there to be taken back

    def _bought(self, session: Session, order: Purchase, seen: Checkout, at: datetime) -> None:
        order.state, order.intent, order.paid = OrderState.PAID, None, at
        order.payment, order.subscription = seen.payment, seen.subscription
        session.add(order)
        if order.ware == Ware.PACK:
            if order.what not in self._packs:
                raise StudioError(f"{order.account} has paid for {order.what}, and there is no such pack any more")
            grant_pack(session, order.account, self._packs[order.what], once=order.id, at=at)

    def _invoice(self, name: str) -> None:
        found, at = self._payments.invoice(name), self._clock()
        with self._db.write() as session:
            account = account_of(session, found.customer)
            if account is None:
                raise NotFound(f"{found.customer} is no customer of ours")
            if found.paid:
                self._month(session, account, found, at)
            elif found.tries and _reachable(session, account):
                write(session, account, Kind.OWED, f"owed:{found.id}:{found.tries}", at=at)
        self._subscription(found.subscription)
        if found.paid and found.payment:
            self._payment(found.payment)

    def _month(self, session: Session, account: str, found: Invoiced, at: datetime) -> None:
        """Write down a month that was paid, and put what vendors may be paid of it into the pot; once."""
        # A change is paid for by the day; plans that can be changed to are at the price of now.
        monthly = self._tiers.find(found.tier).price_micros if found.change else found.total
        order = Purchase(
            id=fresh_id(), account=account, ware=Ware.CHANGE if found.change else Ware.MONTH, what=found.tier,
            state=OrderState.PAID, micros=found.micros, monthly=monthly, granted=self._tiers.worth(found.micros),
            invoice=found.id, subscription=found.subscription, payment=found.payment, begins=found.begins,
            ends=found.ends, created=at, paid=at,
        )  # fmt: skip
        row = insert(session, Purchase).values(order.model_dump()).on_conflict_do_nothing(index_elements=["invoice"])
        if session.exec(row.returning(col(Purchase.id))).first() and order.granted:
            until = f"{found.tier} from {found.begins:%d %B %Y} to {found.ends:%d %B %Y}"
            grant(session, account, order.granted, once=f"invoice:{found.id}", why=until, at=at)

    def _subscription(self, name: str) -> None:
        with self._db.write() as session:
            mine = turn(session, name)
        found, at = self._payments.subscription(name), self._clock()
        with self._db.write() as session:
            if not newest(session, name, mine):
                return
            account = account_of(session, found.customer)
            if account is None:
                raise NotFound(f"{found.customer} is no customer of ours")
            session.merge(_row(found, account, at))
            follow(session, account, self._tiers, at=at)
            gone = session.get_one(Account, account).state in (State.GONE, State.SUSPENDED)
            spare, payments = _spare(session, account)
        if gone and found.standing in LIVE:
            self._payments.cancel(name)
        elif spare and payments:
            log.warning("payments.twice account=%s subscription=%s", account, spare)
            for payment in payments:
                self._payments.refund(payment)
            self._payments.cancel(spare)

    def _payment(self, name: str) -> None:
        with self._db.write() as session:
            mine = turn(session, name)
        found, at = self._payments.paid(name), self._clock()
        with self._db.write() as session:
            if not newest(session, name, mine):
                return
            if order := of_payment(session, name):
                for one in found.disputes:
                    book_dispute(session, order.account, one, self._tiers.payment, at=at)
                self._weigh(session, order, found, at)
                follow(session, order.account, self._tiers, at=at)

    def _weigh(self, session: Session, order: Purchase, found: Paid, at: datetime) -> None:
        """Take back of what an order gave as much as went back of its payment, and give back what came again."""
        before = Fraction(1) if order.state == OrderState.DISPUTED else Fraction(order.refunded, found.micros or 1)
        share = Fraction(1) if found.disputed else Fraction(found.refunded, found.micros or 1)
        back = OrderState.DISPUTED if found.disputed else OrderState.REFUNDED
        order.state = back if share == 1 else OrderState.PAID
        order.refunded, order.receipt = found.refunded, found.receipt
        session.add(order)
        if share == before:
            return
        if order.ware == Ware.PACK:
            if share < before:
                give_back(session, order.account, once=order.id, at=at)
            claw_back(session, order.account, once=order.id, at=at, share=share)
            return
        if less := order.granted - (self._tiers.worth(order.micros) * (1 - share)).__floor__():
            order.turns += 1
            why, once = f"{order.what}: {order.state}", f"{order.id}:{order.turns}"
            if less > 0:
                take_back(session, order.account, less, once=once, why=why, at=at)
            else:
                grant(session, order.account, -less, once=once, why=why, at=at)
            order.granted -= less


def _row(found: Subscribed, account: str, at: datetime) -> Subscription:
    return Subscription(
        id=found.id, account=account, tier=found.tier, standing=found.standing, ends=found.ends, cancels=found.cancels,
        failed=found.failed, owed=found.owed, invoice=found.way_out, since=found.since, updated=at,
    )  # fmt: skip


def _spare(session: Session, account: str) -> tuple[str, list[str]]:
    """The newer of two subscriptions that somebody bought in two windows, with its payments; nothing else."""
    mine = select(Subscription).where(Subscription.account == account, col(Subscription.standing).in_(LIVE))
    rows = session.exec(mine.order_by(col(Subscription.since), col(Subscription.id))).all()
    if len(rows) < 2:
        return "", []
    paid = select(Purchase.payment).where(Purchase.subscription == rows[-1].id, col(Purchase.invoice).is_not(None))
    return rows[-1].id, [one for one in session.exec(paid) if one]


def _reachable(session: Session, account: str) -> bool:
    return bool(session.get_one(Account, account).email)


def leave(session: Session, account: str, at: datetime) -> None:
    """See to it that whoever leaves, or is suspended, pays nothing any more; call in the transaction that does it."""
    mine = select(Subscription.id).where(Subscription.account == account, col(Subscription.standing).in_(LIVE))
    for name in session.exec(mine):
        left = Notice(
            id=f"left:{name}", kind="account.left", topic=Topic.SUBSCRIPTION, object=name, created=at, live=True
        )
        take_in(session, left, at=at)
