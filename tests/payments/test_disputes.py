"""What the payment service takes for a dispute is the house's cost: booked once, given back where its rules say so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from studio.desk.founding import Founding
from studio.money.checking import check
from studio.money.entry import Entry, Purse
from studio.money.reckoning import Span
from studio.people.account import Account, Role
from tests.doubles.stripe_objects import Row
from tests.payments.near import TIERS
from tests.payments.world import FILMS, World

PACK, DOLLAR = FILMS.pack[0], 1_000_000
RECEIVED, ANSWERED = TIERS.payment.dispute_micros, TIERS.payment.answer_micros


def disputed(world: World, name: str = "anna") -> Row:
    """A pack that somebody bought and whose payment their bank took back."""
    world.pay(world.person(name).buy_pack(PACK.name))
    (order,) = world.bought(name)
    dispute = world.double.billing.dispute(world.double.find(order.payment))
    world.settle()
    return dispute


def judged(world: World, dispute: Row, *, won: bool) -> None:
    """What the bank decided, and everybody told."""
    world.double.billing.judge(dispute, won=won)
    world.settle()


def fees(world: World) -> int:
    """What disputes cost so far; the books add up."""
    with world.house.db.read() as session:
        check(session)
        return sum(session.exec(select(Entry.micros).where(Entry.purse == Purse.FEES.of("disputes"))))


def test_the_amounts_are_data() -> None:
    assert (RECEIVED, ANSWERED) == (15 * DOLLAR, 15 * DOLLAR)


@pytest.mark.parametrize("won", [True, False])
def test_a_dispute_costs_its_fee_whoever_wins(world: World, *, won: bool) -> None:
    dispute = disputed(world)
    assert fees(world) == RECEIVED
    judged(world, dispute, won=won)
    assert fees(world) == RECEIVED
    world.till.reconcile()
    world.settle()
    assert fees(world) == RECEIVED, "looked at again, it is the same dispute"


@pytest.mark.parametrize(("won", "cost"), [(True, RECEIVED), (False, RECEIVED + ANSWERED)])
def test_what_an_answer_cost_comes_back_with_a_dispute_that_is_won(world: World, *, won: bool, cost: int) -> None:
    dispute = disputed(world)
    world.double.billing.answer(dispute)
    world.double.billing.tell("charge.dispute.funds_withdrawn", dispute)
    world.settle()
    assert fees(world) == RECEIVED + ANSWERED
    judged(world, dispute, won=won)
    assert fees(world) == cost


def test_a_dispute_that_was_answered_and_won_between_two_looks_is_not_owed_its_answer(world: World) -> None:
    dispute = disputed(world)
    world.double.billing.answer(dispute)
    judged(world, dispute, won=True)
    assert fees(world) == RECEIVED


def test_a_banks_question_costs_nothing(world: World) -> None:
    world.pay(world.person("anna").buy_pack(PACK.name))
    (order,) = world.bought("anna")
    world.double.billing.dispute(world.double.find(order.payment), warning=True)
    world.settle()
    assert fees(world) == 0


def test_a_founder_sees_it_where_payments_are_and_in_whose_margin_it_is(world: World) -> None:
    disputed(world)
    world.pay(world.person("bert").buy_pack(PACK.name))
    with world.house.db.write() as session:
        session.add(Account(id="grace", name="Grace", role=Role.FOUNDER, tier="free"))
    desk, span = Founding(world.house, "grace"), Span.last(7, world.now() + timedelta(minutes=1))
    revenue, margins = desk.revenue(span), desk.margins(span)
    of = {one.name: one.fees for one in margins.accounts}
    assert (revenue.disputes, of["anna"] - of["bert"]) == (RECEIVED, RECEIVED)
    assert revenue.fees == margins.all.fees == sum(of.values()), "every view of it says the same"
    assert margins.elsewhere.fees == margins.all.fees, "it is of no episode"
    later = Span(since=span.until, until=span.until + timedelta(days=1))
    assert desk.revenue(later).disputes == 0
