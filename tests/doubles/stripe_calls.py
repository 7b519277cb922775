"""What may be asked of Stripe's double by its API: each call with the method and the path it is asked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.doubles.stripe_billing import DAY, Billing, Cart
from tests.doubles.stripe_objects import Row, listed, snapshot

Given = dict[str, Any]
_LISTS = {
    "prices": "price", "invoices": "invoice", "disputes": "dispute", "events": "event", "subscriptions": "subscription",
    "billing_portal/configurations": "billing_portal.configuration", "refunds": "refund",
}  # fmt: skip
_FOUND = {
    "customers": "customer", "prices": "price", "checkout/sessions": "checkout.session", "invoices": "invoice",
    "subscriptions": "subscription", "payment_intents": "payment_intent", "charges": "charge", "disputes": "dispute",
    "events": "event", "test_helpers/test_clocks": "test_helpers.test_clock", "products": "product",
}  # fmt: skip


class Refusal(Exception):
    """An answer that is an error."""

    def __init__(self, message: str, *, code: str = "", param: str = "", status: int = 400) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"message": message, "type": "invalid_request_error", "code": code, "param": param}}


class Calls:
    """The API of one account."""

    def __init__(self, billing: Billing) -> None:
        self._billing, self._objects = billing, billing.objects
        self._posts: list[tuple[str, Callable[..., Row]]] = [
            ("customers", self._customer),
            ("prices", self._price),
            ("checkout/sessions", self._checkout),
            ("checkout/sessions/([^/]+)/expire", self._expire),
            ("billing_portal/configurations", self._configuration),
            ("billing_portal/sessions", self._portal),
            ("subscriptions/([^/]+)", self._update),
            ("refunds", self._refund),
            ("test_helpers/test_clocks", self._clock),
            ("test_helpers/test_clocks/([^/]+)/advance", self._advance),
        ]

    def answer(self, method: str, path: str, given: Given) -> Row:
        """What a call gives; Refusal when it cannot be answered."""
        if method == "DELETE" and path.startswith("subscriptions/"):
            return self._cancel(path.partition("/")[2])
        if method == "POST":
            for pattern, call in self._posts:
                if found := re.fullmatch(pattern, path):
                    return call(*found.groups(), given)
        if method == "GET" and path in _LISTS:
            return self._list(path, given)
        home, _, name = path.rpartition("/")
        if method == "GET" and home in _FOUND:
            return self._expanded(self._known(name, _FOUND[home]), given.get("expand", []))
        raise Refusal(f"Unrecognized request URL ({method}: /v1/{path}).", status=404)

    def _known(self, name: str, kind: str) -> Row:
        row = self._objects.find(name, kind)
        if row is None:
            raise Refusal(f"No such {kind}: '{name}'", code="resource_missing", param="id", status=404)
        return row

    def _customer(self, given: Given) -> Row:
        clock = given.get("test_clock")
        if clock:
            self._known(clock, "test_helpers.test_clock")
        return self._objects.make(
            "customer", created=self._billing.now(), email=given.get("email"), metadata=given.get("metadata", {}),
            balance=0, test_clock=clock, preferred_locales=[], name=given.get("name"), delinquent=False,
        )  # fmt: skip

    def _price(self, given: Given) -> Row:
        product = self._objects.make(
            "product", name=given["product_data"]["name"], active=True, created=self._billing.now(), images=[],
            updated=self._billing.now(),
        )  # fmt: skip
        key = given.get("lookup_key")
        for other in self._objects.every("price", lookup_key=key) if key else ():
            if given.get("transfer_lookup_key") is not True:
                raise Refusal(f"A price already uses that lookup key: {other['id']}", param="lookup_key")
            other["lookup_key"] = None
        return self._objects.make(
            "price", active=True, billing_scheme="per_unit", currency=given["currency"], product=product["id"],
            unit_amount=int(given["unit_amount"]), unit_amount_decimal=str(given["unit_amount"]), lookup_key=key,
            metadata=given.get("metadata", {}), created=self._billing.now(), tax_behavior="unspecified",
            type="recurring" if "recurring" in given else "one_time",
            recurring={"interval": given["recurring"]["interval"], "interval_count": 1, "usage_type": "licensed",
                       "meter": None, "trial_period_days": None} if "recurring" in given else None,
        )  # fmt: skip

    def _checkout(self, given: Given) -> Row:
        self._known(given["customer"], "customer")
        (item,) = given["line_items"]
        price = self._known(item["price"], "price") if "price" in item else None
        if (given["mode"] == "subscription") != bool(price and price["recurring"]):
            raise Refusal("You specified `mode` and a price that does not fit it.", param="line_items[0][price]")
        cents = price["unit_amount"] if price else int(item["price_data"]["unit_amount"])
        at = self._billing.now(given["customer"])
        row = self._objects.make(
            "checkout.session", mode=given["mode"], status="open", payment_status="unpaid", customer=given["customer"],
            amount_total=cents, amount_subtotal=cents, currency="usd", created=at, expires_at=at + DAY,
            client_reference_id=given.get("client_reference_id"), metadata=given.get("metadata", {}),
            success_url=given["success_url"], cancel_url=given.get("cancel_url"), ui_mode="hosted_page",
            custom_fields=[], payment_method_types=["card"], shipping_options=[],
        )  # fmt: skip
        row["url"] = f"{self._billing.base}/pay/{row['id']}"
        title = (
            item["price_data"]["product_data"]["name"]
            if not price
            else self._known(price["product"], "product")["name"]
        )
        self._billing.carts[row["id"]] = Cart(title, price, given.get("subscription_data", {}).get("metadata", {}))
        return row

    def _expire(self, name: str, given: Given) -> Row:
        del given
        row = self._known(name, "checkout.session")
        if row["status"] != "open":
            raise Refusal('Only Checkout Sessions with a status in ["open"] can be expired.')
        self._billing.expire(row)
        return row

    def _configuration(self, given: Given) -> Row:
        at = self._billing.now()
        return self._objects.make(
            "billing_portal.configuration", active=True, created=at, updated=at, is_default=False,
            business_profile=given["business_profile"], features=given["features"], metadata=given.get("metadata", {}),
            login_page={"enabled": False, "url": None},
        )  # fmt: skip

    def _portal(self, given: Given) -> Row:
        self._known(given["customer"], "customer")
        row = self._objects.make(
            "billing_portal.session", customer=given["customer"], return_url=given["return_url"],
            configuration=given["configuration"], created=self._billing.now(),
        )  # fmt: skip
        row["url"] = f"{self._billing.base}/portal/{row['id']}"
        return row

    def _update(self, name: str, given: Given) -> Row:
        row = self._known(name, "subscription")
        if "cancel_at_period_end" in given:
            self._billing.cancel_later(row, cancel=given["cancel_at_period_end"])
        for item in given.get("items", ()):
            self._billing.change(row, self._known(item["price"], "price"))
        return row

    def _cancel(self, name: str) -> Row:
        row = self._known(name, "subscription")
        if row["status"] == "canceled":
            raise Refusal(f"No such subscription: '{name}'", code="resource_missing", status=404)
        self._billing.end(row)
        return row

    def _refund(self, given: Given) -> Row:
        intent = self._known(given["payment_intent"], "payment_intent")
        charge = self._known(intent["latest_charge"], "charge")
        left = charge["amount"] - charge["amount_refunded"]
        if not left:
            raise Refusal(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
        cents = int(given.get("amount", left))
        if cents > left:
            raise Refusal(f"Refund amount ({cents}) is greater than unrefunded amount ({left})", param="amount")
        return self._billing.refund(intent, cents)

    def _clock(self, given: Given) -> Row:
        frozen = int(given["frozen_time"])
        return self._objects.make(
            "test_helpers.test_clock", created=self._billing.now(), frozen_time=frozen, status="ready",
            name=given.get("name"), deletes_after=frozen + 30 * DAY, status_details={},
        )  # fmt: skip

    def _advance(self, name: str, given: Given) -> Row:
        row, until = self._known(name, "test_helpers.test_clock"), int(given["frozen_time"])
        if until <= row["frozen_time"]:
            raise Refusal("The new frozen time must be after the current one.", param="frozen_time")
        mine = [one["id"] for one in self._objects.every("customer", test_clock=name)]
        self._billing.live_through(mine, until)
        row["frozen_time"] = until
        return row

    def _list(self, path: str, given: Given) -> Row:
        rows = [row for row in self._objects.every(_LISTS[path]) if self._wanted(row, given)][::-1]
        if after := given.get("starting_after"):
            rows = rows[[row["id"] for row in rows].index(after) + 1 :]
        most = int(given.get("limit", 10))
        inside = [one.removeprefix("data.") for one in given.get("expand", [])]
        return listed([self._expanded(row, inside) for row in rows[:most]], f"/v1/{path}", len(rows) > most)

    def _wanted(self, row: Row, given: Given) -> bool:
        fits = [
            row["lookup_key"] in given["lookup_keys"] if "lookup_keys" in given else True,
            row["type"] in given["types"] if "types" in given else True,
            row["created"] >= int(given["created"]["gte"]) if "created" in given else True,
            row["status"] == given["status"] if "status" in given else True,
            row["customer"] == given["customer"] if "customer" in given else True,
            row["payment_intent"] == given["payment_intent"] if "payment_intent" in given else True,
        ]
        if "subscription" in given:
            fits.append(row["parent"]["subscription_details"]["subscription"] == given["subscription"])
        return all(fits)

    def _expanded(self, row: Row, wanted: list[str]) -> Row:
        """An object with what else was asked for in it."""
        shown = snapshot(row)
        for key in wanted:
            if key == "payments":
                paid = list(self._objects.every("invoice_payment", invoice=row["id"]))
                shown["payments"] = listed(snapshot({"rows": paid})["rows"], "/v1/invoice_payments")
            elif isinstance(row.get(key), str):
                shown[key] = snapshot(self._objects.find(row[key]) or {}) or row[key]
        return shown
