"""Stripe: its own client for what studio.money.payments asks. Its errors and objects stop here; no key is shown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import reduce
from typing import Any, cast

import stripe

from services.guard import Line
from services.guard import line as line_to
from services.http import client, retry_after
from services.payments.catalogue import Catalogue
from services.payments.reading import (
    CENT,
    TOPICS,
    legible,
    price_of,
    read_checkout,
    read_invoice,
    read_notice,
    read_payment,
    read_subscription,
)
from services.payments.wire import VENDOR, Wire
from studio.errors import Busy, Denied, Down, Garbled, Invalid, VendorError
from studio.money.inbox import Notice
from studio.money.orders import Ware
from studio.money.payments import Checkout, Invoiced, Paid, Sale, Subscribed
from studio.money.subscriptions import Standing
from studio.money.tiers import Tiers

TOLERANCE = 300  # seconds a signature holds
_OWES = (Standing.PAST_DUE.value, Standing.UNPAID.value)
_SECONDS = 20.0  # until an answer


class Stripe:
    """One account at Stripe. `home` is the studio's public address, to which people come back from paying."""

    def __init__(
        self,
        key: str,
        secret: str,
        base: str,
        home: str,
        tiers: Tiers,
        *,
        live: bool = False,
        line: Line | None = None,
        wire: stripe.HTTPClient | None = None,
    ) -> None:
        self.live, self._secret, self._home = live, secret, home.rstrip("/")
        self._line = line or line_to(VENDOR)
        self._wire = wire or Wire(client("", {}, seconds=_SECONDS))
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": base, "files": base, "connect": base, "meter_events": base},
            max_network_retries=0,  # the line asks again, with the same key of its own
            http_client=self._wire,
        )
        self._catalogue = Catalogue(self._ask, tiers)

    def notice(self, body: bytes, signature: str) -> Notice:
        """Read an event; Invalid unless Stripe has signed these bytes within five minutes."""
        try:
            stripe.WebhookSignature.verify_header(body, signature, self._secret, TOLERANCE)
            return read_notice(json.loads(body))
        except stripe.SignatureVerificationError as error:
            raise Invalid(str(error.user_message), vendor=VENDOR, operation="notice") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Invalid("this is no event of Stripe's", vendor=VENDOR, operation="notice") from error

    def customer(self, account: str, email: str) -> str:
        """The customer of an account; its name is not given away, only its address for receipts."""
        known = {"email": email} if email else {}
        once = f"customer:{account}:{hashlib.sha256(email.encode()).hexdigest()[:12]}"
        made = self._ask("customers.create", {"metadata": {"account": account}, **known}, once=once)
        return str(made["id"])

    def checkout(self, sale: Sale) -> Checkout:
        """A hosted page to pay on."""
        about = {"order": sale.order}
        given: dict[str, Any] = {
            "client_reference_id": sale.order,
            "customer": sale.customer,
            "success_url": f"{self._home}/billing?order={sale.order}",
            "cancel_url": f"{self._home}/billing",
            "metadata": about,
        }
        if sale.ware is Ware.PLAN:
            items: list[dict[str, Any]] = [{"price": self._catalogue.price(sale.what), "quantity": 1}]
            given |= {"mode": "subscription", "subscription_data": {"metadata": about}}
        else:
            cents = {"currency": "usd", "unit_amount": sale.micros // CENT, "product_data": {"name": sale.title}}
            items = [{"price_data": cents, "quantity": 1}]
            given |= {"mode": "payment", "payment_intent_data": {"metadata": about}}
        made = self._ask("checkout.sessions.create", given | {"line_items": items}, once=f"checkout:{sale.order}")
        with legible("checkout session"):
            return read_checkout(made)

    def expire(self, checkout: str) -> None:
        """Close a page to pay on; Stripe refuses one that is closed, which is as good."""
        try:
            self._ask("checkout.sessions.expire", checkout)
        except Invalid:
            self.seen(checkout)

    def portal(self, customer: str) -> str:
        """The address of Stripe's customer portal."""
        wanted = {
            "customer": customer,
            "return_url": f"{self._home}/billing",
            "configuration": self._catalogue.portal(),
        }
        return str(self._ask("billing_portal.sessions.create", wanted)["url"])

    def seen(self, checkout: str) -> Checkout:
        """A checkout session as it is now; `refused` where the bank of a slow payment has not paid."""
        said = self._ask("checkout.sessions.retrieve", checkout, {"expand": ["payment_intent"]})
        intent = said.get("payment_intent")
        sent = said["status"] == "complete" and said["payment_status"] == "unpaid"
        refused = sent and isinstance(intent, dict) and intent["status"] in ("requires_payment_method", "canceled")
        with legible("checkout session"):
            return read_checkout(said).model_copy(update={"refused": refused})

    def subscription(self, name: str) -> Subscribed:
        """A subscription as it is now."""
        said = self._ask("subscriptions.retrieve", name, {"expand": ["latest_invoice"]})
        with legible("subscription"):
            tier = self._catalogue.tier(price_of(said))
            return read_subscription(said, self._last_paid(name, tier) if said["status"] in _OWES else tier)

    def _last_paid(self, subscription: str, tier: str) -> str:
        """The tier of the newest invoice that was paid: who changes to a dearer plan has it when that is paid."""
        wanted = {"subscription": subscription, "status": "paid", "limit": 1, "expand": ["data.payments"]}
        paid = self._ask("invoices.list", wanted)["data"]
        return read_invoice(paid[0], self._catalogue.tier_of).tier if paid else tier

    def invoice(self, name: str) -> Invoiced:
        """An invoice as it is now."""
        said = self._ask("invoices.retrieve", name, {"expand": ["payments"]})
        with legible("invoice"):
            return read_invoice(said, self._catalogue.tier_of)

    def paid(self, payment: str) -> Paid:
        """A payment as it is now, with the disputes about it."""
        said = self._ask("payment_intents.retrieve", payment, {"expand": ["latest_charge"]})
        charge = said.get("latest_charge")
        disputed = isinstance(charge, dict) and charge["disputed"]
        about = self._ask("disputes.list", {"payment_intent": payment, "limit": 10})["data"] if disputed else []
        with legible("payment"):
            return read_payment(said, about)

    def cancel(self, subscription: str) -> None:
        """End a subscription at once, without an invoice for what is left of its month."""
        if self._ask("subscriptions.retrieve", subscription)["status"] != Standing.CANCELED:
            self._ask("subscriptions.cancel", subscription, {"prorate": False, "invoice_now": False})

    def refund(self, payment: str, micros: int | None = None) -> None:
        """Give a payment back: so much of it, or all."""
        part = {} if micros is None else {"amount": micros // CENT}
        self._ask("refunds.create", {"payment_intent": payment, **part}, once=f"refund:{payment}")

    def close(self) -> None:
        """Give the connections back."""
        self._wire.close()  # type: ignore[no-untyped-call]

    def since(self, moment: datetime) -> Iterator[Notice]:
        """Every event since a moment that is asked for; Stripe keeps thirty days of them."""
        wanted: dict[str, Any] = {"created": {"gte": int(moment.timestamp())}, "types": sorted(TOPICS), "limit": 100}
        while True:
            page = self._ask("events.list", wanted)
            with legible("list of events"):
                told = [read_notice(one) for one in page["data"]]
            yield from told
            if not page["has_more"]:
                return
            wanted["starting_after"] = page["data"][-1]["id"]

    def _ask(self, what: str, *args: Any, once: str = "") -> dict[str, Any]:
        """Ask Stripe and give its answer as plain data; `once` is the key under which two asks are one."""
        call = cast(Callable[..., stripe.StripeObject], reduce(getattr, what.split("."), self._client.v1))
        options = ({"idempotency_key": once},) if once else ()

        def ask() -> dict[str, Any]:
            try:
                return call(*args, *options).to_dict()
            except stripe.StripeError as error:
                raise _meant(error, what) from error

        return self._line.ask(what, ask)


def _meant(error: stripe.StripeError, what: str) -> VendorError:
    """What an error of Stripe's means here; its own words may hold a key and are kept for refusals alone."""
    told = {"vendor": VENDOR, "operation": what, "request": error.request_id or ""}
    status = error.http_status or 0
    if isinstance(error, stripe.RateLimitError) or status == 429:
        busy = Busy("Stripe has too many requests of ours", **told)
        busy.after = retry_after({key.lower(): value for key, value in (error.headers or {}).items()})
        return busy
    if isinstance(error, (stripe.AuthenticationError, stripe.PermissionError)):
        return Denied("Stripe does not accept STRIPE_API_KEY for this", **told)
    if isinstance(error, stripe.APIConnectionError) or status >= 500 or status == 409:
        return Down(f"Stripe answered {status}" if status else "Stripe cannot be reached", **told)
    if isinstance(error, (stripe.InvalidRequestError, stripe.IdempotencyError, stripe.CardError)):
        return Invalid(f"{error.user_message or error.code}", **told)
    return Garbled(f"Stripe answered {status} with something unusable", **told)
