"""What Stripe's objects say, as the nouns of studio.money.payments. It asks nothing and knows no key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from studio.errors import Garbled, NotFound
from studio.money.inbox import Notice, Topic
from studio.money.payments import Checkout, Dispute, Invoiced, Paid, Subscribed
from studio.money.subscriptions import Standing

CENT = 10_000  # micro-dollars
_CHECKOUTS = ("completed", "async_payment_succeeded", "async_payment_failed", "expired")
_SUBSCRIPTIONS = ("created", "updated", "deleted", "paused", "resumed")
_INVOICES = ("paid", "payment_failed", "payment_action_required")
_DISPUTES = ("created", "closed", "funds_withdrawn", "funds_reinstated")
TOPICS = {
    **{f"checkout.session.{kind}": (Topic.CHECKOUT, "id") for kind in _CHECKOUTS},
    **{f"customer.subscription.{kind}": (Topic.SUBSCRIPTION, "id") for kind in _SUBSCRIPTIONS},
    **{f"invoice.{kind}": (Topic.INVOICE, "id") for kind in _INVOICES},
    **{f"charge.dispute.{kind}": (Topic.PAYMENT, "payment_intent") for kind in _DISPUTES},
    "charge.refunded": (Topic.PAYMENT, "payment_intent"),
    "refund.created": (Topic.PAYMENT, "payment_intent"),
    "refund.updated": (Topic.PAYMENT, "payment_intent"),
    "refund.failed": (Topic.PAYMENT, "payment_intent"),
}  # the notices that are asked for, twenty at the most, and which object of them is looked at
_WITHDRAWN = ("needs_response", "under_review", "lost")  # of a dispute; a warning has taken no money
_TOOK = (*_WITHDRAWN, "won")
_OWES = (Standing.PAST_DUE, Standing.UNPAID)

Said = Mapping[str, Any]
TierOf = Callable[[str], str]  # the tier of a price, by the price's id


@contextmanager
def legible(what: str) -> Iterator[None]:
    """Say of an object that is not what it should be that it is Garbled."""
    try:
        yield
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise Garbled(f"Stripe's {what} cannot be read", vendor="stripe", operation="read", cause=error) from error


def moment(seconds: int) -> datetime:
    """A time as Stripe says it."""
    return datetime.fromtimestamp(seconds, UTC)


def name(said: Any) -> str:
    """The id of an object that is there by id, whole, or not at all."""
    return str(said["id"] if isinstance(said, Mapping) else said or "")


def read_notice(said: Said) -> Notice:
    """An event; only what it is about is believed."""
    topic, key = TOPICS.get(said["type"], (None, "id"))
    about = name(said["data"]["object"].get(key))
    return Notice(
        id=said["id"],
        kind=said["type"],
        topic=topic if about else None,
        object=about,
        created=moment(said["created"]),
        live=said["livemode"],
    )


def read_checkout(said: Said) -> Checkout:
    """A checkout session."""
    complete, paid = said["status"] == "complete", said["payment_status"] in ("paid", "no_payment_required")
    return Checkout(
        id=said["id"],
        url=said.get("url") or "",
        order=said.get("client_reference_id") or "",
        customer=name(said.get("customer")),
        open=said["status"] == "open",
        paid=complete and paid,
        expired=said["status"] == "expired",
        payment=name(said.get("payment_intent")),
        subscription=name(said.get("subscription")),
        expires=moment(said["expires_at"]),
    )


def read_subscription(said: Said, tier: str) -> Subscribed:
    """A subscription with its latest invoice, for a tier."""
    item, latest = said["items"]["data"][0], said.get("latest_invoice")
    standing = Standing(said["status"])
    owes = standing in _OWES and isinstance(latest, Mapping)
    return Subscribed(
        id=said["id"],
        customer=name(said["customer"]),
        tier=tier,
        standing=standing,
        since=moment(said["created"]),
        ends=moment(item["current_period_end"]),
        cancels=said["cancel_at_period_end"] or bool(said.get("cancel_at")),
        failed=moment(latest["created"]) if owes and latest else None,
        owed=latest["amount_remaining"] * CENT if owes and latest else 0,
        way_out=(latest.get("hosted_invoice_url") or "") if owes and latest else "",
    )


def price_of(said: Said) -> Said:
    """The price of a subscription's one item."""
    price: Said = said["items"]["data"][0]["price"]
    return price


def read_invoice(said: Said, tier_of: TierOf) -> Invoiced:
    """An invoice with its payments; NotFound when it is of no subscription."""
    parent = said.get("parent") or {}
    subscription = name((parent.get("subscription_details") or {}).get("subscription"))
    if not subscription:
        raise NotFound(f"the invoice {said['id']} is of no subscription")
    line = charged(said["lines"]["data"])
    again = said.get("next_payment_attempt")
    return Invoiced(
        id=said["id"],
        customer=name(said["customer"]),
        subscription=subscription,
        tier=tier_of(line["pricing"]["price_details"]["price"]),
        paid=said["status"] == "paid",
        micros=(said["amount_paid"] if said["status"] == "paid" else said["amount_remaining"]) * CENT,
        total=said["total"] * CENT,
        change=said["billing_reason"] == "subscription_update",
        tries=said["attempt_count"],
        again=moment(again) if again else None,
        begins=moment(line["period"]["start"]),
        ends=moment(line["period"]["end"]),
        payment=_paid_by(said),
        way_out=said.get("hosted_invoice_url") or "",
    )


def charged(lines: Sequence[Said]) -> Said:
    """The line of an invoice that says what is paid for: the dearest, for a change also takes off the old plan."""
    return max(lines, key=lambda line: (line["period"]["end"], line["amount"]))


def _paid_by(said: Said) -> str:
    found = (one for one in (said.get("payments") or {}).get("data", ()) if one["status"] == "paid")
    return next((name(one["payment"].get("payment_intent")) for one in found), "")


def read_payment(said: Said, disputes: Sequence[Said]) -> Paid:
    """A payment intent with its charge, and the disputes about it."""
    charge = said.get("latest_charge") or {}
    return Paid(
        id=said["id"],
        micros=said["amount_received"] * CENT,
        refunded=charge.get("amount_refunded", 0) * CENT,
        disputed=any(one["status"] in _WITHDRAWN for one in disputes),
        disputes=tuple(_dispute(one) for one in disputes if one["status"] in _TOOK),
        receipt=charge.get("receipt_url") or "",
    )


def _dispute(said: Said) -> Dispute:
    answered = bool((said.get("evidence_details") or {}).get("submission_count"))
    return Dispute(id=said["id"], answered=answered, won=said["status"] == "won")
