"""When the last worker goes: a rented machine is given back or named with its price, never left running unseen."""

from __future__ import annotations

import signal
import subprocess
from contextlib import nullcontext
from pathlib import Path

import pytest
from sqlmodel import select

from services.gate.record import alone
from services.gpu.machine import Condition, Machine
from services.gpu.sheet import sheet
from services.leaving import give_back
from services.rentals import Rentals
from services.settings import ROOT, Settings
from studio.db import Database
from studio.desk.sources import trial_episode
from studio.people.account import OWNER
from studio.production.executors import enlist
from studio.production.rental import Rental
from studio.production.run import Job, Run, RunState
from studio.takes.recipe import TakeKind
from studio.takes.roster import Roster
from studio.takes.take import Take, TakeState
from tests.doubles.runpod import RunPodDouble
from tests.doubles.server import serving
from tests.journeys.studio import command, die_with_the_tests, run, short_script, until

ROSTER = Roster.load(ROOT / "data" / "crew.toml")
OURS = sheet().machines.on_demand


@pytest.fixture
def double() -> RunPodDouble:
    return RunPodDouble()


def rented(double: RunPodDouble, db: Database, name: str) -> Machine:
    """A pod that has been running for an hour, as the studio's table knows it."""
    double.books.ask("create")
    made = double.pods._made({"name": name, "image": "x", "gpu": {"id": "NVIDIA L40S", "count": 1}})
    double.pods.run(made["id"], 4000, gpu=0.0)
    one = Machine(host="runpod", id=made["id"], name=name, condition=Condition.RUNNING, micros_an_hour=440_000)
    Rentals(db, ROSTER, {}).rented(one)
    return one


def left(double: RunPodDouble, db: Database, home: Path) -> tuple[str, ...]:
    with serving(double.app) as url:
        given = {"runpod_api_key": double.key, "runpod_mgmt_base_url": f"{url}/mgmt/v2"}
        return give_back(Settings(_env_file=None, studio_home=home, **given), db, ROSTER)


def asked_for(db: Database, state: RunState) -> None:
    """A run in this state with a clip under way on our own engines."""
    with db.write() as session:
        episode = trial_episode(session, OWNER, "svd-xt", 1).id
        session.add(Run(id="r", account=OWNER, episode=episode, target="t", order={}, version="1", state=state))
        session.flush()
        session.add(Job(run="r", subject="clip:1", account=OWNER, kind=TakeKind.CLIP, fingerprint="f"))
        asked = {"kind": TakeKind.CLIP, "state": TakeState.ASKED, "engine": "svd-xt", "recipe": {}}
        session.add(Take(account=OWNER, fingerprint="f", essence="", **asked))


def test_the_machine_of_our_own_engines_is_given_back_and_its_hours_are_booked(
    double: RunPodDouble, db: Database, home: Path
) -> None:
    rented(double, db, OURS)
    assert left(double, db, home) == ()
    assert double.pods.pods == {}
    with db.read() as session:
        (row,) = session.exec(select(Rental)).all()
        assert (row.why, row.booked) == ("nobody was left to look after it", row.ended)


def test_while_a_worker_is_alive_it_is_left_to_that(double: RunPodDouble, db: Database, home: Path) -> None:
    rented(double, db, OURS)
    with db.write() as session:
        enlist(session, "1")
    assert left(double, db, home) == ()
    assert len(double.pods.pods) == 1


@pytest.mark.parametrize(("state", "stays"), [(RunState.RUNNING, 1), (RunState.CANCELLED, 0)])
def test_what_an_open_run_waits_for_stays_and_is_named(
    double: RunPodDouble, db: Database, home: Path, state: RunState, stays: int
) -> None:
    rented(double, db, OURS)
    asked_for(db, state)
    said = left(double, db, home)
    assert len(double.pods.pods) == stays
    assert len(said) == stays
    if said:
        assert "$0.44 an hour" in said[0]
        assert f"machines --end {OURS}" in said[0]


def test_what_somebody_rented_by_name_stays_and_is_named(double: RunPodDouble, db: Database, home: Path) -> None:
    rented(double, db, "trashfire-comfy")
    (said,) = left(double, db, home)
    assert "trashfire-comfy at runpod is still paid for" in said
    assert len(double.pods.pods) == 1


def test_a_host_that_does_not_say_is_named(double: RunPodDouble, db: Database, home: Path) -> None:
    rented(double, db, OURS)
    assert give_back(Settings(_env_file=None, studio_home=home), db, ROSTER) == (
        "runpod does not say now which machines of ours are paid for: see `python -m studio machines`.",
    )


def test_without_a_machine_nobody_is_asked(double: RunPodDouble, db: Database, home: Path) -> None:
    assert left(double, db, home) == ()
    assert not double.books.asked


def test_a_trial_between_two_clips_keeps_its_machine(double: RunPodDouble, db: Database, home: Path) -> None:
    rented(double, db, OURS)
    with alone(home):
        assert left(double, db, home) == ()
        assert len(double.pods.pods) == 1
    assert left(double, db, home) == ()
    assert double.pods.pods == {}


@pytest.mark.parametrize(("refused", "stays"), [(True, 1), (False, 0)])
def test_a_trial_gives_its_machine_back_and_one_that_is_refused_leaves_it_to_the_other(
    double: RunPodDouble, db: Database, home: Path, environment: dict[str, str], refused: bool, stays: int
) -> None:
    rented(double, db, OURS)
    with serving(double.app) as url, alone(home) if refused else nullcontext():
        env = environment | {"RUNPOD_API_KEY": double.key, "RUNPOD_MGMT_BASE_URL": f"{url}/mgmt/v2"}
        # With no endpoint to ask, a trial that is let in buys nothing.
        ended = run(env | {"RUNPOD_ENDPOINT_ID": ""}, "benchmark", "--consistency", "--engine", "svd-xt")
    assert bool(ended.returncode) is refused, ended.stderr
    assert ("another trial" in ended.stderr) is refused
    assert len(double.pods.pods) == stays


@pytest.mark.parametrize("how", ["draft", "worker"])
def test_neither_a_draft_nor_a_worker_that_ends_leaves_it_running(
    double: RunPodDouble, db: Database, home: Path, environment: dict[str, str], tmp_path: Path, how: str
) -> None:
    rented(double, db, OURS)
    script = tmp_path / "key.fountain"
    script.write_text(short_script())
    more = ["draft", str(script), "--out", str(tmp_path / "out")] if how == "draft" else ["worker"]
    with serving(double.app) as url:
        env = environment | {"RUNPOD_API_KEY": double.key, "RUNPOD_MGMT_BASE_URL": f"{url}/mgmt/v2"}
        said = subprocess.PIPE
        with subprocess.Popen(command(*more), env=env, cwd=ROOT, stderr=said, preexec_fn=die_with_the_tests) as child:
            assert child.stderr
            if how == "worker":
                until(lambda: b"ready" in child.stderr.readline())
                child.send_signal(signal.SIGTERM)
            child.communicate(timeout=240)
            assert child.returncode == 0
    assert double.pods.pods == {}
