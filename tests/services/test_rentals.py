"""Rented machines in the books: their hours are a cost of ours, each booked once, whoever looks and however late."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlmodel import select

from services.gpu.hosts import Hosts
from services.gpu.machine import Condition, Load, Machine, Wanted
from services.gpu.renting import Renting
from services.gpu.sheet import sheet
from services.rentals import Rentals
from services.settings import ROOT
from studio.db import Database, now
from studio.errors import Busy
from studio.money.booking import book_vendor
from studio.money.checking import check
from studio.money.entry import About, Entry, Purse
from studio.money.hours import Hours
from studio.money.prices import PriceBook
from studio.money.sums import balance
from studio.money.usage import Usage
from studio.people.account import OWNER
from studio.production.rental import Rental, RentalTurn
from studio.takes.roster import Roster
from tests.services.clock import Clock

ROSTER = Roster.load(ROOT / "data" / "crew.toml")
RULE = sheet().machines
WANTED = Wanted(name=RULE.on_demand, image=RULE.image)
PRICE = 690_000  # micro-dollars an hour
MACHINE = Machine(
    host="runpod", id="p1", name=RULE.on_demand, condition=Condition.RUNNING, address="http://x", micros_an_hour=PRICE
)


def table(db: Database) -> Rentals:
    return Rentals(db, ROSTER, {})


def begun(db: Database, hours: float) -> datetime:
    """The machine was rented so many hours ago and nobody has looked since."""
    table(db).rented(MACHINE)
    with db.write() as session:
        row = session.exec(select(Rental)).one()
        row.begun = row.seen = now() - timedelta(hours=hours)
        return row.begun


def owed(db: Database) -> int:
    with db.read() as session:
        check(session)
        return -balance(session, Purse.VENDOR.of("runpod"))


def test_whole_hours_are_booked_as_they_pass_each_once_and_the_rest_at_the_end(db: Database) -> None:
    since = begun(db, 2.5)
    for _ in range(2):  # another worker, or the same one after a crash, looks as well
        table(db).seen([MACHINE], {"runpod"}, now().timestamp())
        assert owed(db) == 2 * PRICE
    table(db).ended(MACHINE, (since + timedelta(hours=3)).timestamp())
    table(db).ended(MACHINE, (since + timedelta(hours=3)).timestamp())
    assert owed(db) == 3 * PRICE
    with db.read() as session:
        assert {(row.account, row.episode) for row in session.exec(select(Entry))} == {("", "")}


def test_a_machine_that_its_host_does_not_list_any_more_is_paid_for_until_it_was_last_seen(db: Database) -> None:
    begun(db, 1.0)
    at = now()
    table(db).seen([MACHINE], {"runpod"}, at.timestamp())
    table(db).seen([], set(), (at + timedelta(hours=5)).timestamp())  # nobody says anything
    assert table(db).known() == {("runpod", "p1")}
    table(db).seen([], {"runpod"}, (at + timedelta(hours=5)).timestamp())
    assert (table(db).known(), owed(db)) == (set(), pytest.approx(PRICE, rel=0.001))


def test_one_that_nobody_had_written_down_is_paid_for_from_its_start(db: Database) -> None:
    lost = MACHINE.model_copy(update={"load": Load(uptime=7200.0)})
    table(db).found([lost])
    table(db).ended(lost, now().timestamp())
    assert owed(db) == pytest.approx(2 * PRICE, rel=0.001)


def test_a_take_made_on_it_is_billed_and_carries_a_part_of_its_hours(db: Database) -> None:
    since = begun(db, 1.2)
    table(db).seen([MACHINE], {"runpod"}, now().timestamp())
    prices = PriceBook.load(ROOT / "data" / "prices.toml")
    told = {"vendor": "runpod", "model": "svd-xt", "quantities": {"gpu_ms": 56_000}}
    with db.write() as session:
        carried = book_vendor(session, Usage(**told, request="j1", hired=True), About(account=OWNER), prices, at=now())
    assert (owed(db), table(db).month(since)) == (PRICE, Hours(cost=PRICE, carried=carried))
    with db.write() as session:
        book_vendor(session, Usage(**told, request="j2"), About(account=OWNER), prices, at=now())
    assert owed(db) == PRICE + carried


@dataclass
class Site:
    """A host; the first two who look at it see the same, both of them before anything is rented."""

    name: str = "runpod"
    there: list[Machine] = field(default_factory=list)
    cards: int = 9
    together: Barrier | None = None

    def machines(self) -> Sequence[Machine]:
        seen = tuple(self.there)
        if both := self.together:
            both.wait()
            self.together = None
        return seen

    def start(self, wanted: Wanted) -> Machine:
        if not self.cards:
            raise Busy("no card", vendor=self.name)
        self.there.append(MACHINE.model_copy(update={"id": f"p{len(self.there)}", "name": wanted.name}))
        return self.there[-1]

    def end(self, machine: str) -> None:
        raise AssertionError(machine)

    def close(self) -> None:
        return


def worker(db: Database, site: Site, clock: Clock) -> Renting:
    """What a worker process of its own rents with."""
    return Renting(Hosts([site], RULE), WANTED, RULE, table(db), lambda machine: True, clock.patience)


def test_two_workers_that_need_a_machine_at_once_rent_one(db: Database) -> None:
    site, clock = Site(together=Barrier(2)), Clock()
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: worker(db, site, clock).ready().id, range(2)))
    assert (found, len(site.there)) == (["p0", "p0"], 1)


def test_whoever_died_while_it_rented_keeps_nobody_waiting_for_long(db: Database) -> None:
    table(db).take_turn(WANTED.name, "gone")
    assert not table(db).take_turn(WANTED.name, "other")
    with db.write() as session:
        session.get_one(RentalTurn, WANTED.name).until = now() - timedelta(seconds=1)
    assert worker(db, Site(), Clock()).ready().id == "p0"
    assert table(db).take_turn(WANTED.name, "other")  # the turn was given back


def test_a_turn_is_given_back_when_nobody_has_a_card(db: Database) -> None:
    clock = Clock()
    with pytest.raises(Busy):
        worker(db, Site(cards=0), clock).ready()
    assert table(db).take_turn(WANTED.name, "other")
