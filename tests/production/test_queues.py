"""Queues are counted from the durable workflows' own rows, and at a vendor nobody waits behind all of another's."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from dbos import DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions, WorkflowHandle
from sqlmodel import col, select

from studio.db import Database
from studio.desk.desk import Desk
from studio.money.orders import OrderState, Purchase, Ware
from studio.people.account import NEWCOMER, OWNER, Account
from studio.production.dispatch import Dispatch, jobs_url
from studio.production.film import Choices
from studio.production.house import House
from studio.production.names import FREE_RUNS, MAKE, RUNS, VERSION, queue_at
from studio.production.queues import Depth, depths, runs_of
from studio.production.run import Run, RunState
from studio.production.worker import Worker
from studio.takes.roster import Roster
from tests.production.crew import SmallCrew
from tests.production.test_switching import EVERY, ROOT, Shop, Shops, shops
from tests.until import HANGS, until
from tests.web.rows import episode, house_at, run


def test_before_anything_was_asked_for_nothing_waits(db: Database) -> None:
    assert depths(db) == ()


def test_what_is_asked_for_waits_on_its_queue(home: Path) -> None:
    house = house_at(home)
    dispatch = Dispatch(house.db)
    for title in ("A", "B"):
        of = episode(house, title)
        with house.db.write() as session:
            begun = Run(account=OWNER, episode=of, target="t", order={}, version=VERSION)
            dispatch.enqueue(session, begun)
    assert depths(house.db) == (Depth(queue=RUNS, waiting=2),)
    dispatch.call_off(begun, "nobody wants it")
    assert depths(house.db) == (Depth(queue=RUNS, waiting=1),)
    dispatch.close()
    house.db.close()


@pytest.mark.xdist_group("workflows")
def test_who_has_a_hundred_takes_waiting_at_a_vendor_does_not_keep_anothers_first_waiting(home: Path) -> None:
    house = replace(house_at(home), rooms={"elevenlabs": 2})
    runs = {account: called_off(house, account) for account in (OWNER, "other")}
    dispatch = Dispatch(house.db)
    client = DBOSClient(system_database_url=jobs_url(house.db), serializer=DBOSPortableJSONSerializer())
    for number in range(100):
        put(client, OWNER, runs[OWNER], number, priority=1)
    last = put(client, "other", runs["other"], 0, priority=2)  # asked for before: alone it would come after all others
    worker = Worker(house, 1)
    worker.start()
    try:
        last.get_result(polling_interval_sec=0.02)
        assert next(one.waiting for one in depths(house.db) if one.queue == queue_at("elevenlabs")) >= 50
    finally:
        worker.stop()
        client.destroy()
        dispatch.close()
        house.db.close()


@pytest.mark.xdist_group("workflows")
def test_at_a_vendor_no_more_takes_are_begun_in_a_minute_than_it_allows(home: Path) -> None:
    house = replace(house_at(home), rooms={"elevenlabs": 4}, rates={"elevenlabs": 3})
    of = called_off(house, OWNER)
    dispatch = Dispatch(house.db)
    client = DBOSClient(system_database_url=jobs_url(house.db), serializer=DBOSPortableJSONSerializer())
    takes = [put(client, OWNER, of, number, priority=number + 1) for number in range(8)]
    worker = Worker(house, 1)
    worker.start()
    try:
        for begun in takes[:3]:
            begun.get_result(polling_interval_sec=0.02)
        time.sleep(1.0)  # longer than a worker takes to look again
        assert depths(house.db) == (Depth(queue=queue_at("elevenlabs"), waiting=5),)
    finally:
        worker.stop()
        client.destroy()
        dispatch.close()
        house.db.close()


@pytest.mark.xdist_group("workflows")
def test_anothers_first_take_is_begun_while_the_firsts_hold_their_share_of_a_vendor(home: Path) -> None:
    roster = Roster.load(ROOT / "data" / "crew.toml", EVERY)
    made = replace(house_at(home), crew=SmallCrew(), roster=roster, remotes=Shops())
    house = replace(made, rooms={"fal": 4}, shares={"fal": 0.75})
    episode(house, account="other")
    begun, may_end = list[str](), Event()  # a list: both accounts have the same shot, which is one recipe
    shop = shops(house).engine(roster.named("kling-v3"))
    assert isinstance(shop, Shop)
    shop.trouble = lambda errand: begun.append(errand.key) or may_end.wait(HANGS)
    worker = Worker(house, 1)
    worker.start()
    try:
        first, run = filmed(house, OWNER, *("Two moons.", "Three keys.", "Four."))
        until(lambda: len(begun) == 3)
        time.sleep(1.0)  # longer than a worker takes to look again
        assert len(begun) == 3
        other, others = filmed(house, "other", "No.")
        until(lambda: len(begun) == 4)
        assert (first.progress(run).ended, other.progress(others).ended) == (False, False)
        may_end.set()
        assert (first.wait(run).state, other.wait(others).state) == (RunState.DONE, RunState.DONE)
    finally:
        may_end.set()
        worker.stop()
        house.db.close()


@pytest.mark.xdist_group("workflows")
def test_who_begins_more_than_there_is_room_for_here_keeps_nobody_else_waiting(home: Path) -> None:
    begun, may_end = list[str](), Event()
    crew = SmallCrew(trouble=lambda made: begun.append(str(made.brief)) or may_end.wait(HANGS))
    house = replace(house_at(home), crew=crew)
    episode(house, account="other")
    worker = Worker(house, 1)
    worker.start()
    try:
        many = [
            produced(house, OWNER, f"INT. KITCHEN {number} - NIGHT\n\nMARA, 70, waits.\n\nMARA\nKey {number}.\n")
            for number in range(12)
        ]
        until(lambda: len(begun) == 1)
        other, run = produced(house, "other", "INT. CELLAR - NIGHT\n\nTOM, 9, waits.\n\nTOM\nMoon.\n")
        until(lambda: any(name in brief for name in ("CELLAR", "TOM", "Moon.") for brief in begun))
        assert not other.progress(run).ended
        may_end.set()
        assert {desk.wait(one).state for desk, one in [*many, (other, run)]} == {RunState.DONE}
    finally:
        may_end.set()
        worker.stop()
        house.db.close()


def test_who_never_paid_goes_on_a_queue_of_their_own_and_who_paid_once_does_not(db: Database) -> None:
    with db.write() as session:
        session.get_one(Account, OWNER).tier = NEWCOMER
        session.flush()
        assert runs_of(session, OWNER) == RUNS  # nobody else is here to keep waiting
        session.add_all(Account(id=one, name=one, tier=one) for one in (NEWCOMER, "basic"))
        session.flush()
        assert [runs_of(session, one) for one in (OWNER, NEWCOMER, "basic")] == [FREE_RUNS, FREE_RUNS, RUNS]
        session.add(Purchase(account=OWNER, ware=Ware.PACK, what="trial", state=OrderState.PAID))
        session.flush()
        assert [runs_of(session, one) for one in (OWNER, NEWCOMER)] == [RUNS, FREE_RUNS]


@pytest.mark.xdist_group("workflows")
def test_many_accounts_of_one_who_never_paid_keep_nobody_waiting_who_pays(home: Path) -> None:
    may_end = Event()
    house = replace(house_at(home), crew=SmallCrew(trouble=lambda _: may_end.wait(HANGS)))
    siblings = [f"sibling {number}" for number in range(4)]
    with house.db.write() as session:
        session.add_all(Account(id=one, name=one, tier=NEWCOMER) for one in siblings)
        session.add(Account(id="pays", name="Pays", tier="pro"))
    worker = Worker(house, 1)
    worker.start()
    try:
        scripts = (f"INT. KITCHEN {number} - NIGHT\n\nMARA, 70, waits.\n" for number in range(4))
        theirs = [produced(house, one, script) for script in scripts for one in siblings]
        until(lambda: started(house, siblings) >= 8)
        desk, run = produced(house, "pays", "INT. CELLAR - NIGHT\n\nTOM, 9, waits.\n")
        until(lambda: started(house, ["pays"]) == 1)
        assert started(house, siblings) == 8  # of sixteen
        may_end.set()
        assert {desk.wait(one).state for desk, one in [*theirs, (desk, run)]} == {RunState.DONE}
    finally:
        may_end.set()
        worker.stop()
        house.db.close()


def started(house: House, accounts: Sequence[str]) -> int:
    """How many runs of these accounts are under way."""
    under_way = select(Run.id).where(col(Run.account).in_(accounts), Run.state == RunState.RUNNING)
    with house.db.read() as session:
        return len(session.exec(under_way).all())


def produced(house: House, account: str, script: str) -> tuple[Desk, str]:
    """A production of an account, made here, as it was begun."""
    desk = Desk(house, account)
    return desk, desk.produce(desk.open_file(f"{len(desk.episodes())}.fountain", script.encode()), Choices()) or ""


def filmed(house: House, account: str, *said: str) -> tuple[Desk, str]:
    """A production of an account whose every line is a clip at fal, as it was begun."""
    desk = Desk(house, account)
    script = "INT. KITCHEN - NIGHT\n\nMARA, 70, puts a key on the table.\n"
    of = desk.open_file("key.fountain", "\n\n".join((script, *(f"MARA\n{one}" for one in said))).encode())
    desk.engage_named(of, "animator=kling-v3")
    return desk, desk.produce(of, Choices()) or ""


def called_off(house: House, account: str) -> str:
    """A production that was called off, so that none of its takes takes any time."""
    return run(house, episode(house, account=account), RunState.CANCELLED, account=account)


def put(client: DBOSClient, account: str, of: str, number: int, *, priority: int) -> WorkflowHandle[dict[str, str]]:
    """A take of an account on the queue of a vendor."""
    asked: EnqueueOptions = {
        "workflow_name": MAKE,
        "queue_name": queue_at("elevenlabs"),
        "queue_partition_key": account,
        "priority": priority,
        "app_version": VERSION,
    }
    return client.enqueue(asked, of, f"speech:{number}", {})
