"""A machine rented on demand: started by the first job, at the next host after five minutes, ended when idle."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from services.gpu.hosts import Hosts
from services.gpu.idle import IdleWatch
from services.gpu.jobs import Jobs
from services.gpu.machine import Condition, Machine, Wanted
from services.gpu.pods import Pods
from services.gpu.renting import RentedJobs, Renting, answers
from services.gpu.sheet import sheet
from services.gpu.vast import Vast
from services.rentals import Rentals
from services.settings import ROOT
from studio.db import Database
from studio.errors import CalledOff, Down, Garbled
from studio.takes.roster import Roster
from tests.doubles.runpod import RunPodDouble
from tests.doubles.server import serving
from tests.doubles.vast import VastDouble
from tests.services.clock import Clock
from tests.services.gpu.endpoint import KEY, clip_job, quiet_line
from tests.until import HANGS

RULE = sheet().machines
WANTED = Wanted(name=RULE.on_demand, image=RULE.image, env={"ENDPOINT_TOKEN": "t"})
SETTLED = 3 * 3600.0  # a machine that has been up for so long is past its loading


@dataclass
class Yard:
    """Two hosts, a machine's jobs, and the table; `wakes` lets a rented machine come to life."""

    runpod: RunPodDouble
    vast: VastDouble
    engine: RunPodDouble
    address: str
    hosts: Hosts
    table: Rentals
    clock: Clock

    def wakes(self) -> None:
        """What is asked while a machine is waited for: it runs at the next look."""
        for number in self.vast.instances:
            self.vast.run(number, SETTLED / 60)
            there = urlsplit(self.address)
            ports = {"8000/tcp": [{"HostPort": str(there.port)}]}
            self.vast.instances[number] |= {"public_ipaddr": there.hostname, "ports": ports}
        for pod in self.runpod.pods.pods:
            self.runpod.pods.run(pod, int(SETTLED))

    def renting(self, awake: Callable[[Machine], bool] = lambda machine: True) -> Renting:
        return Renting(self.hosts, WANTED, RULE, self.table, awake, self.clock.patience)

    def jobs(self) -> RentedJobs:
        def at(address: str) -> Jobs:
            return Jobs(KEY, "ep1", f"{address}/v2", to=quiet_line(), seconds=5)

        return RentedJobs(self.renting(), "ep1", at)


@pytest.fixture
def yard(db: Database) -> Iterator[Yard]:
    with _yard(db) as made:
        yield made


@contextmanager
def _yard(db: Database) -> Iterator[Yard]:
    runpod, vast, engine, clock = RunPodDouble(workers=0), VastDouble(), RunPodDouble(), Clock(share=0.5)
    with serving(runpod.app) as ours, serving(vast.app) as theirs, serving(engine.app) as address:
        pods = Pods(KEY, f"{ours}/mgmt/v2", RULE.host[0], RULE, to=quiet_line(), patience=clock.patience, proxy=address)
        rented = Vast("vast_double", theirs, RULE.host[1], RULE, to=quiet_line(), patience=clock.patience)
        hosts = Hosts([pods, rented], RULE, patience=clock.patience)
        table = Rentals(db, Roster.load(ROOT / "data" / "crew.toml"), {})
        yield Yard(runpod, vast, engine, address, hosts, table, clock)
        hosts.close()
    for double in (runpod, engine):
        double.close()


def ended(jobs: RentedJobs, ticket: str) -> str:
    """The state in which a job ends."""
    until = time.monotonic() + HANGS
    while not (seen := jobs.status(ticket)).final and time.monotonic() < until:
        time.sleep(0.02)
    return seen.status


def test_the_first_job_rents_the_next_host_s_machine_which_ends_when_idle(yard: Yard) -> None:
    yard.runpod.pods.stock, jobs, began = (), yard.jobs(), yard.clock.now
    ticket = jobs.run(clip_job(), yard.wakes)
    assert yard.clock.now - began >= RULE.patience
    assert ended(jobs, ticket) == "COMPLETED"
    assert jobs.run(clip_job(job_key="c" * 64), yard.wakes) != ticket
    ((host, _),) = yard.table.known()
    assert (host, len(yard.vast.instances), yard.runpod.pods.pods) == ("vast", 1, {})
    watch, at = IdleWatch(yard.hosts, yard.table, RULE), 1_800_000_000.0
    gone = [watch.look(at + minute * 60) for minute in range(7)]
    assert [len(some) for some in gone] == [0, 0, 0, 0, 0, 0, 1]
    assert (yard.vast.instances, yard.table.known()) == ({}, set())
    with pytest.raises(Garbled, match="is gone"):
        jobs.status(ticket)
    jobs.close()


def test_a_machine_is_found_at_whichever_host_it_is(yard: Yard) -> None:
    stock, yard.runpod.pods.stock = yard.runpod.pods.stock, ()
    first = yard.renting().ready(yard.wakes)
    yard.runpod.pods.stock = stock
    again = yard.renting().ready(yard.wakes)
    assert (again.host, again.id) == (first.host, first.id) == ("vast", first.id)
    assert yard.runpod.pods.pods == {}


def test_the_first_host_with_a_card_is_taken(yard: Yard) -> None:
    made = yard.renting().ready(yard.wakes)
    assert (made.host, made.address, made.condition) == ("runpod", yard.address, Condition.RUNNING)
    assert yard.table.known() == {("runpod", made.id)}
    assert yard.vast.instances == {}


def test_a_machine_that_never_answers_is_given_back(yard: Yard) -> None:
    with pytest.raises(Down, match="did not come to life"):
        yard.renting(awake=lambda machine: False).ready(yard.wakes)
    assert yard.runpod.pods.pods == {}


def test_nobody_waits_for_a_machine_that_is_not_wanted_any_more(yard: Yard) -> None:
    def off() -> None:
        raise CalledOff("the production was called off")

    with pytest.raises(CalledOff):
        yard.renting().ready(off)


def test_while_a_host_does_not_say_no_second_machine_is_rented(yard: Yard) -> None:
    yard.vast.key = "another"
    with pytest.raises(Down, match="vast does not say"):
        yard.renting().ready(yard.wakes)
    assert yard.runpod.pods.pods == {}


def test_whatever_answers_is_awake(yard: Yard) -> None:
    machine = Machine(host="vast", id="1", name="trashfire-gpu", condition=Condition.RUNNING, address=yard.address)
    assert answers(machine)  # its /health is another path here: 404 is an answer
    assert not answers(machine.model_copy(update={"address": "http://127.0.0.1:1"}))
