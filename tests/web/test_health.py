"""/healthz: down only with the studio's own parts, degraded with a vendor, details for the owner alone, never slow."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp

from services.breaker import State
from services.health import Health, Status
from services.pinging import Heard, Pulse
from services.settings import Settings
from services.web.routes import routes
from studio.desk.desk import Desk
from studio.people.account import OWNER
from studio.production.executors import enlist
from studio.production.house import House
from studio.production.rental import LineState
from studio.production.run import Executor, RunState
from tests.doubles.cloud import cloud
from tests.until import HANGS, until
from tests.web.asking import get
from tests.web.rows import board, episode, run

WELL = (Heard(vendor="groq", what="models", pulse=Pulse.WELL, ms=12),)
ILL = (*WELL, Heard(vendor="fal", what="pricing", pulse=Pulse.DOWN, why="fal cannot be reached"))


def serving(house: House, home: Path, ask: Callable[[Settings], Sequence[Heard]] = lambda _: WELL) -> ASGIApp:
    """The site of a house whose vendors have answered."""
    health = Health(Settings(studio_home=home), house.db, ask=ask)
    until(lambda: health.report().asked)
    return site(house, health)


def site(house: House, health: Health) -> ASGIApp:
    return Starlette(routes=routes(lambda _request: Desk(house, OWNER), lambda: health))


def asked(app: ASGIApp, status: int) -> dict[str, Any]:
    answer = get(app, "/healthz")
    assert answer.status == status, answer.content
    found: dict[str, Any] = json.loads(answer.content)
    return found


@pytest.fixture
def worker(house: House) -> str:
    """A worker that is alive: this process."""
    with house.db.write() as session:
        return enlist(session, "1")


def test_with_a_worker_everything_is_well(house: House, home: Path, worker: str) -> None:
    found = asked(serving(house, home), 200)
    assert found["status"] == "ok"
    assert {one["name"]: one["well"] for one in found["parts"]} == {"database": True, "vault": True, "workers": True}
    assert found["workers"][0]["executor"] == worker
    assert found["workers"][0]["age"] < 60
    (groq,) = found["vendors"]
    assert (groq["name"], groq["heard"][0]["ms"], groq["breaker"]) == ("groq", 12, "closed")


def test_without_a_living_worker_it_is_down(house: House, home: Path, worker: str) -> None:
    with house.db.write() as session:
        session.get_one(Executor, worker).gone = True
    found = asked(serving(house, home), 503)
    assert found["status"] == "down"
    assert [one["name"] for one in found["parts"] if not one["well"]] == ["workers"]


@pytest.mark.usefixtures("worker")
def test_a_vendor_s_outage_only_degrades(house: House, home: Path) -> None:
    found = asked(serving(house, home, lambda _: ILL), 200)
    assert found["status"] == "degraded"
    assert [one["name"] for one in found["vendors"]] == ["fal", "groq"]


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize(("state", "status"), [(State.OPEN, "degraded"), (State.HALF_OPEN, "ok"), (State.CLOSED, "ok")])
def test_a_worker_s_open_breaker_degrades(house: House, home: Path, state: State, status: str) -> None:
    with house.db.write() as session:
        session.add(LineState(worker="elsewhere-1", vendor="groq", state=State.CLOSED.value))
        session.add(LineState(worker="elsewhere-2", vendor="groq", state=state.value))
    found = asked(serving(house, home), 200)
    assert (found["status"], found["vendors"][0]["breaker"]) == (status, state.value)


@pytest.mark.usefixtures("worker")
def test_a_vault_that_was_swapped_for_an_empty_one_is_down(house: House, home: Path) -> None:
    board(house, run(house, episode(house), RunState.DONE))
    assert asked(serving(house, home), 200)["status"] == "ok"
    shutil.rmtree(home / "vault")
    found = asked(serving(house, home), 503)
    assert [one["name"] for one in found["parts"] if not one["well"]] == ["vault"]


def test_a_database_that_cannot_be_read_is_down_and_says_why(house: House, home: Path) -> None:
    house.db.close()
    for file in home.glob("studio.db*"):
        file.unlink()
    (home / "studio.db").write_bytes(b"not a database" * 500)
    found = asked(serving(house, home), 503)
    assert found["parts"][0]["name"] == "database"
    assert "database" in found["parts"][0]["why"]


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize(
    ("client", "headers"),
    [
        ("203.0.113.9", {}),
        ("127.0.0.1", {"host": "studio.example.com"}),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}),
    ],
)
def test_strangers_get_the_state_alone(house: House, home: Path, client: str, headers: dict[str, str]) -> None:
    answer = get(serving(house, home, lambda _: ILL), "/healthz", headers, client=client)
    assert (answer.status, json.loads(answer.content)) == (200, {"status": "degraded"})


@pytest.mark.usefixtures("worker")
def test_a_vendor_that_hangs_holds_nobody_up_and_is_asked_once(house: House, home: Path) -> None:
    calls, may_answer = list[int](), Event()

    def hang(_: Settings) -> Sequence[Heard]:
        calls.append(1)
        may_answer.wait(HANGS)
        return WELL

    app = site(house, Health(Settings(studio_home=home), house.db, ask=hang))
    for _ in range(3):
        found = asked(app, 200)
        assert (found["vendors"], found["asked"]) == ([], None)
    until(lambda: calls)
    may_answer.set()
    assert len(calls) == 1


@pytest.mark.usefixtures("worker")
def test_no_answer_holds_a_key(house: House, home: Path) -> None:
    with cloud() as vendors:
        given = {name.lower(): value for name, value in vendors.settings.items()}
        given["groq_api_key"] = "gsk_not_accepted"
        settings = Settings(studio_home=home, **given)
        health = Health(settings, house.db)
        app = site(house, health)
        until(lambda: asked(app, 200)["vendors"])
        found = asked(app, 200)
    assert {one["name"]: one["heard"][0]["pulse"] for one in found["vendors"]} == {
        "comfyui": "well",
        "elevenlabs": "well",
        "fal": "well",
        "groq": "denied",
        "local-writer": "well",
        "runpod": "well",
        "vast": "well",
    }
    assert len(settings.secrets) == 5
    assert not [key for key in settings.secrets if key in json.dumps(found)]


def test_answers_of_vendors_are_kept_for_a_minute(house: House, home: Path) -> None:
    calls, now = [], [1000.0]

    def ask(_: Settings) -> Sequence[Heard]:
        calls.append(now[0])
        return WELL

    health = Health(Settings(studio_home=home), house.db, ask=ask, clock=lambda: now[0])
    until(lambda: health.report().asked)
    for moment in (1000.0, 1030.0, 1059.0, 1061.0):
        now[0] = moment
        assert health.report().status is Status.DOWN  # no worker; the vendors are asked all the same
    until(lambda: len(calls) > 1)
    assert calls == [1000.0, 1061.0]
