"""The web service: films asked for and asked about later, as our own routes and as the queue's; who may; how it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jobs import DF, KLEIN, a_worker, job, key
from test_worker import film, fits

from gpu_endpoint.api import application
from gpu_endpoint.errors import NotInstalled
from gpu_endpoint.service import Service
from gpu_endpoint.settings import Settings

TOKEN = {"Authorization": "Bearer sesame"}
ENDS = ("COMPLETED", "FAILED", "CANCELLED")


def a_service(folder: Path, **more: Any) -> Service:
    settings = Settings(token="sesame", engine=KLEIN, results=folder / "results", **more)
    return Service(a_worker(folder), settings)


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with TestClient(application(a_service(tmp_path_factory.mktemp("api"))), headers=TOKEN) as client:
        assert until(lambda: client.get("/health").status_code == 200)
        yield client


def until(found: Callable[[], bool], seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while not found() and time.monotonic() < end:
        time.sleep(0.02)
    return found()


def ended(http: TestClient, number: str) -> dict[str, Any]:
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


def test_two_jobs_at_once_are_both_done(http: TestClient) -> None:
    numbers = [http.post("/run", json={"input": job(DF, f"api {one}", seed=one)}).json()["id"] for one in (1, 2)]
    first, second = (ended(http, number)["output"]["base64"] for number in numbers)
    assert first != second


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "sesame", "Bearer sesamé"])
def test_nobody_comes_in_without_the_token(http: TestClient, given: str) -> None:
    headers = {"Authorization": given.encode()}
    for method, path in (("POST", "/run"), ("POST", "/generate-video"), ("GET", "/jobs/x"), ("GET", "/usage")):
        assert http.request(method, path, json={}, headers=headers).status_code == 401


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


def test_a_job_nobody_knows_is_404(http: TestClient) -> None:
    assert http.get(f"/jobs/{key('nobody')}").status_code == 404


def test_health_tells_the_studio_and_the_operator(http: TestClient) -> None:
    told = http.get("/health", headers={"Authorization": ""}).json()
    assert {"idle", "running"} <= set(told["workers"])
    assert {"inQueue", "inProgress", "completed", "failed"} == set(told["jobs"])
    assert KLEIN in told["on_card"]
    assert "svd-xt" not in told["engines"]
    assert "tiny-svd-xt" in told["engines"]
    assert told["seconds_served"] >= 0
    assert told["cost"]["dollars"] >= 0


def test_while_it_loads_health_is_204_and_afterwards_it_tells_how_long_it_idles(tmp_path: Path) -> None:
    service = a_service(tmp_path, idle=0.2)
    client = TestClient(application(service), headers=TOKEN)  # not begun: nothing loads yet
    assert client.get("/health").status_code == 204
    service.worker.warm(KLEIN)
    assert until(lambda: client.get("/health").json()["may_be_ended"])
    number = client.post("/run", json={"input": job(KLEIN, "idle")}).json()["id"]
    assert ended(client, number)["status"] == "COMPLETED"
    assert client.get("/health").json()["idle_seconds"] < 0.2
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
        assert int(second.headers["retry-after"]) > 0
    # The service was ended in the middle: the job stopped, and nothing is left of it.
    assert not list(service.worker.shelf.folder.glob("*.claim"))
    assert service.find(first.json()["id"]).status == "CANCELLED"  # type: ignore[union-attr]


def test_the_description_has_an_example_that_is_right(http: TestClient) -> None:
    told = http.get("/openapi.json").json()
    example = told["components"]["schemas"]["VideoRequest"]["examples"][0]
    assert http.post("/generate-video", json={**example, "engine": DF, "resolution": "64x64"}).status_code == 202
    assert "/jobs/{number}" in told["paths"]
