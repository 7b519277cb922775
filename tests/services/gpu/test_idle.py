"""Idle machines are ended by samples, and only when everything is certain; what nobody knows of is listed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gpu.hosts import Hosts
from services.gpu.idle import IdleWatch, Sample, Verdict, judged, sampled
from services.gpu.machine import Condition, Load, Machine, Wanted
from services.gpu.sheet import sheet
from studio.errors import Down

RULE = sheet().machines
IDLE = Load(uptime=4000.0, gpu=0.0, cpu=2.0)
MACHINE = Machine(host="runpod", id="p1", name="trashfire-1", condition=Condition.RUNNING, load=IDLE)
NOW = 10_000.0


@dataclass
class Table:
    """The studio's table, in memory."""

    rows: set[tuple[str, str]] = field(default_factory=set)
    busy: set[str] = field(default_factory=set)
    kept: dict[str, list[Sample]] = field(default_factory=dict)
    over: list[str] = field(default_factory=list)
    looked: tuple[list[str], list[str]] = ([], [])

    def known(self) -> set[tuple[str, str]]:
        return self.rows

    def working(self, machine: Machine) -> bool:
        return machine.id in self.busy

    def seen(self, machines: Sequence[Machine], hosts: Collection[str], at: float) -> None:
        self.looked = (sorted(one.id for one in machines), sorted(hosts))

    def add(self, machine: Machine, sample: Sample) -> None:
        self.kept.setdefault(machine.id, []).append(sample)

    def samples(self, machine: Machine) -> Sequence[Sample]:
        return self.kept.get(machine.id, [])

    def ended(self, machine: Machine, at: float) -> None:
        self.over.append(machine.id)
        self.rows.discard((machine.host, machine.id))


@dataclass
class Site:
    """A host with these machines."""

    name: str = "runpod"
    there: list[Machine] = field(default_factory=list)
    silent: bool = False

    def machines(self) -> Sequence[Machine]:
        if self.silent:
            raise Down("no answer", vendor=self.name)
        return list(self.there)

    def start(self, wanted: Wanted) -> Machine:
        raise AssertionError("nobody asked for a machine")

    def end(self, machine: str) -> None:
        self.there = [one for one in self.there if one.id != machine]


def idle(seconds: float, every: float = 30.0, *, until: float = NOW) -> list[Sample]:
    count = int(seconds // every)
    return [Sample(at=until - number * every, busy=False) for number in range(count, -1, -1)]


def test_a_machine_idle_for_more_than_five_minutes_is_ended() -> None:
    assert judged(MACHINE, idle(330), NOW, RULE, working=False) is Verdict.END
    assert judged(MACHINE, idle(300), NOW, RULE, working=False) is Verdict.UNSURE


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"name": "render-box"}, Verdict.FOREIGN),
        ({"locked": True}, Verdict.LOCKED),
        ({"condition": Condition.UNKNOWN}, Verdict.NOT_RUNNING),
        ({"condition": Condition.STOPPED}, Verdict.NOT_RUNNING),
        ({"load": Load(uptime=None, gpu=0.0, cpu=0.0)}, Verdict.LOADING),
        ({"load": Load(uptime=600.0, gpu=0.0, cpu=0.0)}, Verdict.LOADING),
    ],
)
def test_what_is_not_certain_stays(change: dict[str, object], why: Verdict) -> None:
    assert judged(MACHINE.model_copy(update=change), idle(900), NOW, RULE, working=False) is why


def test_a_machine_with_a_job_of_ours_stays() -> None:
    assert judged(MACHINE, idle(900), NOW, RULE, working=True) is Verdict.WORKING


@pytest.mark.parametrize("busy", [True, None], ids=["busy", "unknown"])
def test_one_other_sample_begins_the_time_anew(busy: bool | None) -> None:
    samples = [*idle(600, until=NOW - 180), Sample(at=NOW - 150, busy=busy), *idle(120)]
    assert judged(MACHINE, samples, NOW, RULE, working=False) is Verdict.UNSURE


def test_few_samples_far_apart_prove_nothing() -> None:
    assert judged(MACHINE, idle(400, 200), NOW, RULE, working=False) is Verdict.UNSURE
    assert judged(MACHINE, idle(900, until=NOW - 130), NOW, RULE, working=False) is Verdict.UNSURE
    assert judged(MACHINE, idle(330, 110), NOW, RULE, working=False) is Verdict.END


@given(
    st.lists(st.tuples(st.floats(1, 200), st.sampled_from([False, False, False, True, None])), max_size=30),
    st.floats(0, 200),
)
def test_nothing_is_ended_within_five_minutes_of_anything_but_idleness(
    steps: list[tuple[float, bool | None]], since: float
) -> None:
    at, samples = 0.0, []
    for step, busy in steps:
        at += step
        samples.append(Sample(at=at, busy=busy))
    now = at + since
    if judged(MACHINE, samples, now, RULE, working=False) is Verdict.END:
        recent = [one for one in samples if now - one.at <= RULE.idle.after]
        assert all(one.busy is False for one in recent)
        assert len([one for one in samples if one.busy is False]) >= RULE.idle.samples


@pytest.mark.parametrize(
    ("load", "busy"),
    [
        (Load(uptime=1.0, gpu=0.0, cpu=19.9), False),
        (Load(uptime=1.0, gpu=5.0, cpu=0.0), True),
        (Load(uptime=1.0, gpu=4.9, cpu=20.0), True),
        (Load(uptime=1.0, gpu=None, cpu=1.0), None),
        (Load(uptime=1.0, gpu=1.0, cpu=None), None),
        (Load(), None),
    ],
)
def test_a_sample_is_what_the_machine_says(load: Load, busy: bool | None) -> None:
    assert sampled(MACHINE.model_copy(update={"load": load}), NOW, RULE).busy is busy


def test_looks_end_what_is_idle_and_leave_the_rest() -> None:
    other = MACHINE.model_copy(update={"id": "p2", "load": Load(uptime=4000.0, gpu=80.0, cpu=2.0)})
    worked = MACHINE.model_copy(update={"id": "p3"})
    site, table = Site(there=[MACHINE, other, worked]), Table(busy={"p3"})
    watch = IdleWatch(Hosts([site], RULE), table, RULE)
    ended = [machine.id for look in range(12) for machine in watch.look(NOW + look * 30)]
    assert ended == table.over == ["p1"]
    table.busy.clear()  # the job on p3 ended: its five minutes begin now
    later = [machine.id for look in range(12, 26) for machine in watch.look(NOW + look * 30)]
    assert later == ["p3"]
    assert [machine.id for machine in site.there] == ["p2"]


def test_a_silent_host_loses_nothing() -> None:
    site, table = Site(there=[MACHINE], silent=True), Table()
    watch = IdleWatch(Hosts([site], RULE), table, RULE)
    assert [watch.look(NOW + look * 30) for look in range(20)] == [[]] * 20
    site.silent = False
    assert watch.look(NOW + 600) == []


def test_machines_with_our_name_that_the_table_does_not_know_are_leaks() -> None:
    lost = MACHINE.model_copy(update={"id": "p9"})
    watch = IdleWatch(Hosts([Site(there=[MACHINE, lost])], RULE), Table({("runpod", "p1")}), RULE)
    assert [machine.id for machine in watch.leaks()] == ["p9"]
