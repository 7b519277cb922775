"""Machines at RunPod and Vast: rented once, listed by our name, given back; the next host when one has nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest

from services.gpu.hosts import Hosts
from services.gpu.machine import Condition, Wanted
from services.gpu.pods import Pods
from services.gpu.sheet import sheet
from services.gpu.vast import Vast
from services.guard import Line, Manners
from studio.errors import Busy, Denied, Down, KeyMissing, Unclear, VendorError
from tests.doubles.runpod import RunPodDouble
from tests.doubles.server import Fault, Schedule, serving
from tests.doubles.vast import VastDouble
from tests.services.clock import Clock
from tests.services.gpu.endpoint import KEY

RULE = sheet().machines
WANTED = Wanted(name="trashfire-a1", image="trashfire/gpu-endpoint:1", env={"TOKEN": "it's a secret"})


@dataclass
class Yard:
    runpod: RunPodDouble
    vast: VastDouble
    pods: Pods
    rented: Vast
    clock: Clock

    @property
    def hosts(self) -> Hosts:
        return Hosts([self.rented, self.pods], RULE, patience=self.clock.patience)


@contextmanager
def yard(runpod: Schedule | None = None, vast: Schedule | None = None, key: str = KEY) -> Iterator[Yard]:
    doubles = RunPodDouble(runpod or Schedule(), workers=0), VastDouble(vast or Schedule())
    clock = Clock(share=0.5)
    line = Line(Manners(name="runpod", hosts=(), trips=50), clock.patience)
    with ExitStack() as stack:
        ours, theirs = (stack.enter_context(serving(double.app)) for double in doubles)
        pods = Pods(key, f"{ours}/mgmt/v2", RULE.host[0], RULE, to=line, patience=clock.patience)
        rented = Vast("vast_double", theirs, RULE.host[1], RULE, to=line, patience=clock.patience)
        stack.callback(pods.close)
        stack.callback(rented.close)
        yield Yard(*doubles, pods, rented, clock)


def test_a_pod_is_rented_once_however_often_it_is_asked_for() -> None:
    with yard() as at:
        first, second = at.pods.start(WANTED), at.pods.start(WANTED)
        assert first.id == second.id
        assert first.condition is Condition.COMING
        assert len(at.runpod.pods.pods) == 1
        at.runpod.pods.run(first.id, 700, gpu=31.0, cpu=4.0)
        seen = at.pods.machines()[0]
        assert (seen.load.uptime, seen.load.gpu, seen.load.cpu) == (700, 31, 4)
        assert seen.address == f"https://{first.id}-8000.proxy.runpod.net"
        assert seen.micros_an_hour == 440_000


def test_a_lost_answer_is_looked_up_by_name() -> None:
    with yard(Schedule({"create": [Fault.LOST_AFTER]})) as at:
        assert at.pods.start(WANTED).id == at.runpod.pods.hung[0]
        assert at.runpod.books.asked["create"] == 1
    with yard(vast=Schedule({"rent": [Fault.LOST_AFTER]})) as at:
        made = at.rented.start(WANTED)
        assert made.id == "900102"
        assert at.vast.books.asked["rent"] == 1


def test_what_is_not_in_the_list_after_a_5xx_is_unclear() -> None:
    with yard(Schedule({"create": [Fault.DOWN]}), Schedule({"rent": [Fault.DOWN]})) as at:
        with pytest.raises(Unclear):
            at.pods.start(WANTED)
        with pytest.raises(Unclear):
            at.rented.start(WANTED)
        assert at.pods.start(WANTED).name == WANTED.name  # the list was asked first, and it was not there


def test_the_next_card_is_taken_when_one_is_out_of_stock() -> None:
    with yard() as at:
        at.runpod.pods.stock = ("NVIDIA L40S",)
        assert at.pods.start(WANTED).gpu == "NVIDIA L40S"
        at.runpod.pods.stock = ()
        with pytest.raises(Busy):
            at.pods.start(Wanted(name="trashfire-a2", image="x"))


def test_the_cheapest_offer_of_the_best_card_is_rented_and_the_next_when_it_is_gone() -> None:
    with yard(vast=Schedule({"rent": [Fault.EXPIRED]})) as at:
        made = at.rented.start(WANTED)
        assert (made.id, made.gpu, made.micros_an_hour) == ("900101", "RTX 4090", 410_000)
        at.vast.run(900_101, 12.0, gpu=3.0)
        seen = at.rented.machines()[0]
        assert (seen.condition, seen.load.uptime, seen.load.gpu) == (Condition.RUNNING, 720, 3)
        assert seen.address == "http://203.0.113.7:40001"


def test_a_plain_text_429_is_waited_for_as_long_as_it_says() -> None:
    with yard(vast=Schedule({"list": [Fault.BUSY]})) as at:
        assert at.rented.machines() == []
        assert 4.5 <= sum(at.clock.slept) <= 5.5


def test_a_days_quota_is_not_waited_for() -> None:
    with yard() as at:
        at.vast.quota = 0
        with pytest.raises(Busy):
            at.rented.start(WANTED)
        assert at.clock.slept == []
        assert at.rented.credit() == 12.5


def test_machines_of_others_are_not_ours_and_long_lists_are_read_to_the_end() -> None:
    with yard() as at:
        for number in range(60):
            at.vast.instances[number + 1] = {"id": number + 1, "label": "trashfire-x" if number % 2 else "mine"}
        assert len(at.rented.machines()) == 30
        at.pods.start(WANTED)
        at.runpod.pods.pods["pod0001"]["name"] = "somebody-else"
        assert at.pods.machines() == []


def test_giving_back_twice_is_done() -> None:
    with yard() as at:
        pod, rented = at.pods.start(WANTED), at.rented.start(WANTED)
        for _ in range(2):
            at.pods.end(pod.id)
            at.rented.end(rented.id)
        assert at.pods.machines() == at.rented.machines() == []


def test_the_next_host_is_asked_after_five_minutes_and_not_before() -> None:
    with yard() as at:
        at.runpod.pods.stock = ()
        hosts = at.hosts
        for _ in range(2):
            with pytest.raises(Busy, match="runpod has no machine now"):
                hosts.start(WANTED)
            at.clock.sleep(149)
        at.clock.sleep(3)
        assert hosts.start(WANTED).host == "vast"
        at.runpod.pods.stock = ("NVIDIA L40S",)
        assert hosts.start(Wanted(name="trashfire-a2", image="x")).host == "runpod"
        at.runpod.pods.stock = ()
        with pytest.raises(Busy, match="runpod"):  # its five minutes begin anew
            hosts.start(Wanted(name="trashfire-a3", image="x"))


def test_machines_are_spread_once_a_host_has_its_share() -> None:
    with yard() as at:
        names = [Wanted(name=f"trashfire-{number}", image="x") for number in range(5)]
        made = [at.hosts.start(wanted).host for wanted in names[:4]]
        assert made == ["runpod", "runpod", "vast", "vast"]
        with pytest.raises(Busy, match="as many machines"):
            at.hosts.start(names[4])
        assert at.hosts.start(names[0]).host == "runpod"  # there already


def test_a_host_with_a_wrong_key_is_passed_over_at_once() -> None:
    with yard(key="rpa_wrong") as at:
        assert at.hosts.start(WANTED).host == "vast"
        machines, silent = at.hosts.machines()
        assert [one.host for one in machines] == ["vast"]
        assert isinstance(silent["runpod"], Denied)
        assert "rpa_wrong" not in f"{silent!r} {silent['runpod'].__dict__}"
    with pytest.raises(KeyMissing, match="RUNPOD_API_KEY"):
        Hosts([], RULE).start(WANTED)


def test_an_endpoint_says_how_many_workers_it_may_have() -> None:
    with yard() as at:
        assert at.pods.most_workers("ep1") == 3
        assert at.pods.most_workers("ep9") is None
        assert at.pods.shares("ep1")
        assert at.pods.shares("ep9") is None


def test_an_endpoint_costs_what_its_dearest_card_does() -> None:
    with yard() as at:
        assert at.pods.rate("ep1") == 310
        at.runpod.pods.pools = ("ADA_24", "AMPERE_80")
        assert at.pods.rate("ep1") == 760
        at.runpod.pods.without = ("NVIDIA A100 80GB PCIe",)
        assert at.pods.rate("ep1") == 310
        at.runpod.pods.pools = ("A_POOL_NOBODY_KNOWS",)
        assert at.pods.rate("ep1") is None
        assert at.pods.rate("ep9") is None


@pytest.mark.parametrize(("fault", "error"), [(Fault.DOWN, Down), (Fault.BUSY, Busy)])
def test_a_list_that_fails_is_asked_again_and_then_given_up(fault: Fault, error: type[VendorError]) -> None:
    with yard(Schedule({"pods": [fault] * 4}), Schedule({"list": [fault] * 4})) as at:
        with pytest.raises(error):
            at.pods.machines()
        with pytest.raises(error):
            at.rented.machines()
