"""The worker's own loop on RunPod's queue, played by the studio's double: clips, refusals, calls to stop, the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import pytest
from jobs import DF, KLEIN, SVD, job, key
from test_worker import fits

from gpu_endpoint.errors import Refusal
from gpu_endpoint.film import written
from tests.doubles.runpod import RunPodDouble
from tests.doubles.runpod_worker import wired
from tests.doubles.server import serving
from tests.media.scenes import GOOD
from tests.until import HANGS, until

ROOT = Path(__file__).parents[2]
ENDS = ("COMPLETED", "FAILED", "CANCELLED")


@contextmanager
def working(double: RunPodDouble, base: str, results: Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process on the double's queue until the block ends."""
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "gpu_endpoint.handler"],
        cwd=ROOT,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(("RUNPOD_", "ENDPOINT_"))},
            **wired(double, base),
            "ENDPOINT_RESULTS": str(results),
            "ENDPOINT_ENGINE": KLEIN,
            "OMP_NUM_THREADS": "1",
            **more,
        },
        stdout=subprocess.DEVNULL,
        stderr=(results.parent / "worker.log").open("wb"),
        start_new_session=True,
    )
    try:
        yield child
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


@dataclass
class Site:
    """The queue, asked as the studio asks it."""

    http: httpx.Client
    child: subprocess.Popen[bytes]
    results: Path
    reports: list[tuple[str, float, float]]  # job, when it was heard, share

    def run(self, given: dict[str, Any]) -> str:
        return str(self.http.post("/run", json={"input": given}).json()["id"])

    def status(self, number: str) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(f"/status/{number}").json()
        return found

    def ended(self, number: str) -> dict[str, Any]:
        assert until(lambda: self.status(number)["status"] in ENDS)
        return self.status(number)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    double, results = RunPodDouble(quick=False), tmp_path_factory.mktemp("queue") / "results"
    reports: list[tuple[str, float, float]] = []
    taken = double.queue.report

    def report(number: str, output: Any) -> None:
        reports.append((number, time.monotonic(), output["share"]))
        taken(number, output)

    double.queue.report = report  # type: ignore[method-assign]
    with serving(double.app) as base, working(double, base, results) as child:
        headers = {"Authorization": f"Bearer {double.key}"}
        with httpx.Client(base_url=f"{base}/v2/{double.endpoint}", headers=headers, timeout=HANGS) as http:
            yield Site(http, child, results, reports)


def test_a_clip_is_made_and_the_start_is_told_once(site: Site) -> None:
    first = site.ended(site.run(job(SVD, "queue clip")))
    assert first["status"] == "COMPLETED"
    fits(first["output"], "output")
    assert first["output"]["cold_ms"] > 0
    again = site.ended(site.run(job(SVD, "queue clip")))
    assert again["output"]["base64"] == first["output"]["base64"]
    assert "cold_ms" not in again["output"]
    assert [one["id"] for one in again["output"]["other_jobs"]] == [first["id"]]


def test_progress_is_heard_at_least_each_second(site: Site) -> None:
    """As a rule, on a machine that others use too; that no step holds it up is in test_pulse."""
    number = site.run(job(DF, "queue progress", frames=97, steps=60))
    assert until(lambda: site.status(number)["status"] == "IN_PROGRESS" and "output" in site.status(number))
    fits(site.status(number)["output"], "progress")
    assert site.ended(number)["status"] == "COMPLETED"
    heard = [(at, share) for job, at, share in site.reports if job == number]
    gaps = [later[0] - sooner[0] for sooner, later in pairwise(heard)]
    assert len(heard) > 2
    assert [share for _, share in heard] == sorted(share for _, share in heard)
    assert median(gaps) < 1.0


def test_a_refusal_is_a_failed_job_with_its_code(site: Site) -> None:
    failed = site.ended(site.run(job(DF, "queue refusal", frames=10)))
    assert failed["status"] == "FAILED"
    assert '"code": "invalid_input"' in failed["error"]
    assert "Traceback" not in failed["error"]


def test_clips_of_anybody_are_compared_and_missing_weights_are_a_failed_job(site: Site, tmp_path: Path) -> None:
    scenes = []
    for number, kind in enumerate(("pan", "walk")):
        written((one[..., ::-1].copy() for one in GOOD[kind](number)), 7, tmp_path / kind)
        clip = {"base64": b64encode((tmp_path / kind).read_bytes()).decode()}
        scenes.append({"name": kind, "clip": clip})
    given = {"job_key": key("queue compared"), "consistency": {"method": "weight-free", "scenes": scenes}}
    made = site.ended(site.run(given))
    fits(made["output"], "compared")
    assert made["output"]["score"]["good"] == 2
    failed = site.ended(site.run({"consistency": {"scenes": scenes}}))
    assert '"code": "not_installed"' in failed["error"]


def test_a_job_called_off_stops_and_the_next_one_runs(site: Site) -> None:
    number = site.run(job(DF, "queue off", frames=257, steps=100))
    assert until(lambda: site.status(number).get("output", {}).get("stage") == "denoise")
    site.http.post(f"/cancel/{number}")
    assert until(lambda: not (site.results / f"{key('queue off')}.claim").exists())
    assert not (site.results / f"{key('queue off')}.json").exists()
    assert site.ended(site.run(job(KLEIN, "queue next")))["status"] == "COMPLETED"


def test_told_to_end_the_worker_leaves_no_key_claimed(site: Site) -> None:
    number = site.run(job(DF, "queue end", frames=97, steps=60))
    assert until(lambda: site.status(number).get("output", {}).get("stage") == "denoise")
    site.child.send_signal(signal.SIGTERM)
    assert until(lambda: site.child.poll() is not None)
    assert site.status(number)["status"] in ENDS
    assert not list(site.results.glob("*.claim"))
    assert not list(site.results.glob("*.draft"))


def test_every_refusal_has_its_own_code() -> None:
    codes = [one.code for one in Refusal.__subclasses__()]
    assert len(set(codes)) == len(codes) == 10
