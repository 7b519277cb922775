"""Stripe's double by Stripe's own client: what it answers; its objects have the fields of Stripe's examples."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stripe

from services.http import client
from services.payments.wire import Wire
from tests.contract.overheard import described
from tests.doubles.server import serving
from tests.doubles.stripe import StripeDouble
from tests.doubles.stripe_objects import shapes
from tests.doubles.stripe_pages import ACTION, DECLINED, GOOD, Outcome
from tests.payments.near import Near

_MORE = {"invoice": {"payments"}}  # only there where it is asked for
_TYPES = {bool: "bool", int: "int", float: "float", str: "str", list: "list", dict: "dict"}
_MONTH = 31 * 86_400


@pytest.fixture
def double() -> StripeDouble:
    return StripeDouble()


@pytest.fixture
def asked(double: StripeDouble) -> stripe.StripeClient:
    return stripe.StripeClient(double.key, base_addresses={"api": "http://double"}, http_client=Near(double))


def price(asked: stripe.StripeClient, cents: int = 2000) -> stripe.Price:
    return asked.v1.prices.create(
        {
            "currency": "usd",
            "unit_amount": cents,
            "recurring": {"interval": "month"},
            "product_data": {"name": f"Plan {cents}"},
        }
    )


def page(asked: stripe.StripeClient, customer: str, sold: str) -> stripe.checkout.Session:
    return asked.v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "customer": customer,
            "line_items": [{"price": sold, "quantity": 1}],
            "success_url": "http://studio/billing",
            "subscription_data": {"metadata": {"order": "o1"}},
        }
    )


def test_every_object_has_the_fields_of_stripes_examples(double: StripeDouble, asked: stripe.StripeClient) -> None:
    customer, sold = asked.v1.customers.create({"email": "a@b.example"}).id, price(asked)
    made = page(asked, customer, sold.id)
    assert double.desk.pay(double.find(made.id), GOOD) is Outcome.PAID
    double.billing.change(next(double.billing.objects.every("subscription")), double.find(price(asked, 5000).id))
    double.billing.advance(2 * _MONTH)
    intent = next(double.billing.objects.every("payment_intent"))
    double.billing.refund(intent, 500)
    double.billing.judge(double.billing.dispute(intent), won=True)
    asked.v1.billing_portal.configurations.create({"features": {"invoice_history": {"enabled": True}},
                                                   "business_profile": {"headline": "x"}})  # fmt: skip
    asked.v1.test_helpers.test_clocks.create({"frozen_time": 1_800_000_000})
    kinds = set()
    for kind, shape in shapes().items():
        for row in double.billing.objects.every(kind):
            kinds.add(kind)
            assert set(row) - _MORE.get(kind, set()) == set(shape), kind
            for key, value in row.items():
                assert value is None or shape[key] in ("null", _TYPES[type(value)]), f"{kind}.{key}"
    assert kinds == set(shapes()) - {"balance", "billing_portal.session"}


def test_the_fields_are_those_that_stripe_publishes() -> None:
    examples = described("stripe.fixtures3.2026-08-21.json")["resources"]
    names: dict[type[Any], str] = {**_TYPES, type(None): "null"}
    for kind, shape in shapes().items():
        assert {key: names[type(value)] for key, value in examples[kind].items()} == shape, kind


def test_the_same_key_gives_the_same_object_and_other_words_are_refused(asked: stripe.StripeClient) -> None:
    first = asked.v1.customers.create({"email": "a@b.example"}, {"idempotency_key": "one"})
    assert asked.v1.customers.create({"email": "a@b.example"}, {"idempotency_key": "one"}).id == first.id
    with pytest.raises(stripe.IdempotencyError):
        asked.v1.customers.create({"email": "c@d.example"}, {"idempotency_key": "one"})


def test_cards_pay_are_declined_or_ask_their_owner(double: StripeDouble, asked: stripe.StripeClient) -> None:
    customer, sold = asked.v1.customers.create({}).id, price(asked)
    session = double.find(page(asked, customer, sold.id).id)
    assert double.desk.pay(session, DECLINED) is Outcome.DECLINED
    assert double.desk.pay(session, ACTION) is Outcome.ACTION
    assert session["status"] == "open"
    assert double.desk.pay(session, ACTION, agreed=True) is Outcome.PAID
    assert double.desk.pay(session, GOOD) is Outcome.CLOSED
    (found,) = asked.v1.subscriptions.list({"customer": customer}).data
    assert (found.status, found.metadata["order"]) == ("active", "o1")
    with pytest.raises(stripe.InvalidRequestError, match="can be expired"):
        asked.v1.checkout.sessions.expire(session["id"])


def test_a_test_clock_lives_through_months_of_its_own_customers(
    double: StripeDouble, asked: stripe.StripeClient
) -> None:
    begun = 1_800_000_000
    clock = asked.v1.test_helpers.test_clocks.create({"frozen_time": begun})
    customer, other = (asked.v1.customers.create({"test_clock": one} if one else {}).id for one in (clock.id, ""))
    for one in (customer, other):
        assert double.desk.pay(double.find(page(asked, one, price(asked).id).id)) is Outcome.PAID
    asked.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": begun + 3 * _MONTH})
    assert [one.billing_reason for one in asked.v1.invoices.list({"customer": customer}).data] == [
        *["subscription_cycle"] * 3,
        "subscription_create",
    ]
    assert len(asked.v1.invoices.list({"customer": other}).data) == 1


def test_a_dearer_plan_costs_what_is_left_of_the_month_and_a_cheaper_one_is_credit(
    double: StripeDouble, asked: stripe.StripeClient
) -> None:
    customer, cheap, dear = asked.v1.customers.create({}).id, price(asked, 1000), price(asked, 5000)
    double.desk.pay(double.find(page(asked, customer, cheap.id).id))
    (row,) = double.billing.objects.every("subscription")
    item = row["items"]["data"][0]
    double.billing.advance((item["current_period_end"] - item["current_period_start"]) // 2)
    double.billing.change(row, double.find(dear.id))
    change = asked.v1.invoices.list({"customer": customer}).data[0]
    assert change.billing_reason == "subscription_update"
    assert change.amount_paid == pytest.approx(2000, abs=5)
    double.billing.change(row, double.find(cheap.id))
    assert asked.v1.customers.retrieve(customer).balance == pytest.approx(-2000, abs=5)
    double.billing.advance(_MONTH)
    assert asked.v1.invoices.list({"customer": customer}).data[0].amount_paid == 0


def test_it_answers_over_http_and_a_signature_of_its_is_believed() -> None:
    double = StripeDouble()
    heard: list[tuple[bytes, str]] = []
    double.post.to = lambda body, signature: heard.append((body, signature)) or 200
    with serving(double.app) as url:
        wire = Wire(client("", {}))
        asked = stripe.StripeClient(double.key, base_addresses={"api": url}, http_client=wire)
        customer = asked.v1.customers.create({}).id
        sold = page(asked, customer, price(asked).id)
        assert sold.url == f"{url}/pay/{sold.id}"
        with pytest.raises(stripe.AuthenticationError):
            stripe.StripeClient("sk_test_other", base_addresses={"api": url}, http_client=wire).v1.balance.retrieve()
        wire.close()
    double.desk.pay(double.find(sold.id))
    double.post.flush()
    events = [asked.construct_event(body, signature, double.post.secret) for body, signature in heard]
    assert [one.type for one in events][-1] == "checkout.session.completed"
    assert json.loads(heard[-1][0])["data"]["object"]["client_reference_id"] is None
