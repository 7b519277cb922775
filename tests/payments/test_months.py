"""Three months of one customer by a clock that is put on: buys, changes, is not paid, recovers, cancels, ends."""

from __future__ import annotations

import pytest

from studio.errors import Conflict, NotFound, TierLimit
from studio.money.checking import check
from studio.money.orders import OrderState, Ware
from studio.money.subscriptions import Standing
from studio.money.sums import balance
from studio.production import funding
from tests.doubles.stripe_pages import DECLINED, GOOD, Outcome
from tests.payments.near import TIERS
from tests.payments.world import World


def test_three_months_of_a_customer(world: World) -> None:
    desk = world.person("anna")
    assert world.tier("anna") == "free"
    with world.house.db.write() as session, pytest.raises(TierLimit, match="comes with a plan"):
        funding.request(session, world.house, "anna")
    assert world.pay(desk.subscribe("basic"), DECLINED) is Outcome.DECLINED
    assert world.tier("anna") == "free"

    assert world.pay(desk.subscribe("basic")) is Outcome.PAID
    assert world.tier("anna") == "basic"
    with pytest.raises(Conflict, match="you have basic already"):
        desk.subscribe("pro")

    world.pass_days(15)
    world.change("anna", "pro")
    assert world.tier("anna") == "pro"
    change = desk.orders()[0]
    assert (change.ware, change.what) == (Ware.CHANGE, "pro")
    assert 5_000_000 <= change.micros <= 5_200_000  # half a month of the difference

    world.double.desk.new_card(world.subscription("anna")["customer"], DECLINED)
    world.pass_days(17)
    owed = desk.subscription()
    assert owed
    assert (owed.standing, owed.tier, owed.owed) == (Standing.PAST_DUE, "pro", 20_000_000)
    assert owed.pay.startswith("/invoice/in_")
    assert world.letters("anna") == ["owed"]
    world.pass_days(3)
    assert world.letters("anna") == ["owed", "owed"]  # the second try
    world.pass_days(3)
    assert world.tier("anna") == "free", "seven days are over"
    assert world.letters("anna")[-1] == "fell"

    world.double.desk.new_card(world.subscription("anna")["customer"], GOOD)
    world.settle()
    assert world.tier("anna") == "pro"
    again = desk.subscription()
    assert again
    assert (again.standing, again.owed, again.grace) == (Standing.ACTIVE, 0, None)

    world.double.billing.cancel_later(world.subscription("anna"), cancel=True)
    world.settle()
    ending = desk.subscription()
    assert ending
    assert ending.cancels
    assert world.tier("anna") == "pro", "what was paid for stays until the month ends"
    world.pass_days((ending.ends - world.now()).days - 1)
    assert world.tier("anna") == "pro"
    world.pass_days(1)
    assert (world.tier("anna"), desk.subscription()) == ("free", None)
    assert [(one.ware, one.what, one.state) for one in desk.orders()] == [
        (Ware.MONTH, "pro", OrderState.PAID),
        (Ware.CHANGE, "pro", OrderState.PAID),
        (Ware.MONTH, "basic", OrderState.PAID),
    ]
    with world.house.db.read() as session:
        check(session)
        paid = sum(TIERS.worth(one.micros) for one in desk.orders())
        assert balance(session, "pot:anna") == paid
    assert world.pay(desk.subscribe("studio")) is Outcome.PAID
    assert world.tier("anna") == "studio"


def test_who_changes_to_a_dearer_plan_has_it_when_that_is_paid(world: World) -> None:
    desk = world.person("anna")
    world.pay(desk.subscribe("basic"))
    world.double.desk.new_card(world.subscription("anna")["customer"], DECLINED)
    world.pass_days(5)
    world.change("anna", "studio")
    assert world.tier("anna") == "basic"
    world.double.desk.new_card(world.subscription("anna")["customer"], GOOD)
    world.settle()
    assert world.tier("anna") == "studio"


def test_a_cheaper_plan_counts_at_once_and_what_was_paid_too_much_pays_the_next_months(world: World) -> None:
    desk = world.person("anna")
    world.pay(desk.subscribe("studio"))
    world.pass_days(1)
    world.change("anna", "basic")
    assert world.tier("anna") == "basic"
    world.pass_days(31)
    assert desk.orders()[0].micros == 0
    assert world.tier("anna") == "basic"
    months = [one.monthly for one in world.bought("anna") if one.ware != Ware.PLAN]
    assert months == [50_000_000, 10_000_000, 10_000_000], "what it costs a month, whoever's credit pays for it"


def test_a_card_that_never_pays_ends_the_plan_after_its_tries(world: World) -> None:
    desk = world.person("anna")
    world.pay(desk.subscribe("pro"))
    world.double.desk.new_card(world.subscription("anna")["customer"], DECLINED)
    world.pass_days(31)
    assert world.tier("anna") == "pro"
    world.pass_days(16)
    assert (world.tier("anna"), desk.subscription()) == ("free", None)
    assert world.letters("anna").count("owed") == 4
    assert world.letters("anna").count("fell") == 1


def test_who_leaves_is_not_charged_again(world: World) -> None:
    from studio.people.account import Account, State
    from studio.people.paying import leave

    desk = world.person("anna")
    world.pay(desk.subscribe("pro"))
    with world.house.db.write() as session:
        account = session.get_one(Account, "anna")
        account.state, account.email = State.GONE, None
        session.add(account)
        leave(session, "anna", world.now())
    world.settle()
    assert world.subscription("anna")["status"] == "canceled"
    world.settle()
    assert (world.tier("anna"), world.waiting()) == ("free", 0)


def test_who_is_suspended_is_not_charged_again(world: World) -> None:
    from studio.people.account import Account, Role

    desk, founder = world.person("anna"), world.person("founder")
    world.pay(desk.subscribe("pro"))
    with world.house.db.write() as session:
        session.get_one(Account, "founder").role = Role.FOUNDER
        email = session.get_one(Account, "anna").email
    founder.suspend(email or "", "it was asked for")
    world.settle()
    assert world.subscription("anna")["status"] == "canceled"
    world.settle()
    assert (world.tier("anna"), world.waiting()) == ("free", 0)


def test_nothing_is_sold_where_payments_are_off(world: World) -> None:
    from dataclasses import replace

    from studio.desk.desk import Desk

    world.person("anna")
    desk = Desk(replace(world.house, payments=None), "anna")
    assert (desk.plans(), desk.orders()) == ((), ())
    with pytest.raises(NotFound, match="sells nothing"):
        desk.subscribe("pro")
