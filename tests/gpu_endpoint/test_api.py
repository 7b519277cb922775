"""The web service: films asked for and asked about later, as our own routes and as the queue's; who may; how it is."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any, cast

import httpx
import pytest
import uvicorn
from fastapi.testclient import TestClient
from jobs import DF, KLEIN, a_worker, job, key
from test_worker import film, fits

from gpu_endpoint.api import application
from gpu_endpoint.errors import Cancelled, NotInstalled
from gpu_endpoint.service import Service
from gpu_endpoint.settings import Settings
from gpu_endpoint.worker import Errand, Worker
from tests.until import HANGS, until

TOKEN = {"Authorization": "Bearer sesame"}
ENDS = ("COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT")


def a_service(folder: Path, **more: Any) -> Service:
    settings = Settings(token="sesame", engine=KLEIN, results=folder / "results", **more)
    return Service(a_worker(folder), settings)


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with TestClient(application(a_service(tmp_path_factory.mktemp("api"))), headers=TOKEN) as client:
        assert until(lambda: client.get("/health").status_code == 200)
        yield client


@contextmanager
def served(service: Service) -> Iterator[tuple[int, httpx.Client]]:
    """The service at a port of this machine, as a pod serves it, and somebody who may ask it."""
    server = uvicorn.Server(uvicorn.Config(application(service), host="127.0.0.1", port=0, log_level="critical"))
    thread = Thread(target=server.run)
    thread.start()
    try:
        assert until(lambda: server.started)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=TOKEN, timeout=HANGS) as client:
            assert until(lambda: client.get("/health").status_code == 200)
            yield port, client
    finally:
        server.should_exit = True
        thread.join()


def ended(http: httpx.Client, number: str) -> dict[str, Any]:
    assert until(lambda: http.get(f"/jobs/{number}").json()["status"] in ENDS)
    found: dict[str, Any] = http.get(f"/jobs/{number}").json()
    return found


def test_the_first_plans_request_becomes_a_film(http: TestClient) -> None:
    wanted = {"prompt": "a cat runs", "duration_seconds": 0.5, "resolution": "96x64", "user_id": "ann"}
    answer = http.post("/generate-video", json={**wanted, "engine": DF, "steps": 1})
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/jobs/{answer.json()['id']}"
    done = ended(http, answer.json()["id"])
    assert done["status"] == "COMPLETED"
    fits(done["output"], "output")
    assert len(film(done["output"])) == 13
    assert film(done["output"])[0].shape == (64, 96, 3)
    used = http.get("/usage").json()["ann"]
    assert used["jobs"] == 1
    assert used["seconds"] > 0


def test_the_queues_own_operations_are_understood(http: TestClient) -> None:
    number = http.post("/run", json={"input": job(KLEIN, "api run"), "policy": {"ttl": 7200}}).json()["id"]
    assert until(lambda: http.get(f"/status/{number}").json()["status"] == "COMPLETED")
    found = http.get(f"/status/{number}").json()
    fits(found["output"], "output")
    assert found["executionTime"] >= 0
    refused = http.post("/run", json={"input": job(DF, "api refused", frames=10)}).json()["id"]
    assert '"code": "invalid_input"' in ended(http, refused)["error"]
    assert http.post("/run", json={}).status_code == 422


def test_a_job_is_called_off_and_the_next_one_runs(http: TestClient) -> None:
    number = http.post("/run", json={"input": job(DF, "api off", frames=257, steps=100)}).json()["id"]
    assert until(lambda: http.get(f"/jobs/{number}").json().get("output", {}).get("stage") == "denoise")
    assert http.get(f"/jobs/{number}").json()["output"]["share"] < 1
    assert http.delete(f"/jobs/{number}").json()["status"] == "CANCELLED"
    after = http.post("/run", json={"input": job(KLEIN, "api next")}).json()["id"]
    assert ended(http, after)["status"] == "COMPLETED"
    assert ended(http, number)["status"] == "CANCELLED"


def test_a_job_that_works_longer_than_it_may_is_stopped_and_the_next_one_runs(http: TestClient) -> None:
    long = job(DF, "api long", frames=257, steps=100)
    number = http.post("/run", json={"input": long, "policy": {"executionTimeout": 300}}).json()["id"]
    done = ended(http, number)
    assert (done["status"], "base64" in done.get("output", {})) == ("TIMED_OUT", False)
    assert done["executionTime"] >= 300
    off = http.post("/run", json={"input": {**long, "seed": 8}, "policy": {"executionTimeout": 10**30}}).json()["id"]
    assert until(lambda: http.get(f"/jobs/{off}").json()["status"] == "IN_PROGRESS")
    http.delete(f"/jobs/{off}")
    after = http.post("/run", json={"input": job(KLEIN, "api after long"), "policy": {"executionTimeout": 600_000}})
    assert ended(http, after.json()["id"])["status"] == "COMPLETED"
    assert ended(http, off)["status"] == "CANCELLED"


class Slow(Event):
    """Whoever stops a job with it goes on only when that has ended, or a while later."""

    def __init__(self, ended: Callable[[], bool]) -> None:
        super().__init__()
        self._ended = ended

    def set(self) -> None:
        super().set()
        late = time.monotonic() + 5.0
        while not self._ended() and time.monotonic() < late:
            time.sleep(0.02)


class Prompt:
    """A worker whose job ends the moment it is stopped."""

    def __init__(self) -> None:
        self.service: Service | None = None

    def answer(self, _given: object, errand: Errand) -> dict[str, Any]:
        ticket = self.service.find(errand.number) if self.service else None
        assert ticket
        ticket.stop = Slow(lambda: ticket.ended is not None)
        errand.told({"stage": "denoise"})
        ticket.stop.wait(30.0)
        raise Cancelled("the job was called off")


def test_a_job_that_ends_the_moment_its_time_is_over_was_not_called_off(tmp_path: Path) -> None:
    prompt = Prompt()
    service = prompt.service = Service(cast(Worker, prompt), Settings(token="sesame", engine=KLEIN, results=tmp_path))
    ticket = service.submit({}, "", longest=0.01)
    assert until(lambda: ticket.ended is not None)
    assert ticket.status == "TIMED_OUT"  # which is not sent, and paid, once more


def test_two_jobs_at_once_are_both_done(http: TestClient) -> None:
    numbers = [http.post("/run", json={"input": job(DF, f"api {one}", seed=one)}).json()["id"] for one in (1, 2)]
    first, second = (ended(http, number)["output"]["base64"] for number in numbers)
    assert first != second


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "sesame", "Bearer sesamé"])
def test_nobody_comes_in_without_the_token(http: TestClient, given: str) -> None:
    headers = {"Authorization": given.encode()}
    for method, path in (("POST", "/run"), ("POST", "/generate-video"), ("GET", "/jobs/x"), ("GET", "/usage")):
        answer = http.request(method, path, json={}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ({"engine": "sora"}, 404, "unknown_engine"),
        ({"engine": "skyreels-v3-r2v"}, 501, "not_installed"),
        ({"duration_seconds": 0}, 422, "invalid_input"),
        ({"duration_seconds": 10_000}, 422, "invalid_input"),
        ({"resolution": "huge"}, 422, "invalid_input"),
        ({"resolution": "9999x9999"}, 422, "invalid_input"),
        ({"surprise": 1}, 422, "invalid_input"),
        ({"prompt": ""}, 422, "invalid_input"),
        ({"job_key": "short"}, 422, "invalid_input"),
        ({"image": {"url": "http://127.0.0.1/a.png"}}, 422, "invalid_input"),
    ],
    ids=lambda found: ",".join(found) if isinstance(found, dict) else str(found),
)
def test_a_wrong_request_is_refused_at_once(http: TestClient, wanted: dict[str, Any], status: int, code: str) -> None:
    answer = http.post("/generate-video", json={"prompt": "a cat", "engine": DF, **wanted})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    fits(answer.json(), "error")


def test_a_request_of_a_hundred_megabytes_is_not_read(http: TestClient) -> None:
    headers = {"Content-Length": "100000000", "Content-Type": "application/json"}
    assert http.post("/run", content=b"", headers=headers).status_code == 413
    assert http.post("/run", content=iter([b"{}"])).status_code == 411


def test_a_client_that_goes_away_leaves_nothing_behind(tmp_path: Path) -> None:
    with served(a_service(tmp_path)) as (port, client):
        number = client.post("/run", json={"input": job(KLEIN, "left alone")}).json()["id"]
        for half in ("POST /run", f"GET /status/{number}"):
            with socket.create_connection(("127.0.0.1", port)) as line:
                head = f"{half} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sesame\r\nContent-Length: 9999\r\n\r\n"
                line.sendall(head.encode() + b'{"input": {"engine"')
        assert ended(client, number)["status"] == "COMPLETED"
        after = client.post("/run", json={"input": job(KLEIN, "the next one")}).json()["id"]
        assert ended(client, after)["status"] == "COMPLETED"
        assert client.get("/health").json()["jobs"] == {"inQueue": 0, "inProgress": 0, "completed": 2, "failed": 0}


def test_a_job_nobody_knows_is_404(http: TestClient) -> None:
    for path in (f"/jobs/{key('nobody')}", "/nowhere"):
        answer = http.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"input": NaN}'], ids=range(7))
def test_what_is_no_request_is_refused_by_its_code(http: TestClient, body: bytes) -> None:
    for path in ("/run", "/generate-video"):
        answer = http.post(path, content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code in (400, 422), answer.json()["code"]) == (True, "invalid_input")


def test_what_nobody_thought_of_is_a_coded_answer_and_tells_nothing(tmp_path: Path) -> None:
    service = a_service(tmp_path)
    service.close()  # takes no more jobs
    client = TestClient(application(service), headers=TOKEN, raise_server_exceptions=False)
    answer = client.post("/run", json={"input": job(KLEIN, "too late")})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    fits(answer.json(), "error")


def test_health_tells_the_studio_and_the_operator(http: TestClient) -> None:
    told = http.get("/health", headers={"Authorization": ""}).json()
    assert {"idle", "running"} <= set(told["workers"])
    assert {"inQueue", "inProgress", "completed", "failed"} == set(told["jobs"])
    assert KLEIN in told["on_card"]
    assert "svd-xt" not in told["engines"]
    assert "tiny-svd-xt" in told["engines"]
    assert told["vram_gib"] == 16.0
    assert told["seconds_served"] >= 0
    assert told["cost"]["dollars"] >= 0


def test_while_it_loads_health_is_204_and_afterwards_it_tells_how_long_it_idles(tmp_path: Path) -> None:
    now = [1000.0]
    service = a_service(tmp_path, idle=300.0)
    service = Service(service.worker, service.settings, clock=lambda: now[0])
    client = TestClient(application(service), headers=TOKEN)  # not begun: nothing loads yet
    assert client.get("/health").status_code == 204
    service.worker.warm(KLEIN)

    def idles() -> tuple[float, bool]:
        told = client.get("/health").json()
        return told["idle_seconds"], told["may_be_ended"]

    assert idles() == (0.0, False)
    now[0] += 300.0
    assert idles() == (300.0, True)
    number = client.post("/run", json={"input": job(KLEIN, "idle")}).json()["id"]
    assert ended(client, number)["status"] == "COMPLETED"
    now[0] += 1.0
    assert idles() == (1.0, False)
    service.close()


def test_an_engine_that_is_not_there_makes_the_worker_unfit(tmp_path: Path) -> None:
    service = Service(a_worker(tmp_path), Settings(token="sesame", engine="svd-xt"))
    with TestClient(application(service)) as client:
        assert until(lambda: client.get("/health").status_code == 503)
        assert client.get("/health").json()["code"] == NotInstalled.code


def test_more_jobs_than_may_wait_are_turned_away(tmp_path: Path) -> None:
    service = a_service(tmp_path, queue=1)
    with TestClient(application(service), headers=TOKEN) as client:
        first = client.post("/run", json={"input": job(DF, "full", frames=257, steps=100)})
        second = client.post("/run", json={"input": job(DF, "over")})
        assert (first.status_code, second.status_code) == (200, 429)
        assert second.json()["code"] == "busy"
        assert int(second.headers["retry-after"]) > 0
    # The service was ended in the middle: the job stopped, and nothing is left of it.
    assert not list(service.worker.shelf.folder.glob("*.claim"))
    assert service.find(first.json()["id"]).status == "CANCELLED"  # type: ignore[union-attr]


def test_the_description_has_an_example_that_is_right(http: TestClient) -> None:
    told = http.get("/openapi.json").json()
    example = told["components"]["schemas"]["VideoRequest"]["examples"][0]
    assert http.post("/generate-video", json={**example, "engine": DF, "resolution": "64x64"}).status_code == 202
    assert "/jobs/{number}" in told["paths"]
