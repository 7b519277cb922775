"""RunPod's double: serverless jobs on a queue whose worker is real (runpod_worker) or a thread of this process.

The quick worker makes the same pictures without starting a process. What the pods' API answers is in runpod_pods.
"""

from __future__ import annotations

import base64
import json
import shutil
import tempfile
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.doubles.cutting import Cut
from tests.doubles.runpod_pods import PodsDouble
from tests.doubles.runpod_queue import RATES, Job, Queue, crash
from tests.doubles.server import Books, Fault, Schedule
from tests.doubles.worker.pictures import Refusal, Stopped, Studio

# What jobs take on the cards they belong on, in ms: for `says`, with pace=1.0 and ten workers, a real evening's queue.
REALISTIC = {
    "keyframe-klein-4b": 3_000,
    "svd-xt": 56_000,
    "skyreels-v2-df-1.3b-540p": 111_000,
    "skyreels-v2-df-14b-540p": 606_000,
    "skyreels-v2-i2v-14b-540p": 606_000,
}
_MOST = 10_000_000
_WIRE_FAULTS = (Fault.BUSY, Fault.DOWN, Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.TRUNCATED)
_GENTLE = (Fault.BUSY, Fault.DOWN, Fault.TRUNCATED)


@dataclass
class RunPodDouble:
    """One account with one endpoint.

    `says`: executionTime per engine in ms, `pace`: the share of it that really passes, `workers`: jobs at a time.
    `quick=False` leaves the queue to real workers (runpod_worker.working).
    """

    schedule: Schedule = field(default_factory=Schedule)
    key: str = "rpa_double"
    endpoint: str = "ep1"
    rates: Mapping[str, int] = field(default_factory=lambda: RATES)
    says: Mapping[str, int] = field(default_factory=dict)
    pace: float = 0.0
    workers: int = 4
    most_workers: int = 3
    cold_ms: int = 0
    smooth: bool = True
    quick: bool = True
    calm: bool = False  # its pictures are to be watched
    percents: tuple[float, ...] = ()  # what clips score that are compared, in turn; none where no weights are installed
    by_url: bool = False  # results lie in a bucket instead of in the answer
    first: int = 1  # number of a job: no vendor gives an id twice, also not after it was started again

    def __post_init__(self) -> None:
        self.books = Books()
        self.pods = PodsDouble(self.books, self.schedule, self.key, {self.endpoint: self.most_workers})
        self.results = Path(tempfile.mkdtemp(prefix="runpod-double-"))
        weakref.finalize(self, shutil.rmtree, self.results, ignore_errors=True)
        manned = self.workers > 0
        self.queue = Queue(self.books, self.schedule, self.rates, self.says, manned=manned, first=self.first)
        if self.quick:  # what a worker does first; two at the same moment would not know of each other otherwise
            self.queue.begun = lambda job: Studio(self.results).note(str(job.input.get("job_key")), job.id)
        self.bucket: dict[str, bytes] = {}
        self.pinged: set[str] = set()
        self._base = ""
        self._over = Event()

    def app(self, base: str) -> Starlette:
        """Everything under one base URL: jobs at /v2/{endpoint}, workers' own routes beside them, pods at /mgmt/v2."""
        self._base = base
        if self.quick:
            for number in range(self.workers):
                Thread(target=self._work, args=(f"quick{number}",), daemon=True).start()
        at = f"/v2/{self.endpoint}"
        return Starlette(
            routes=[
                Route(f"{at}/run", self._run, methods=["POST"]),
                Route(f"{at}/status/{{job}}", self._status),
                Route(f"{at}/cancel/{{job}}", self._cancel, methods=["POST"]),
                Route(f"{at}/retry/{{job}}", self._retry, methods=["POST"]),
                Route(f"{at}/purge-queue", self._purge, methods=["POST"]),
                Route(f"{at}/health", self._health),
                Route(f"{at}/job-take/{{worker}}", self._take),
                Route(f"{at}/job-take-batch/{{worker}}", self._take),
                Route(f"{at}/job-stop/{{worker}}", self._stop),
                Route(f"{at}/job-done/{{worker}}/{{job}}", self._done, methods=["POST"]),
                Route(f"{at}/ping/{{worker}}", self._ping),
                Route("/bucket/{name}", self._object),
                *self.pods.routes("/mgmt/v2"),
            ]
        )

    def close(self) -> None:
        """Let the quick workers go."""
        self._over.set()

    # What the studio asks.

    async def _run(self, request: Request) -> Response:
        body, raw = {}, await request.body()
        try:
            body = json.loads(raw)
        except ValueError:
            return _error(400, "invalid JSON")
        job_key = str(body.get("input", {}).get("job_key", "")) if isinstance(body.get("input"), dict) else ""
        refused, fault = self._gate(request, "run", job_key, _WIRE_FAULTS)
        if refused:
            return refused
        if not isinstance(body.get("input"), dict) or not body["input"]:
            return _error(400, "input is missing")
        if len(raw) > _MOST:
            return _error(413, "request body too large")
        if fault is Fault.LOST_BEFORE:
            return Cut(b"")
        job = self.queue.submit(body)
        if fault in (Fault.LOST_AFTER, Fault.TRUNCATED):
            return Cut(b'{"id":"' if fault is Fault.TRUNCATED else b"")
        return JSONResponse({"id": job.id, "status": "IN_QUEUE"})

    async def _status(self, request: Request) -> Response:
        refused, fault = self._gate(request, "status", request.path_params["job"], _GENTLE)
        if refused:
            return refused
        job = self.queue.find(request.path_params["job"])
        if job is None:
            return _error(404, "job not found")
        said = self.queue.document(job)
        return Cut(json.dumps(said).encode()[:20]) if fault is Fault.TRUNCATED else JSONResponse(said)

    async def _cancel(self, request: Request) -> Response:
        refused, _ = self._gate(request, "cancel", request.path_params["job"], (Fault.BUSY, Fault.DOWN))
        if refused:
            return refused
        job = self.queue.find(request.path_params["job"])
        if job is None:
            return _error(404, "job not found")
        self.queue.cancel(job.id)
        return JSONResponse({"id": job.id, "status": job.status})

    async def _retry(self, request: Request) -> Response:
        refused, _ = self._gate(request, "retry", request.path_params["job"], ())
        if refused:
            return refused
        number = request.path_params["job"]
        return JSONResponse({"id": number, "status": "IN_QUEUE"}) if self.queue.again(number) else _error(404, "no job")

    async def _purge(self, request: Request) -> Response:
        refused, _ = self._gate(request, "purge", "", ())
        return refused or JSONResponse({"removed": self.queue.purge(), "status": "completed"})

    async def _health(self, request: Request) -> Response:
        refused, _ = self._gate(request, "health", "", (Fault.BUSY, Fault.DOWN))
        if refused:
            return refused
        count, running = self.queue.counted, self.queue.counted("IN_PROGRESS")
        states = {"completed": count("COMPLETED"), "failed": count("FAILED"), "inProgress": running}
        idle = max(0, self.workers - running) if self.queue.manned else 0
        crew = {"idle": idle, "initializing": 0, "ready": idle, "running": running, "throttled": 0, "unhealthy": 0}
        return JSONResponse({"jobs": {**states, "inQueue": count("IN_QUEUE"), "retried": 0}, "workers": crew})

    async def _object(self, request: Request) -> Response:
        data = self.bucket.get(request.path_params["name"])
        return Response(data, media_type="application/octet-stream") if data else _error(404, "no object")

    def _gate(
        self, request: Request, operation: str, key: str, can: tuple[Fault, ...]
    ) -> tuple[Response | None, Fault | None]:
        """Count a request, refuse a wrong key, and let go wrong what the schedule says."""
        self.books.ask(operation)
        if request.headers.get("authorization") != f"Bearer {self.key}":
            return _error(401, "unauthorized"), None
        fault = self.schedule.next(operation, key, can=can)
        plain = {Fault.BUSY: _error(429, "too many requests"), Fault.DOWN: _error(502, "bad gateway")}
        plain[Fault.DENIED] = _error(401, "unauthorized")
        return plain.get(fault) if fault else None, fault

    # What the real worker's loop asks.

    async def _take(self, request: Request) -> Response:
        job = await run_in_threadpool(self.queue.take, request.path_params["worker"], 1.0)
        if job is None:
            return Response(status_code=204)
        given = {**job.input, "double_fault": "crash"} if job.fault is Fault.FAILED else job.input
        told = {"id": job.id, "input": given, "webhook": None}
        return JSONResponse([told] if "take-batch" in request.url.path else told)

    async def _stop(self, request: Request) -> Response:
        until = time.monotonic() + 1.0
        while not (found := self.queue.stopped(request.path_params["worker"])) and time.monotonic() < until:
            await run_in_threadpool(time.sleep, 0.05)
        return JSONResponse({"jobsToStop": found}) if found else Response(status_code=204)

    async def _done(self, request: Request) -> Response:
        told = json.loads(await request.body())
        number = request.path_params["job"]
        if told.get("status") == "IN_PROGRESS":
            self.queue.report(number, told.get("output"))
        else:
            self.queue.end(number, output=told.get("output"), error=told.get("error"))
        return JSONResponse({})

    async def _ping(self, request: Request) -> Response:
        self.pinged.add(request.path_params["worker"])
        return JSONResponse({})

    # The quick worker.

    def _work(self, worker: str) -> None:
        studio = Studio(
            self.results,
            smooth=self.smooth,
            calm=self.calm,
            cold_ms=self.cold_ms,
            says=self.says,
            percents=self.percents,
        )
        while not self._over.is_set():
            job = self.queue.take(worker, 0.2)
            if job is not None:
                self._do(job, studio, worker)

    def _do(self, job: Job, studio: Studio, worker: str) -> None:
        over = Event()
        studio.black, studio.percents = job.fault is Fault.GARBLED, self.percents
        studio.slow = self.says.get(job.engine, 0) / 1000 * self.pace
        if job.fault is Fault.FAILED:
            over.wait(studio.slow)
            self.queue.end(job.id, error=crash(worker))
            return
        Thread(target=self._mind, args=(job, over), daemon=True).start()
        try:
            output = studio.answer(job.input, job.id, lambda told: self.queue.report(job.id, told), over)
            self.queue.end(job.id, output=self._kept(job, output))
        except Refusal as refusal:
            self.queue.end(job.id, error=refusal.text, refused=True)
        except Stopped:
            pass  # the queue ended it
        finally:
            over.set()

    def _mind(self, job: Job, over: Event) -> None:
        """Stop a job that was called off, or whose time is over."""
        while not over.wait(0.02):
            if job.status in ("CANCELLED", "TIMED_OUT"):
                over.set()

    def _kept(self, job: Job, output: dict[str, Any]) -> dict[str, Any]:
        if not self.by_url or "base64" not in output:
            return output
        self.bucket[job.id] = base64.b64decode(output.pop("base64"))
        return {**output, "url": f"{self._base}/bucket/{job.id}"}


def _error(status: int, why: str) -> JSONResponse:
    return JSONResponse({"error": why}, status_code=status)
