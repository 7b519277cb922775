"""From a pack to a film: credits bought at the payment service's double, a film made by a real worker at the vendors'
doubles, paid minute by minute, and every movement on the statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from studio.desk.desk import Desk
from studio.errors import OutOfCredits
from studio.money.checking import check
from studio.money.credits import CREDIT
from studio.money.entry import Verb
from studio.money.sums import billed
from studio.production.film import Choices
from studio.production.filmed import sweep
from studio.production.run import RunState
from studio.production.worker import Worker
from tests.doubles.cloud import Cloud, cloud
from tests.doubles.house import at_doubles
from tests.doubles.stripe import StripeDouble
from tests.payments.near import TIERS, near
from tests.payments.world import FILMS, World
from tests.production.crew import SmallCrew

pytestmark = [pytest.mark.xdist_group("workflows"), pytest.mark.slow, pytest.mark.timeout(900)]
TRIAL = FILMS.pack[0]
LONG = "You kept the key in a tin box under the old stone stairs and told nobody of us for thirty years. " * 5
SCRIPT = ("INT. KITCHEN - NIGHT\n\nMARA, 70, puts a key on the table.\n\n" + f"MARA\n{LONG}\n\n" * 2).encode()


@pytest.fixture
def vendors() -> Iterator[Cloud]:
    """Every vendor, played on this machine."""
    with cloud(workers=4) as made:
        yield made


@pytest.fixture
def world(vendors: Cloud, home: Path) -> Iterator[World]:
    """A house that sells films and has engines to make them with; the takes of its own crew are small."""
    double = StripeDouble()
    stripe = near(double)
    with at_doubles(vendors, home) as built:
        sold = {"payments": stripe, "films": FILMS, "tiers": TIERS}
        yield World(replace(built, crew=SmallCrew(), chores=tuple, **sold), double, stripe)


def credits(desk: Desk) -> tuple[int, int]:
    """Credits that are free and held."""
    found = desk.credits()
    assert found
    return found.free // CREDIT, found.held // CREDIT


def test_a_pack_is_bought_a_film_is_made_and_paid_by_the_minute(world: World, vendors: Cloud) -> None:
    desk = world.person("anna")
    episode = desk.open_file("key.fountain", SCRIPT)
    quote = desk.film_quote("standard", episode=episode)
    price = quote.price.credits
    assert (quote.sold, quote.fits, quote.missing, quote.price.minutes) == (True, True, (), 2)
    with pytest.raises(OutOfCredits):
        desk.film_render(episode, "standard", Choices(), credits=price)
    world.pay(desk.buy_pack(TRIAL.name))
    assert credits(desk) == (TRIAL.credits, 0)

    run = desk.film_render(episode, "standard", Choices(), credits=price)
    assert run
    assert credits(desk) == (TRIAL.credits - price, price)
    worker = Worker(world.house, 2)
    worker.start()
    try:
        ended = desk.wait(run)
    finally:
        worker.stop()
    assert (ended.state, ended.failures) == (RunState.DONE, ())
    assert ended.cost_micros == vendors.total > 0

    free, held = credits(desk)
    assert held == 0
    assert 1_000 + 400 < TRIAL.credits - free <= price, "the storyboard, a whole minute, and what was begun of another"
    told = desk.credit_statement()
    settled = [one for one in told if one.verb is Verb.SETTLE]
    assert [one.words.partition(" paid for ")[2] for one in reversed(settled)] == [
        "storyboard of key", "minute 1 of key", "minute 2 of key",
    ]  # fmt: skip
    assert -sum(one.held for one in settled) // CREDIT == TRIAL.credits - free
    assert (told[0].left // CREDIT, told[-1].words) == (free, "Trial: 2,500 credits came in")
    with world.house.db.write() as session:
        sweep(session)  # a worker's later look pays nothing twice
        check(session)
        assert billed(session, "anna") == 0, "the film pays its vendors, and no tier of hers"
    assert credits(desk) == (free, 0)
    assert desk.film_quote("standard", episode=episode).to_hold == 0
