"""Packs of credits: bought once however often one clicks, taken back and given back with their money."""

from __future__ import annotations

import pytest
from sqlmodel import select

from studio.errors import NotFound
from studio.money.checking import check
from studio.money.credits import CREDIT
from studio.money.lots import Wallet
from studio.money.orders import OrderState, Purchase, Ware
from tests.doubles.stripe_objects import Row
from tests.doubles.stripe_pages import SLOW, Outcome
from tests.payments.world import FILMS, World

PACK = FILMS.pack[0]


def credits(world: World, account: str) -> int:
    """What is in an account's wallet less what it owes, in credits."""
    with world.house.db.read() as session:
        check(session)
        found = session.get(Wallet, account)
        return (found.micros - found.owed) // CREDIT if found else 0


def intent(world: World, of: Purchase) -> Row:
    return world.double.find(of.payment)


def test_a_pack_is_paid_once_however_often_its_button_is_clicked(world: World) -> None:
    desk = world.person("anna")
    url = desk.buy_pack(PACK.name)
    assert desk.buy_pack(PACK.name) == url
    assert len(list(world.double.billing.objects.every("checkout.session"))) == 1
    world.pay(url)
    assert credits(world, "anna") == PACK.credits + PACK.bonus
    (order,) = desk.orders()
    assert (order.ware, order.what, order.state, order.micros) == (Ware.PACK, PACK.name, OrderState.PAID, PACK.micros)
    assert order.receipt.startswith("/receipts/ch_")
    assert desk.buy_pack(PACK.name) != url, "the next one is another order"


def test_coming_back_from_the_page_grants_nothing(world: World) -> None:
    desk = world.person("anna")
    url = desk.buy_pack(PACK.name)
    order = world.bought("anna")[0]
    assert world.double.desk.pay(world.page(url)) is Outcome.PAID
    assert world.page(url)["success_url"].endswith(f"/billing?order={order.id}")
    assert desk.order_state(order.id) is OrderState.OPEN
    assert credits(world, "anna") == 0
    world.settle()
    assert desk.order_state(order.id) is OrderState.PAID


def test_an_order_of_somebody_else_is_not_found(world: World) -> None:
    world.pay(world.person("anna").buy_pack(PACK.name))
    with pytest.raises(NotFound):
        world.person("bert").order_state(world.bought("anna")[0].id)


def test_a_page_of_another_account_gives_whoever_owns_the_order_nothing(world: World) -> None:
    anna, bert = world.person("anna"), world.person("bert")
    hers, his = anna.buy_pack(PACK.name), bert.buy_pack(PACK.name)
    world.page(his)["client_reference_id"] = world.bought("anna")[0].id
    world.pay(his)
    assert (credits(world, "anna"), credits(world, "bert")) == (0, 0)
    assert world.page(hers)["status"] == "open"
    world.page(hers)["customer"] = world.page(his)["customer"]
    world.pay(hers)
    assert credits(world, "anna") == 0


def test_a_bank_that_pays_days_later_and_one_that_does_not(world: World) -> None:
    anna, bert = world.person("anna"), world.person("bert")
    hers, his = world.page(anna.buy_pack(PACK.name)), world.page(bert.buy_pack(PACK.name))
    for page in (hers, his):
        assert world.double.desk.pay(page, SLOW) is Outcome.PAID
    world.settle()
    assert (credits(world, "anna"), credits(world, "bert")) == (0, 0)
    world.double.billing.settle(hers, good=True)
    world.double.billing.settle(his, good=False)
    world.settle()
    assert (credits(world, "anna"), credits(world, "bert")) == (PACK.credits + PACK.bonus, 0)
    assert world.bought("bert")[0].state == OrderState.FAILED


def test_a_page_nobody_pays_on_closes_after_a_day_and_the_next_click_opens_another(world: World) -> None:
    desk = world.person("anna")
    url = desk.buy_pack(PACK.name)
    world.pass_days(2)
    assert world.bought("anna")[0].state == OrderState.EXPIRED
    assert desk.buy_pack(PACK.name) != url


def test_refunds_take_back_their_share_once(world: World) -> None:
    desk = world.person("anna")
    world.pay(desk.buy_pack(PACK.name))
    (order,) = world.bought("anna")
    cents = PACK.micros // CREDIT
    world.double.billing.refund(intent(world, order), cents // 5)
    world.settle()
    assert credits(world, "anna") == PACK.credits * 4 // 5
    world.stripe.refund(order.payment)
    world.settle()
    world.double.post.to = world.deliver
    for event in world.double.billing.events:
        world.double.post.send({**event, "id": f"{event['id']}-again"})
    world.till.look()
    assert credits(world, "anna") == 0
    (seen,) = desk.orders()
    assert (seen.state, seen.refunded) == (OrderState.REFUNDED, PACK.micros)


def test_a_dispute_takes_the_credits_and_winning_it_gives_them_back(world: World) -> None:
    for name, won in (("anna", True), ("bert", False)):
        world.pay(world.person(name).buy_pack(PACK.name))
        (order,) = world.bought(name)
        dispute = world.double.billing.dispute(intent(world, order))
        world.settle()
        assert credits(world, name) == 0
        world.double.billing.judge(dispute, won=won)
        world.settle()
        assert credits(world, name) == (PACK.credits if won else 0)


def test_a_warning_of_a_bank_takes_nothing(world: World) -> None:
    world.pay(world.person("anna").buy_pack(PACK.name))
    world.double.billing.dispute(intent(world, world.bought("anna")[0]), warning=True)
    world.settle()
    assert credits(world, "anna") == PACK.credits


def test_a_month_whose_money_goes_back_is_no_plan(world: World) -> None:
    desk = world.person("anna")
    world.pay(desk.subscribe("pro"))
    with world.house.db.read() as session:
        month = session.exec(select(Purchase).where(Purchase.ware == Ware.MONTH)).one()
    dispute = world.double.billing.dispute(intent(world, month))
    world.settle()
    assert world.tier("anna") == "free"
    world.double.billing.judge(dispute, won=True)
    world.settle()
    assert world.tier("anna") == "pro"
    world.stripe.refund(month.payment)
    world.settle()
    assert world.tier("anna") == "free"
    with world.house.db.read() as session:
        check(session)


def test_a_second_plan_bought_in_another_window_is_paid_back(world: World) -> None:
    desk = world.person("anna")
    first = world.page(desk.subscribe("basic"))
    second = world.page(desk.subscribe("pro"))
    assert first["status"] == "expired", "the other page was closed"
    first["status"] = "open"  # it was being paid at that very moment
    world.double.desk.pay(first)
    world.double.billing.ahead += 1
    world.pay(second["url"])
    world.settle()
    assert world.tier("anna") == "basic"
    assert world.subscription("anna")["status"] == "canceled"
    assert {(one.what, one.state) for one in desk.orders()} == {
        ("pro", OrderState.REFUNDED),
        ("basic", OrderState.PAID),
    }
