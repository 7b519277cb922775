"""A worker looks often at queues that keep it busy, and seldom at those on which nothing happens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from dbos import DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions

from studio.people.account import Account
from studio.production.dispatch import Dispatch, jobs_url
from studio.production.house import House
from studio.production.names import CASTING, FREE_RUNS, MAKE, PRODUCE, RUNS, TAKES, VERSION, WRITING, queue_at
from studio.production.pacing import OFTEN, SELDOM, Pacing
from studio.production.queues import Room
from studio.production.run import Run, RunState
from studio.production.waiting import Waits
from tests.web.rows import episode, house_at, run


@dataclass
class Queues:
    """What was opened, and a client that puts takes on it."""

    house: House
    client: DBOSClient
    often: dict[str, float] = field(default_factory=dict)
    room: dict[str, int] = field(default_factory=dict)
    each: dict[str, int | None] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)

    def pacing(self, *, eager: bool = False, asked: bool = True) -> Pacing:
        made = Pacing(self.house, 2, self._own, self._at, lambda _: asked, self._closed, eager=eager)
        made.open()
        made.open_rooms()
        return made

    def put(self, vendor: str, number: int = 0) -> str:
        asked: EnqueueOptions = {
            "workflow_name": MAKE,
            "queue_name": queue_at(vendor),
            "queue_partition_key": "owner",
            "app_version": VERSION,
        }
        return self.client.enqueue(asked, "run", f"speech:{number}", {}).workflow_id

    def _own(self, queue: str, at_once: int, each: int | None, often: float) -> None:
        self.often[queue], self.room[queue], self.each[queue] = often, at_once, each

    def _at(self, vendor: str, room: Room, often: float) -> None:
        self._own(queue_at(vendor), room.all, room.each, often)
        self.rooms[vendor] = room

    def _closed(self, vendor: str) -> None:
        del self.often[queue_at(vendor)]


@pytest.fixture
def queues(home: Path) -> Iterator[Queues]:
    house = replace(house_at(home), rooms={"fal": 4, "runpod": 15})
    Dispatch(house.db).close()
    client = DBOSClient(system_database_url=jobs_url(house.db), serializer=DBOSPortableJSONSerializer())
    yield Queues(house, client)
    client.destroy()
    house.db.close()


def looked(pacing: Pacing, times: int) -> None:
    for _ in range(times):
        pacing.look(alone=True)


def test_a_queue_that_rests_is_looked_at_seldom_until_there_is_something(queues: Queues) -> None:
    pacing = queues.pacing()
    looked(pacing, 1)
    begun = dict(queues.often)
    looked(pacing, 9)
    assert (begun[TAKES], queues.often[TAKES]) == (OFTEN, SELDOM)
    assert begun[queue_at("fal")] < queues.often[queue_at("fal")]
    queues.put("")
    looked(pacing, 1)
    assert queues.often[TAKES] == OFTEN


def test_while_takes_wait_at_a_vendor_nothing_else_is_looked_at_often(queues: Queues) -> None:
    pacing = queues.pacing()
    queues.put("runpod")
    looked(pacing, 1)
    begun = queues.often[TAKES]
    assert begun > SELDOM
    assert queues.often[queue_at("runpod")] < queues.often[queue_at("fal")]
    looked(pacing, 9)
    assert queues.often[TAKES] > begun  # everything else is far from done
    queues.put("")  # one or two all go at the next look
    looked(pacing, 1)
    assert queues.often[TAKES] == begun
    for number in (1, 2):
        queues.put("", number)
    looked(pacing, 1)
    assert queues.often[TAKES] == OFTEN


def test_who_has_no_room_for_more_is_looked_at_less_often_than_who_has(queues: Queues) -> None:
    pacing = queues.pacing()
    queues.put("runpod")
    looked(pacing, 1)
    with_room = queues.often[queue_at("runpod")]
    dict.update(queues.house.rooms, runpod=0)
    looked(pacing, 1)
    assert queues.often[queue_at("runpod")] > with_room


def test_while_a_vendor_without_room_takes_nothing_more_it_is_looked_at_ever_less(queues: Queues) -> None:
    dict.update(queues.house.rooms, runpod=0)
    pacing = queues.pacing()
    queues.put("runpod")
    looked(pacing, 1)
    begun = queues.often[queue_at("runpod")]
    looked(pacing, 1)
    assert queues.often[queue_at("runpod")] > begun
    queues.put("runpod", 1)
    looked(pacing, 1)
    assert queues.often[queue_at("runpod")] == begun


def test_a_vendor_not_asked_for_long_is_not_looked_at_until_something_is_there(queues: Queues) -> None:
    pacing = queues.pacing()
    assert not pacing.closed(queue_at("runpod"))
    looked(pacing, 30)
    assert queue_at("runpod") not in queues.often
    assert pacing.closed(queue_at("runpod"))
    queues.put("runpod")
    looked(pacing, 1)
    assert queues.often[queue_at("runpod")] == 0.5


def test_what_a_peer_may_have_closed_is_opened_anew(queues: Queues) -> None:
    pacing = queues.pacing()
    looked(pacing, 3)
    queues.often.clear()
    queues.put("fal")
    looked(pacing, 1)
    assert queues.often[queue_at("fal")] == 0.5


def test_a_worker_whose_takes_are_all_at_vendors_looks_half_as_often(queues: Queues) -> None:
    pacing = queues.pacing()
    looked(pacing, 1)
    idle = pacing.pause
    queues.put("runpod")
    looked(pacing, 1)
    assert pacing.pause == 2 * idle
    queues.put("")
    looked(pacing, 1)
    assert pacing.pause == idle


def test_a_vendor_nobody_ever_asked_is_looked_at_once_something_is_there(queues: Queues) -> None:
    pacing = queues.pacing(asked=False)
    queues.put("runpod")
    looked(pacing, 9)
    assert queues.often.keys() & map(queue_at, queues.house.rooms) == {queue_at("runpod")}


def test_at_doubles_whose_waits_pass_faster_nothing_is_looked_at_rarely(queues: Queues) -> None:
    queues.house = replace(queues.house, waits=Waits(haste=30))
    pacing = queues.pacing()
    before = queues.often[queue_at("fal")]
    looked(pacing, 9)
    assert queues.often[queue_at("fal")] == before


@pytest.mark.parametrize(("alone", "often"), [(True, 10.0), (False, SELDOM)], ids=["alone", "with peers"])
def test_an_eager_worker_has_its_run_by_the_second_look(queues: Queues, alone: bool, often: float) -> None:
    pacing = queues.pacing(eager=True)
    pacing.look(alone=alone)
    assert queues.often[RUNS] == SELDOM
    pacing.look(alone=alone)
    assert queues.often[RUNS] == often


def test_a_room_that_changes_is_opened_anew(queues: Queues) -> None:
    pacing = queues.pacing()
    assert queues.room[queue_at("runpod")] == 15
    dict.update(queues.house.rooms, runpod=3)
    looked(pacing, 1)
    assert (queues.room[queue_at("runpod")], queues.room[queue_at("fal")]) == (3, 4)


def test_one_account_alone_may_have_all_the_room_and_leaves_some_as_soon_as_there_is_another(queues: Queues) -> None:
    queues.house = replace(queues.house, rates={"fal": 60}, shares={"fal": 0.75, "runpod": 0.75})
    pacing = queues.pacing()
    assert queues.rooms["fal"] == Room(all=4, each=4, rate=60, each_rate=60)
    with queues.house.db.write() as session:
        session.add(Account(id="other", name="Other"))
    looked(pacing, 1)
    assert queues.rooms["fal"] == Room(all=4, each=3, rate=60, each_rate=45)
    assert queues.rooms["runpod"] == Room(all=15, each=11)


def test_one_account_alone_may_have_the_whole_worker_and_leaves_some_as_soon_as_there_is_another(
    queues: Queues,
) -> None:
    pacing = queues.pacing()
    assert (queues.room[TAKES], queues.each[TAKES], queues.room[RUNS], queues.each[RUNS]) == (3, None, 8, None)
    assert FREE_RUNS not in queues.room
    with queues.house.db.write() as session:
        session.add(Account(id="other", name="Other"))
    looked(pacing, 1)
    assert (queues.room[TAKES], queues.each[TAKES], queues.room[RUNS], queues.each[RUNS]) == (3, 2, 16, 4)
    assert (queues.room[FREE_RUNS], queues.each[FREE_RUNS]) == (8, 2)
    queues.pacing()  # a worker that comes later knows from the start
    assert queues.each[RUNS] == 4


def under_way(queues: Queues, stage: str, count: int) -> None:
    """So many productions under way, at this stage."""
    for number in range(count):
        begun = run(queues.house, episode(queues.house, f"{stage} {number}"), RunState.RUNNING)
        with queues.house.db.write() as session:
            session.get_one(Run, begun).stage = stage


@pytest.mark.parametrize(
    ("stage", "runs"), [(WRITING, 11), (CASTING, 11), ("takes", 8)], ids=["written", "cast", "made"]
)
def test_runs_that_wait_for_a_writer_or_casting_take_no_place_of_others(queues: Queues, stage: str, runs: int) -> None:
    pacing = queues.pacing()
    under_way(queues, stage, 3)
    looked(pacing, 1)
    assert queues.room[RUNS] == 8  # nothing is on the queue of runs
    queues.client.enqueue({"workflow_name": PRODUCE, "queue_name": RUNS, "app_version": VERSION}, "run")
    looked(pacing, 1)
    assert queues.room[RUNS] == runs
