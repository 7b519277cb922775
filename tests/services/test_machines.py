"""Rented machines on RunPod's double: the worker's chores end idle ones, keep busy ones, and list what nobody knows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlmodel import select

from services.animators.runpod import RunPodAnimator
from services.breaker import State
from services.commands.machines import machines
from services.gpu.jobs import Jobs
from services.gpu.machine import Condition, Machine
from services.gpu.renting import RentedJobs
from services.gpu.sheet import sheet
from services.housekeeping import Machines, chores, write_lines
from services.rehearsal import rehearsed
from services.remotes import SetRemotes
from services.rentals import Rentals
from services.rooms import Rooms
from services.settings import ROOT, Settings
from studio.db import Database, now
from studio.errors import NotFound
from studio.people.account import OWNER
from studio.production.chores import Chore
from studio.production.rental import LineState
from studio.takes.recipe import TakeKind
from studio.takes.roster import Roster
from studio.takes.take import Take, TakeState
from tests.doubles.runpod import RunPodDouble
from tests.doubles.server import serving

ROSTER = Roster.load(ROOT / "data" / "crew.toml")
NOW = 1_800_000_000.0
GPU = {"id": "NVIDIA L40S", "count": 1}


def made_of(settings: Settings, db: Database, roster: Roster) -> tuple[Chore, ...]:
    return chores(settings, db, roster, Rooms(settings, roster))


def pod(double: RunPodDouble, name: str, *, gpu: float = 0.0) -> Machine:
    """A pod that has been running for an hour."""
    double.books.ask("create")
    made = double.pods._made({"name": name, "image": "x", "gpu": GPU})
    double.pods.run(made["id"], 4000, gpu=gpu)
    return Machine(host="runpod", id=made["id"], name=name, condition=Condition.RUNNING)


def test_idle_machines_end_and_leaks_are_listed(db: Database, home: Path) -> None:
    double, now = RunPodDouble(), [NOW]
    idle, busy, lost = pod(double, "trashfire-1"), pod(double, "trashfire-2", gpu=90.0), pod(double, "trashfire-3")
    foreign = pod(double, "somebody-s")
    with serving(double.app) as url:
        settings = Settings(studio_home=home, runpod_api_key=double.key, runpod_mgmt_base_url=f"{url}/mgmt/v2")
        machines = Machines(settings, db, ROSTER, clock=lambda: now[0])
        machines.table.rented(idle)
        machines.table.rented(busy)
        machines.check_leaks()
        assert [(row.machine, row.leaked) for row in machines.table.shown() if row.leaked] == [(lost.id, True)]
        for minute in range(7):
            now[0] = NOW + minute * 60
            machines.look()
        machines.close()
    double.close()
    assert set(double.pods.pods) == {busy.id, foreign.id}
    assert machines.table.known() == {("runpod", busy.id)}
    ended = {row.machine: row.why for row in machines.table.shown() if row.ended}
    assert ended == {idle.id: "it had nothing to do", lost.id: "it had nothing to do"}


@pytest.mark.parametrize(("state", "working"), [(TakeState.ASKED, True), (TakeState.MADE, False)])
def test_a_machine_works_while_its_vendor_has_a_take(db: Database, state: TakeState, working: bool) -> None:
    with db.write() as session:
        asked = {"kind": TakeKind.BOARD, "state": state, "engine": "comfyui", "recipe": {}}
        session.add(Take(account=OWNER, fingerprint="f", essence="", **asked))
    table = Rentals(db, ROSTER, {"comfyui": "https://p1-8000.proxy.runpod.net"})
    machine = Machine(host="runpod", id="p1", name="trashfire-1", condition=Condition.RUNNING)
    reached = machine.model_copy(update={"address": "https://p1-8000.proxy.runpod.net"})
    assert table.working(reached) is working
    assert not table.working(machine)


def test_the_machine_rented_on_demand_works_while_our_own_engines_have_a_take(db: Database) -> None:
    with db.write() as session:
        asked = {"kind": TakeKind.CLIP, "state": TakeState.ASKED, "engine": "svd-xt", "recipe": {}}
        session.add(Take(account=OWNER, fingerprint="f", essence="", **asked))
    table = Rentals(db, ROSTER, {})
    machine = Machine(host="vast", id="7", name=sheet().machines.on_demand, condition=Condition.RUNNING)
    assert table.working(machine)
    assert not table.working(machine.model_copy(update={"name": "trashfire-other"}))


@pytest.mark.parametrize(("machine", "kind"), [(True, RentedJobs), (False, Jobs)])
def test_our_own_engines_are_asked_at_the_endpoint_or_on_a_rented_machine(
    db: Database, home: Path, machine: bool, kind: type[object]
) -> None:
    given = {"runpod_api_key": "k", "runpod_endpoint_id": "ep1", "studio_gpu_machine": machine}
    remotes = SetRemotes(Settings(_env_file=None, studio_home=home, **given), Rentals(db, ROSTER, {}))
    engine = remotes.engine(ROSTER.named("svd-xt"))
    assert isinstance(engine, RunPodAnimator)
    assert type(engine._work.jobs) is kind
    remotes.close()


def test_a_machine_is_rented_listed_and_ended_by_command(
    db: Database, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    double = RunPodDouble()
    with serving(double.app) as url:
        given = {"STUDIO_HOME": home, "RUNPOD_API_KEY": double.key, "RUNPOD_MGMT_BASE_URL": f"{url}/mgmt/v2"}
        for name, value in given.items():
            monkeypatch.setenv(name, str(value))
        rented = pod(double, "trashfire-x")
        Rentals(db, ROSTER, {}).rented(rented)
        machines(rent="", image="", end="trashfire-x", as_json=True)
        (told,) = json.loads(capsys.readouterr().out)
        assert (told["name"], told["why"]) == ("trashfire-x", "by hand")
        with pytest.raises(NotFound, match="called trashfire-y"):
            machines(rent="", image="", end="trashfire-y", as_json=True)
    double.close()
    assert double.pods.pods == {}


def test_samples_outlive_the_process(db: Database) -> None:
    from services.gpu.idle import Sample

    machine = Machine(host="vast", id="7", name="trashfire-1", condition=Condition.RUNNING)
    Rentals(db, ROSTER, {}).add(machine, Sample(at=NOW - 1000, busy=False))
    Rentals(db, ROSTER, {}).add(machine, Sample(at=NOW, busy=None))
    assert Rentals(db, ROSTER, {}).samples(machine) == [Sample(at=NOW, busy=None)]


def test_chores_follow_the_keys(db: Database, home: Path) -> None:
    assert made_of(Settings(studio_home=home), db, ROSTER) == ()
    vast = Settings(studio_home=home, vast_api_key="k")
    assert {(one.name, one.seconds) for one in made_of(vast, db, ROSTER)} == {
        ("leaks", 3600.0),
        ("idle machines", 60.0),
    }
    groq = Settings(studio_home=home, groq_api_key="k")
    known = Roster.load(ROOT / "data" / "crew.toml", groq.given)
    assert [one.name for one in made_of(groq, db, known)] == ["breakers", "books"]
    (*_, doubles) = made_of(groq.model_copy(update={"groq_base_url": "http://127.0.0.1:9"}), db, known)
    doubles.work()
    assert rehearsed(home)["groq"] > now()


def test_breakers_are_written_once_per_worker(db: Database) -> None:
    write_lines(db, ["groq", "nobody"])
    write_lines(db, ["groq"])
    with db.read() as session:
        (row,) = session.exec(select(LineState)).all()
        assert (row.vendor, row.state) == ("groq", State.CLOSED)
