"""Notices: forged, replayed, old, lost, doubled and out of order; the right state in the end, each grant once."""

from __future__ import annotations

import json
import random
import time
from datetime import timedelta

import pytest
import stripe
from sqlmodel import col, select

from studio.errors import Invalid
from studio.money.checking import check
from studio.money.entry import Entry, Verb
from studio.money.inbox import PaymentNotice, Stuck, stuck
from studio.money.orders import OrderState, Purchase
from tests.doubles.server import Fault
from tests.doubles.stripe_objects import Row
from tests.doubles.stripe_pages import DECLINED, GOOD
from tests.doubles.stripe_post import Switches
from tests.payments.test_packs import credits
from tests.payments.world import FILMS, World

PACK = FILMS.pack[0]
DELIVERIES = 2_000


def signed(world: World, event: Row, *, secret: str = "", at: float | None = None) -> tuple[bytes, str]:
    body = json.dumps(event)
    header = stripe.WebhookSignature.generate_signature_header(
        body, secret or world.double.post.secret, timestamp=int(at or time.time())
    )
    return body.encode(), header


def paid(world: World) -> Row:
    """The notice of a pack that was paid and not told of yet."""
    world.double.desk.pay(world.page(world.person("anna").buy_pack(PACK.name)))
    return next(one for one in world.double.billing.events if one["type"] == "checkout.session.completed")


def test_what_was_not_signed_here_and_now_is_refused(world: World) -> None:
    event = paid(world)
    body, header = signed(world, event)
    for bad in (
        (body.replace(b"checkout", b"chockout"), header),
        (body, ""),
        (body, "t=1,v1=00"),
        (body, header.replace("v1=", "v0=")),
        signed(world, event, secret="whsec_other"),
        signed(world, event, at=time.time() - 301),
        signed(world, {"id": "evt_1"}),
        (b"\xff\xfe", header),
    ):
        assert world.deliver(*bad) == 400
    assert world.waiting() == 0
    assert world.deliver(body, header) == 200


def test_a_notice_of_the_other_mode_is_refused(world: World) -> None:
    with pytest.raises(Invalid, match="other mode"):
        world.till.hear(*signed(world, {**paid(world), "livemode": True}))


def test_the_same_notice_again_is_the_same_notice(world: World) -> None:
    sent = signed(world, paid(world))
    assert world.till.hear(*sent)
    assert not world.till.hear(*sent)
    world.till.look()
    assert not world.till.hear(*sent)
    world.till.look()
    assert credits(world, "anna") == PACK.credits


def test_a_notice_lies_about_nothing_that_counts(world: World) -> None:
    url = world.person("anna").buy_pack(PACK.name)
    event = world.double.billing.objects.make("event", type="checkout.session.completed", created=1_800_000_000)
    event["data"] = {"object": {**world.page(url), "status": "complete", "payment_status": "paid"}}
    assert world.deliver(*signed(world, event)) == 200
    world.till.look()
    assert credits(world, "anna") == 0
    assert world.bought("anna")[0].state == OrderState.OPEN


def test_what_was_dropped_is_found_by_looking(world: World) -> None:
    desk = world.person("anna")
    world.double.post.switches = Switches(drop=1.0)
    world.pay(desk.buy_pack(PACK.name))
    world.pay(desk.subscribe("pro"))
    assert (credits(world, "anna"), world.tier("anna")) == (0, "free")
    assert world.till.reconcile() > 0
    world.till.look()
    assert (credits(world, "anna"), world.tier("anna")) == (PACK.credits, "pro")
    assert world.till.reconcile() == 0
    world.double.billing.ahead += int(timedelta(days=31).total_seconds())
    world.till.reconcile()
    with world.house.db.read() as session:
        assert session.exec(select(PaymentNotice)).all() == []


def test_a_service_that_is_down_is_asked_again_later(world: World) -> None:
    paid(world)
    world.double.schedule.script["checkout"] = [Fault.DOWN] * 4
    world.settle()
    assert (credits(world, "anna"), world.waiting()) == (0, 1)
    world.double.billing.ahead += 10
    world.till.look()
    assert (credits(world, "anna"), world.waiting()) == (PACK.credits, 0)


def test_what_could_not_be_acted_on_is_told_with_its_number_and_age(world: World) -> None:
    def told(minutes: float = 0.0) -> Stuck | None:
        with world.house.db.read() as session:
            return stuck(session, at=world.now() + timedelta(minutes=minutes))

    paid(world)
    assert told() is None
    world.double.schedule.script["checkout"] = [Fault.DOWN] * 4
    world.settle()
    failed = told(1)
    assert failed is not None
    assert (failed.count, failed.age) == (1, pytest.approx(60, abs=5))
    assert "stripe" in failed.why.lower()
    world.double.billing.ahead += 10
    world.till.look()
    assert told(60) is None


def test_a_notice_that_nobody_looks_at_is_told_after_minutes(world: World) -> None:
    world.till.hear(*signed(world, paid(world)))
    with world.house.db.read() as session:
        assert stuck(session, at=world.now() + timedelta(minutes=9)) is None
        late = stuck(session, at=world.now() + timedelta(minutes=11))
    assert late is not None
    assert (late.count, late.why) == (1, "")


def test_a_refund_that_is_told_before_its_payment(world: World) -> None:
    paid(world)
    intent = next(world.double.billing.objects.every("payment_intent"))
    world.double.billing.refund(intent, intent["amount"])
    for event in reversed(world.double.billing.events):
        world.deliver(*signed(world, event))
        world.till.look()
    assert credits(world, "anna") == 0
    assert world.bought("anna")[0].state == OrderState.REFUNDED


def test_two_thousand_shuffled_notices_end_in_the_right_state(world: World) -> None:
    dice = random.Random(20)
    people = [f"person{number}" for number in range(12)]
    desks = {name: world.person(name) for name in people}
    live_through(world, desks, dice)
    events = [one for one in world.double.billing.events if dice.random() > 0.1]  # one of ten never comes
    sent = [dice.choice(events) for _ in range(DELIVERIES - len(events))] + events
    dice.shuffle(sent)
    for number, event in enumerate(sent, 1):
        assert world.deliver(*signed(world, event)) == 200
        if number % 400 == 0:
            world.till.look()
    world.till.look()
    assert world.till.reconcile() > 0
    world.till.look()
    assert world.waiting() == 0
    for name in people:
        assert (world.tier(name), credits(world, name)) == wanted(world, name), name
    with world.house.db.read() as session:
        check(session)
        pots = select(Entry.why).where(Entry.verb == Verb.GRANT, col(Entry.purse).startswith("pot:"))
        months = select(Purchase.id).where(col(Purchase.invoice).is_not(None), Purchase.granted > 0)
        assert len(session.exec(pots).all()) == len(session.exec(months).all()) > 12


def live_through(world: World, desks: dict[str, object], dice: random.Random) -> None:
    """What some customers do in two days, of which nothing is told yet; every order they click is made before."""
    billing = world.double.billing
    for name, desk in desks.items():
        world.double.desk.pay(world.page(desk.subscribe(dice.choice(["basic", "pro", "studio"]))))  # type: ignore[attr-defined]
        for _ in range(3):
            world.double.desk.pay(world.page(desk.buy_pack(PACK.name)))  # type: ignore[attr-defined]
            world.deliver(*signed(world, billing.events[-1]))
            world.till.look()
        del name
    intents = [row for row in billing.objects.every("payment_intent") if row["metadata"]]
    for row in dice.sample(intents, 12):
        billing.refund(row, dice.choice([row["amount"], row["amount"] // 4]))
    for row in dice.sample(intents, 6):
        if not world.double.find(row["latest_charge"])["refunded"]:
            dispute = billing.dispute(row)
            if dice.random() < 0.7:
                billing.judge(dispute, won=dice.random() < 0.5)
    prices = [row for row in billing.objects.every("price") if row["lookup_key"]]
    for _ in range(4):
        billing.ahead += int(timedelta(hours=8).total_seconds())
        for row in list(billing.objects.every("subscription")):
            match dice.randrange(6):
                case 0:
                    billing.change(row, dice.choice(prices))
                case 1:
                    billing.cancel_later(row, cancel=not row["cancel_at_period_end"])
                case 2 if dice.random() < 0.5:
                    billing.end(row)
                case 3:
                    billing.cards[row["customer"]] = dice.choice([GOOD, DECLINED])


def wanted(world: World, name: str) -> tuple[str, int]:
    """The tier and the credits somebody must have, told from the double alone."""
    objects = world.double.billing.objects
    mine = [row["id"] for row in objects.every("customer") if row["metadata"]["account"] == name]
    tier = "free"
    for row in objects.every("subscription"):
        if row["customer"] in mine and row["status"] in ("active", "past_due"):
            last = list(objects.every("invoice", status="paid", customer=row["customer"]))[-1]
            line = max(last["lines"]["data"], key=lambda one: (one["period"]["end"], one["amount"]))
            key = world.double.find(line["pricing"]["price_details"]["price"])["lookup_key"]
            tier = key.split("_")[1]
    left = 0
    for row in objects.every("payment_intent"):
        if row["customer"] in mine and row["metadata"]:
            charge = world.double.find(row["latest_charge"])
            disputes = [one["status"] for one in objects.every("dispute", payment_intent=row["id"])]
            gone = any(one in ("needs_response", "lost") for one in disputes)
            left += 0 if gone else PACK.credits * (charge["amount"] - charge["amount_refunded"]) // charge["amount"]
    return tier, left
