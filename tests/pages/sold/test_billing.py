"""Billing as somebody sees it: no plan, a plan, a failed card, one that was cancelled, and where nothing is sold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from studio.desk.desk import Desk
from studio.people.account import OWNER
from tests.doubles.stripe_pages import DECLINED
from tests.pages.visit import button, tab, text
from tests.payments.world import FILMS, NEXT_MONTH, World, world_at


@pytest.fixture
def world(home: Path) -> Iterator[World]:
    with world_at(home) as made:
        yield made


def test_who_has_no_plan_sees_what_each_holds_and_goes_on_to_pay(world: World) -> None:
    page = tab(world.person("anna"), "billing")
    told = text(page)
    for words in (
        "$10.00",
        "$20.00",
        "$50.00",
        "750 minutes",
        "up to $28.25 a month",
        "for 7 days",
        "Nothing was paid",
    ):
        assert words in told
    assert "You have no plan" in told
    button(page, r"Choose Pro, \$20.00 a month").click().run()
    (order,) = world.bought("anna")
    assert f'href="{order.url}"' in text(page)
    page.run()
    button(page, r"Choose Pro, \$20.00 a month").click().run()
    assert len(world.bought("anna")) == 1


def test_who_comes_back_waits_for_the_payment_and_then_has_the_plan(world: World) -> None:
    desk = world.person("anna")
    url = desk.subscribe("pro")
    order = world.bought("anna")[0].id
    world.double.desk.pay(world.page(url))
    assert "being confirmed" in text(tab(desk, "billing", order=order))
    world.settle()
    told = text(tab(desk, "billing", order=order))
    assert "came in" not in told  # a success is no part of text
    assert f"{NEXT_MONTH:%d %B %Y}" in told
    assert "A month of Pro" in told
    assert "Not found" in text(tab(world.person("bert"), "billing", order=order))


def test_a_card_that_failed_is_said_with_the_ways_out(world: World) -> None:
    desk = world.person("anna")
    world.pay(desk.subscribe("pro"))
    world.double.desk.new_card(world.subscription("anna")["customer"], DECLINED)
    world.pass_days(32)
    page = tab(desk, "billing")
    until = f"{NEXT_MONTH + timedelta(days=7):%d %B %Y}"
    assert rf"did not pay \$20.00 for this month. You keep Pro until {until}." in text(page)
    assert r"did not pay \$20.00" in text(tab(desk, "home"))
    button(page, "Use another card").click().run()
    assert 'href="/portal/bps_' in text(page)
    world.pass_days(8)
    assert "the offline crew makes everything" in text(tab(desk, "billing"))


def test_a_plan_that_was_cancelled_says_when_it_ends_and_a_refund_that_it_was_paid_back(world: World) -> None:
    desk = world.person("anna")
    world.pay(desk.subscribe("pro"))
    world.pay(desk.buy_pack(FILMS.pack[0].name))
    world.double.billing.cancel_later(world.subscription("anna"), cancel=True)
    world.stripe.refund(world.bought("anna")[-1].payment)
    world.settle()
    told = text(tab(desk, "billing"))
    assert "Ends on" in told
    assert "You have cancelled it" in told
    assert "paid back" in told


def test_where_nothing_is_sold_it_says_so(world: World) -> None:
    from dataclasses import replace

    page = tab(Desk(replace(world.house, payments=None), OWNER), "billing")
    assert "There is nothing to pay here" in text(page)
    assert not page.button
