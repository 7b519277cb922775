"""Races about payments, on both databases: many workers, a look that is overtaken, two clicks on the same button."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from studio.db import Database
from studio.money.checking import check
from studio.money.payments import Subscribed
from studio.people.paying import Till
from tests.payments.near import TIERS
from tests.payments.test_packs import credits
from tests.payments.world import FILMS, World, world_at

PACK = FILMS.pack[0]


@pytest.fixture
def world(home: Path, db: Database) -> Iterator[World]:
    with world_at(home, db) as made:
        yield made


@dataclass
class Overtaken:
    """A service whose answer about a subscription is slow: something happens between its asking and its coming."""

    inner: Any
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        """Everything else is as ever."""
        return getattr(self.inner, name)

    def subscription(self, name: str) -> Subscribed:
        """How it stood when it was asked."""
        found: Subscribed = self.inner.subscription(name)
        while self.meanwhile:
            self.meanwhile.pop()()
        return found


def test_several_workers_look_at_once_and_grant_once(world: World) -> None:
    desk = world.person("anna")
    world.double.desk.pay(world.page(desk.subscribe("pro")))
    world.double.desk.pay(world.page(desk.buy_pack(PACK.name)))
    world.double.post.flush(everything=True)
    with ThreadPoolExecutor(4) as pool:
        looks = [pool.submit(work) for work in (world.till.look, world.till.reconcile) * 4]
    assert [look.exception() for look in looks] == [None] * 8
    world.till.look()
    assert (world.tier("anna"), credits(world, "anna"), world.waiting()) == ("pro", PACK.credits, 0)
    assert len(desk.orders()) == 2
    with world.house.db.read() as session:
        check(session)


def test_a_look_that_was_overtaken_writes_nothing(world: World) -> None:
    desk = world.person("anna")
    world.pay(desk.subscribe("basic"))
    slow = Till(world.house.db, Overtaken(world.stripe, [lambda: world.change("anna", "studio")]), TIERS, (), world.now)
    world.double.billing.cancel_later(world.subscription("anna"), cancel=True)
    world.double.billing.cancel_later(world.subscription("anna"), cancel=False)
    world.double.post.flush(everything=True)
    slow.look()
    world.till.look()
    found = desk.subscription()
    assert found
    assert (found.paid, found.cancels, world.tier("anna")) == ("studio", False, "studio")


def test_two_clicks_have_one_page_to_pay_on(world: World) -> None:
    desk = world.person("anna")
    with ThreadPoolExecutor(4) as pool:
        urls = set(pool.map(lambda _: desk.subscribe("pro"), range(4)))
    assert len(urls) == 1
    assert len(list(world.double.billing.objects.every("checkout.session"))) == 1
    assert len(list(world.double.billing.objects.every("customer"))) == 1
    assert len(world.bought("anna")) == 1
