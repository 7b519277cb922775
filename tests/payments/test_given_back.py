"""A founder has a payment given back: the payment service is asked, and what was bought goes when it says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from studio.db import now
from studio.desk.founding import Founding
from studio.errors import Conflict, Down, NotFound, VendorError
from studio.money.checking import check
from studio.money.orders import OrderState, Ware
from studio.money.reckoning import Span
from studio.people.account import OWNER
from studio.people.acts import Deed
from tests.payments.world import START, World

YEAR = Span(since=START - timedelta(days=30), until=START + timedelta(days=10))


def founder(world: World) -> Founding:
    """The owner's desk, who is the founder here."""
    return Founding(world.house, OWNER)


def test_a_months_payment_goes_back_whole_and_takes_the_plan_with_it(world: World) -> None:
    world.pay(world.person("anna").subscribe("pro"))
    (month,) = [one for one in world.bought("anna") if one.ware == Ware.MONTH]
    assert founder(world).revenue(YEAR).months[-1].mrr == 20_000_000
    founder(world).refund_order(month.id, "nothing came out of it")
    world.settle()
    assert (world.tier("anna"), world.bought("anna")[-1].state) == ("free", OrderState.REFUNDED)
    found = founder(world).revenue(YEAR)
    assert (found.months[-1].mrr, found.paid, found.refunded) == (0, 20_000_000, 20_000_000)
    assert founder(world).margins(YEAR).all.micros == -880_000, "the fee of the payment stays ours"
    assert founder(world).margins(Span(since=YEAR.since, until=now() + timedelta(days=99))).episodes == ()
    with world.house.db.read() as session:
        check(session)
    with pytest.raises(Conflict):
        founder(world).refund_order(month.id, "nothing came out of it")
    with pytest.raises(NotFound):
        founder(world).refund_order("another", "nothing came out of it")


def test_what_the_payment_service_does_not_take_is_written_down(world: World) -> None:
    world.pay(world.person("anna").buy_pack("Trial"))
    (pack,) = world.bought("anna")
    away = replace(world.house, payments=Away())  # type: ignore[arg-type]
    with pytest.raises(VendorError):
        Founding(away, OWNER).refund_order(pack.id, "she wrote to us")
    lately = Span.last(2, now() + timedelta(minutes=1))
    said = [(one.kind, one.about, one.came.partition(":")[0]) for one in founder(world).acts(lately)]
    assert sorted(said) == [
        (Deed.REFUND, pack.id, "asked for $25.00 back"), (Deed.REFUND, pack.id, "it was not taken")
    ]  # fmt: skip
    founder(world).refund_order(pack.id, "she wrote to us")  # at once again: nothing was done before
    with pytest.raises(Conflict, match="a moment ago"):
        founder(world).refund_order(pack.id, "she wrote to us")


class Away:
    """A payment service that does not answer."""

    def refund(self, payment: str) -> None:
        raise Down("nobody answered", vendor="stripe", operation="refund")
