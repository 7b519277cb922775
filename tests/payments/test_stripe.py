"""Stripe as the studio asks it: what its refusals mean here, that no key is shown, and what it finds made before."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.payments.opening import open_payments
from services.settings import Settings
from studio.errors import BadRequest, Busy, Denied, Down, Garbled, Invalid, NotFound
from studio.money.orders import Ware
from studio.money.payments import Sale
from tests.doubles.server import Fault, serving
from tests.doubles.stripe import StripeDouble
from tests.payments.near import TIERS, near


@pytest.fixture
def double() -> StripeDouble:
    return StripeDouble()


def sale(customer: str, order: str = "order1") -> Sale:
    return Sale(order=order, customer=customer, ware=Ware.PLAN, what="pro", title="Pro", micros=20_000_000)


@pytest.mark.parametrize(("fault", "meant"), [(Fault.BUSY, Busy), (Fault.DOWN, Down)])
def test_what_is_turned_away_is_asked_again_and_then_said(double: StripeDouble, fault: Fault, meant: type) -> None:
    asked = near(double)
    double.schedule.script["customers"] = [fault]
    assert asked.customer("anna", "a@b.example").startswith("cus_")
    double.schedule.script["customers"] = [fault] * 4
    with pytest.raises(meant):
        asked.customer("bert", "")


def test_a_wrong_key_is_denied_and_never_shown(double: StripeDouble) -> None:
    asked = near(double)
    double.key = "sk_test_another"
    with pytest.raises(Denied, match="STRIPE_API_KEY") as caught:
        asked.customer("anna", "")
    assert "sk_test" not in f"{caught.value}{caught.value!r}"


def test_what_is_not_there_is_invalid_and_what_is_not_ours_is_not_found(double: StripeDouble) -> None:
    asked = near(double)
    with pytest.raises(Invalid, match="No such subscription"):
        asked.subscription("sub_none")
    customer = asked.customer("anna", "")
    page = asked.checkout(sale(customer))
    double.desk.pay(double.find(page.id))
    (row,) = double.billing.objects.every("subscription")
    row["items"]["data"][0]["price"]["metadata"] = {}
    with pytest.raises(NotFound, match="for no tier"):
        asked.subscription(row["id"])


def test_what_cannot_be_read_is_garbled_and_stops_nobody(double: StripeDouble) -> None:
    asked = near(double)
    page = asked.checkout(sale(asked.customer("anna", "")))
    double.desk.pay(double.find(page.id))
    (row,) = double.billing.objects.every("subscription")
    row["status"] = "dreaming"
    with pytest.raises(Garbled, match="subscription"):
        asked.subscription(row["id"])
    (invoice,) = double.billing.objects.every("invoice")
    invoice["lines"]["data"][0]["pricing"] = None
    with pytest.raises(Garbled, match="invoice"):
        asked.invoice(invoice["id"])


def test_prices_and_portal_are_made_once_and_found_by_the_next_process(double: StripeDouble) -> None:
    customer = near(double).customer("anna", "")
    for process in (near(double), near(double)):
        process.checkout(sale(customer))
        assert process.portal(customer).startswith("/portal/bps_")
    assert len(list(double.billing.objects.every("price"))) == 3
    assert len(list(double.billing.objects.every("billing_portal.configuration"))) == 1
    dearer = TIERS.model_copy(
        update={"tier": tuple(one.model_copy(update={"price_micros": one.price_micros * 2}) for one in TIERS.tier)}
    )
    page = near(double, dearer).checkout(sale(customer, "order2"))
    assert double.find(page.id)["amount_total"] == 4000
    assert len(list(double.billing.objects.every("billing_portal.configuration"))) == 1


def test_a_page_that_is_closed_stays_closed_and_an_ended_plan_ended(double: StripeDouble) -> None:
    asked = near(double)
    page = asked.checkout(sale(asked.customer("anna", "")))
    asked.expire(page.id)
    asked.expire(page.id)
    assert asked.seen(page.id).expired
    paid = asked.checkout(sale(asked.customer("anna", ""), "order2"))
    double.desk.pay(double.find(paid.id))
    name = asked.seen(paid.id).subscription
    asked.cancel(name)
    asked.cancel(name)
    assert next(one.kind for one in asked.since(datetime(2020, 1, 1, tzinfo=UTC))) == "customer.subscription.deleted"


def test_a_line_that_is_cut_makes_nothing_twice() -> None:
    double = StripeDouble()
    with serving(double.app) as url:
        given = {"studio_payments": "mock", "stripe_api_key": double.key, "stripe_webhook_secret": "whsec_double"}
        asked = open_payments(Settings(_env_file=None, stripe_api_base=url, **given), TIERS)
        assert asked
        double.schedule.script["customers"] = [Fault.LOST_AFTER]
        assert asked.customer("anna", "a@b.example") == "cus_000001"
        asked.close()
    assert len(list(double.billing.objects.every("customer"))) == 1


def test_modes_off_mock_and_live_start_only_when_they_fit() -> None:
    plain = Settings(_env_file=None)
    assert open_payments(plain, TIERS) is None
    for given in (
        {"studio_payments": "live", "stripe_api_key": "sk_test_x", "stripe_webhook_secret": "whsec_x"},
        {"studio_payments": "live", "stripe_api_key": "sk_live_x"},
        {"studio_payments": "mock", "stripe_api_key": "sk_live_x", "stripe_webhook_secret": "whsec_x"},
        {"studio_payments": "mock", "stripe_api_key": "sk_test_x", "stripe_webhook_secret": "whsec_x"},
    ):
        with pytest.raises(BadRequest, match="STRIPE_"):
            open_payments(Settings(_env_file=None, **given), TIERS)
