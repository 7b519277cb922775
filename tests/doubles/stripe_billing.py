"""What happens to money at Stripe's double: payments, invoices, subscriptions, and time passing over them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from tests.doubles.stripe_objects import Objects, Row, listed, month_after, snapshot
from tests.doubles.stripe_post import Post

DAY = 86_400
RETRIES = (3 * DAY, 5 * DAY, 7 * DAY)  # after a month's card failed; then the subscription ends
GOOD, DECLINED, ACTION = "4242", "0002", "3155"  # how the number of a card ends that pays, does not, or asks its owner


@dataclass(frozen=True)
class Cart:
    """What is sold on a page to pay on."""

    title: str
    price: Row | None  # of a subscription
    metadata: Row


@dataclass
class Billing:
    """The money of one account. `ahead` is how far its clock was put on; a customer may have a test clock."""

    objects: Objects = field(default_factory=Objects)
    post: Post = field(default_factory=Post)
    clock: Callable[[], float] = time.time
    ahead: int = 0
    base: str = ""
    events: list[Row] = field(default_factory=list)
    cards: dict[str, str] = field(default_factory=dict)  # customer -> the end of its card's number
    carts: dict[str, Cart] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock, repr=False)
    _at: int | None = None  # the moment that is being lived through

    def now(self, customer: str | None = None) -> int:
        """The time, of a customer on a test clock that clock's."""
        if self._at is not None:
            return self._at
        row = self.objects.find(customer or "")
        frozen = self.objects.find(row["test_clock"]) if row and row["test_clock"] else None
        return frozen["frozen_time"] if frozen else int(self.clock()) + self.ahead

    def tell(self, kind: str, about: Row, customer: str | None = None) -> None:
        """Write an event down and give it to the post."""
        event = self.objects.make(
            "event", type=kind, created=self.now(customer), data={"object": snapshot(about)}, pending_webhooks=1,
            api_version="2026-10-28.endive", request={"id": None, "idempotency_key": None},
        )  # fmt: skip
        self.events.append(event)
        self.post.happened(event)

    def charge(self, customer: str, cents: int, about: Row, *, slow: bool = False) -> Row:
        """A payment that went through, or is on its way."""
        intent = self.objects.make(
            "payment_intent", amount=cents, amount_received=0 if slow else cents, customer=customer, currency="usd",
            created=self.now(customer), status="processing" if slow else "succeeded", metadata=about,
            capture_method="automatic", confirmation_method="automatic", payment_method_types=["card"],
        )  # fmt: skip
        if not slow:
            self._charged(intent)
        return intent

    def _charged(self, intent: Row) -> None:
        made = self.objects.make(
            "charge", amount=intent["amount"], amount_captured=intent["amount"], amount_refunded=0, captured=True,
            paid=True, refunded=False, disputed=False, status="succeeded", currency="usd", customer=intent["customer"],
            payment_intent=intent["id"], created=self.now(intent["customer"]),
        )  # fmt: skip
        made["receipt_url"] = f"{self.base}/receipts/{made['id']}"
        intent |= {"latest_charge": made["id"], "status": "succeeded", "amount_received": intent["amount"]}
        self.tell("charge.succeeded", made, intent["customer"])

    def settle(self, session: Row, *, good: bool) -> None:
        """What becomes of a slow payment."""
        intent = self.objects.find(session["payment_intent"])
        assert intent
        if good:
            self._charged(intent)
            session["payment_status"] = "paid"
        else:
            intent["status"] = "requires_payment_method"
        kind = "succeeded" if good else "failed"
        self.tell(f"checkout.session.async_payment_{kind}", session, session["customer"])

    def subscribe(self, customer: str, price: Row, metadata: Row) -> Row:
        """A subscription with its first invoice, which the customer's card pays."""
        begun = self.now(customer)
        row = self.objects.make(
            "subscription", customer=customer, status="active", created=begun, start_date=begun, metadata=metadata,
            billing_cycle_anchor=begun, cancel_at_period_end=False, currency="usd", discounts=[], default_tax_rates=[],
            collection_method="charge_automatically",
        )  # fmt: skip
        item = self.objects.make(
            "subscription_item", subscription=row["id"], price=price, quantity=1, created=begun,
            current_period_start=begun, current_period_end=month_after(begun), discounts=[], tax_rates=[],
        )  # fmt: skip
        row["items"] = listed([item], f"/v1/subscription_items?subscription={row['id']}")
        lines = [self._line(row, price, price["unit_amount"], begun, item["current_period_end"])]
        self.tell("customer.subscription.created", row, customer)
        self.bill(row, "subscription_create", lines)
        return row

    def _line(self, of: Row, price: Row, cents: int, begins: int, ends: int, *, rest: bool = False) -> Row:
        details = {"subscription": of["id"], "subscription_item": of["items"]["data"][0]["id"], "proration": rest}
        return self.objects.make(
            "line_item", amount=cents, currency="usd", period={"start": begins, "end": ends}, quantity=1,
            description="Remaining time" if rest else "1 month", subtotal=cents, discountable=not rest, discounts=[],
            discount_amounts=[], parent={"type": "subscription_item_details", "subscription_item_details": details},
            pricing={"type": "price_details", "unit_amount_decimal": str(cents),
                     "price_details": {"price": price["id"], "product": price["product"]}},
        )  # fmt: skip

    def bill(self, of: Row, reason: str, lines: list[Row]) -> Row:
        """An invoice of a subscription, tried at once; credit of the customer is used up first."""
        customer = self.objects.find(of["customer"])
        assert customer
        total = sum(line["amount"] for line in lines)
        due = max(0, total + customer["balance"])
        at = self.now(customer["id"])
        row = self.objects.make(
            "invoice", customer=customer["id"], billing_reason=reason, status="open", total=total, subtotal=total,
            amount_due=due, amount_paid=0, amount_remaining=due, attempt_count=0, attempted=False, created=at,
            currency="usd", starting_balance=customer["balance"], collection_method="charge_automatically",
            period_start=at, period_end=at, auto_advance=True,
            parent={"type": "subscription_details", "quote_details": None,
                    "subscription_details": {"subscription": of["id"], "metadata": of["metadata"]}},
            status_transitions={"finalized_at": at, "paid_at": None, "voided_at": None},
        )  # fmt: skip
        customer["balance"] = min(0, total + customer["balance"])
        for line in lines:
            line["invoice"] = row["id"]
        row["lines"] = listed(lines, f"/v1/invoices/{row['id']}/lines")
        row["hosted_invoice_url"] = f"{self.base}/invoice/{row['id']}"
        of["latest_invoice"] = row["id"]
        self.attempt(row)
        return row

    def attempt(self, row: Row) -> bool:
        """Try to collect an open invoice with the customer's card."""
        customer, of = row["customer"], self._of(row)
        if row["status"] != "open":
            return row["status"] == "paid"
        row |= {"attempted": True, "attempt_count": row["attempt_count"] + bool(row["amount_due"])}
        card = self.cards.get(customer, DECLINED)
        if row["amount_due"] and card != GOOD:
            self._refused(row, of, "payment_action_required" if card == ACTION else "payment_failed")
            return False
        if row["amount_due"]:
            intent = self.charge(customer, row["amount_due"], {})
            self.objects.make(
                "invoice_payment", invoice=row["id"], amount_paid=row["amount_due"], amount_requested=row["amount_due"],
                created=self.now(customer), currency="usd", is_default=True, status="paid",
                payment={"type": "payment_intent", "payment_intent": intent["id"]},
            )  # fmt: skip
        row |= {"status": "paid", "amount_paid": row["amount_due"], "amount_remaining": 0, "next_payment_attempt": None}
        row["status_transitions"]["paid_at"] = self.now(customer)
        self.tell("invoice.paid", row, customer)
        if of["status"] in ("past_due", "incomplete") and of["latest_invoice"] == row["id"]:
            of["status"] = "active"
            self.tell("customer.subscription.updated", of, customer)
        return True

    def _refused(self, row: Row, of: Row, kind: str) -> None:
        tries = row["attempt_count"]
        again = RETRIES[tries - 1] if tries <= len(RETRIES) and row["billing_reason"] != "subscription_create" else None
        row["next_payment_attempt"] = self.now(row["customer"]) + again if again else None
        self.tell(f"invoice.{kind}", row, row["customer"])
        if row["billing_reason"] != "subscription_create" and not again:
            self.end(of)
        elif of["status"] == "active":
            of["status"] = "past_due" if row["billing_reason"] != "subscription_create" else "incomplete"
            self.tell("customer.subscription.updated", of, of["customer"])

    def change(self, of: Row, price: Row) -> None:
        """Change a subscription's price now: what is left of the month is taken off and charged at once."""
        item, at = of["items"]["data"][0], self.now(of["customer"])
        old, ends, begins = item["price"], item["current_period_end"], item["current_period_start"]
        if old["id"] == price["id"]:
            return
        left = [(-1, old), (1, price)]
        item["price"] = price
        cents = [sign * round(one["unit_amount"] * (ends - at) / (ends - begins)) for sign, one in left]
        lines = [self._line(of, one, part, at, ends, rest=True) for part, (_, one) in zip(cents, left, strict=True)]
        self.tell("customer.subscription.updated", of, of["customer"])
        self.bill(of, "subscription_update", lines)

    def cancel_later(self, of: Row, *, cancel: bool) -> None:
        """Let a subscription end with its month, or go on after all."""
        of["cancel_at_period_end"] = cancel
        self.tell("customer.subscription.updated", of, of["customer"])

    def end(self, of: Row) -> None:
        """End a subscription."""
        if of["status"] == "canceled":
            return
        at = self.now(of["customer"])
        of |= {"status": "canceled", "canceled_at": at, "ended_at": at}
        for row in self.objects.every("invoice", status="open"):
            if self._of(row)["id"] == of["id"]:
                row |= {"status": "uncollectible", "next_payment_attempt": None}
        self.tell("customer.subscription.deleted", of, of["customer"])

    def refund(self, intent: Row, cents: int) -> Row:
        """Give some of a payment back."""
        charge = self.objects.find(intent["latest_charge"])
        assert charge
        made = self.objects.make(
            "refund", amount=cents, charge=charge["id"], payment_intent=intent["id"], status="succeeded",
            created=self.now(intent["customer"]), currency="usd",
        )  # fmt: skip
        charge["amount_refunded"] += cents
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self.tell("refund.created", made, intent["customer"])
        self.tell("charge.refunded", charge, intent["customer"])
        return made

    def dispute(self, intent: Row, *, warning: bool = False) -> Row:
        """The owner of the card complains to the bank."""
        charge = self.objects.find(intent["latest_charge"])
        assert charge
        charge["disputed"] = True
        made = self.objects.make(
            "dispute", amount=charge["amount"], charge=charge["id"], payment_intent=intent["id"], currency="usd",
            created=self.now(intent["customer"]), reason="fraudulent", is_charge_refundable=warning,
            status="warning_needs_response" if warning else "needs_response",
            evidence_details={"submission_count": 0, "has_evidence": False, "past_due": False},
        )  # fmt: skip
        self.tell("charge.dispute.created", made, intent["customer"])
        return made

    def answer(self, dispute: Row) -> None:
        """The house hands in its evidence, in the dashboard."""
        dispute["status"] = "under_review"
        dispute["evidence_details"] |= {"submission_count": 1, "has_evidence": True}

    def judge(self, dispute: Row, *, won: bool) -> None:
        """The bank decides a dispute."""
        dispute["status"] = "won" if won else "lost"
        intent = self.objects.find(dispute["payment_intent"])
        self.tell("charge.dispute.closed", dispute, intent["customer"] if intent else None)

    def advance(self, seconds: int) -> None:
        """Let time pass for everybody without a test clock."""
        free = [row["id"] for row in self.objects.every("customer") if not row["test_clock"]]
        until = self.now() + seconds
        self.live_through(free, until)
        self.ahead += seconds

    def live_through(self, customers: list[str], until: int) -> None:
        """Let everything happen to customers that is due until a moment, in its order."""
        with self.lock:
            try:
                while due := min(self._due(set(customers), until), key=lambda one: one[:2], default=None):
                    self._at = due[0]
                    due[2]()
            finally:
                self._at = None

    def _due(self, customers: set[str], until: int) -> list[tuple[int, str, Callable[[], Any]]]:
        found: list[tuple[int, str, Callable[[], Any]]] = []
        for of in self.objects.every("subscription"):
            ends = of["items"]["data"][0]["current_period_end"]
            if of["customer"] in customers and of["status"] in ("active", "past_due") and ends <= until:
                found.append((ends, of["id"], lambda of=of: self._renew(of)))  # type: ignore[misc]
        for row in self.objects.every("invoice", status="open"):
            if row["customer"] in customers and (again := row["next_payment_attempt"]) and again <= until:
                found.append((again, row["id"], lambda row=row: self.attempt(row)))  # type: ignore[misc]
        for row in self.objects.every("checkout.session", status="open"):
            if row["customer"] in customers and row["expires_at"] <= until:
                found.append((row["expires_at"], row["id"], lambda row=row: self.expire(row)))  # type: ignore[misc]
        return found

    def _renew(self, of: Row) -> None:
        if of["cancel_at_period_end"]:
            self.end(of)
            return
        item = of["items"]["data"][0]
        begins = item["current_period_end"]
        item |= {"current_period_start": begins, "current_period_end": month_after(begins)}
        price = item["price"]
        self.tell("customer.subscription.updated", of, of["customer"])
        lines = [self._line(of, price, price["unit_amount"], begins, item["current_period_end"])]
        self.bill(of, "subscription_cycle", lines)

    def expire(self, session: Row) -> None:
        """Close a page to pay on that nobody paid on."""
        session |= {"status": "expired", "url": None}
        self.tell("checkout.session.expired", session, session["customer"])

    def _of(self, invoice: Row) -> Row:
        found = self.objects.find(invoice["parent"]["subscription_details"]["subscription"])
        assert found
        return found
