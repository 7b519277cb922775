"""fal's double: queue, storage, CDN and platform API on one server, billing by its own list prices.

It keeps to the wire of the queue (202 while waiting, 200 when done, a result with the model's own status and
`x-fal-billable-units`), checks inputs only when the model runs, as fal does, and makes real pictures and films.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from threading import Lock
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from services.fal.queue import FalHosts
from tests.doubles.cutting import Cut
from tests.doubles.drawing import BLACK, a_film, a_picture
from tests.doubles.fal_models import films, known, micros, prices, units, wrong
from tests.doubles.fal_storage import Storage, denied, gateway, missing
from tests.doubles.server import Books, Fault, Schedule

KEY = "5f0c1d9e-double:0123456789abcdef0123456789abcdef"


@dataclass
class Job:
    """A request in the queue."""

    ident: str
    model: str
    input: dict[str, Any]
    sent: float
    fault: Fault | None = None
    asked: int = 0  # times somebody asked how far it is
    status: int = 0  # of the result; 0 until it ran
    body: dict[str, Any] = field(default_factory=dict)
    units: Decimal = Decimal(0)
    cancelled: bool = False
    expired: bool = False  # its hour is over: only the account's bills know of it
    ended: float = 0.0


class FalDouble:
    """One account at fal. `seconds` is how long a job runs, `polls` how often it says that it is not done yet.

    `elsewhere` is a base URL given for the addresses of requests instead of its own, `listed` whether ended requests
    are in the list, `stored` whether the list says what was asked, `admin` whether the key may see the account's bills.
    `titled` writes on a picture what was asked for, `deaf` models go on with what is called off while they are at it.
    """

    def __init__(
        self,
        schedule: Schedule | None = None,
        *,
        key: str = KEY,
        polls: int = 2,
        seconds: float = 0.0,
        film: tuple[int, int] = (320, 180),
        elsewhere: str = "",
        listed: bool = True,
        stored: bool = True,
        admin: bool = True,
        titled: bool = False,
        deaf: bool = False,
    ) -> None:
        self.books, self.schedule = Books(), schedule or Schedule()
        self.key, self.polls, self.seconds, self.film = key, polls, seconds, film
        self.titled, self.deaf = titled, deaf
        self.elsewhere, self.listed, self.stored, self.admin = elsewhere, listed, stored, admin
        self.raised: dict[str, str] = {}  # dollars a unit of models, instead of what the list had
        self.jobs: dict[str, Job] = {}
        self.storage = Storage(self.books, self.schedule, self._refused)
        self.headers: list[dict[str, str]] = []  # of every submit
        self._base, self._lock = "", Lock()

    @property
    def hosts(self) -> FalHosts:
        """What a client is given to ask here."""
        base = self._base
        return FalHosts(queue=f"{base}/queue", rest=f"{base}/rest", cdn=f"{base}/cdn", api=f"{base}/api/v1")

    def app(self, base: str) -> Starlette:
        """The server at this base URL."""
        self._base = base
        owner = "/queue/{owner}/{app}/requests/{ident}"
        return Starlette(
            routes=[
                Route(f"{owner}/status", self._status, methods=["GET"]),
                Route(f"{owner}/cancel", self._cancel, methods=["PUT"]),
                Route(owner, self._result, methods=["GET"]),
                Route("/queue/{model:path}", self._submit, methods=["POST"]),
                *self.storage.routes(base),
                Route("/api/v1/models/requests/by-endpoint", self._list, methods=["GET"]),
                Route("/api/v1/models/billing-events", self._bills, methods=["GET"]),
                Route("/api/v1/models/pricing", self._pricing, methods=["GET"]),
            ]
        )

    # The queue.

    async def _submit(self, request: Request) -> Response:
        self.books.ask("submit")
        if refusal := self._refused(request):
            return refusal
        self.headers.append(dict(request.headers))
        model, given = request.path_params["model"], await request.json()
        fault = self.schedule.next("submit", f"{model} {given}")
        match fault:
            case Fault.BUSY:
                return JSONResponse({"detail": "Too many requests"}, 429, headers={"retry-after": "1"})
            case Fault.DENIED:
                return denied()
            case Fault.DOWN:
                return gateway()
            case Fault.LOST_BEFORE:
                return Cut()
        if not known(model):
            return JSONResponse({"detail": "Application not found"}, 404)
        job = self._accept(model, given, fault)
        match fault:
            case Fault.LOST_AFTER:
                return Cut()
            case Fault.TRUNCATED:
                return Cut(b'{"request_id": "')
            case Fault.LATE:
                return JSONResponse({"detail": "Internal Server Error"}, 500)  # after it was accepted
        return JSONResponse({"status": "IN_QUEUE", "queue_position": 0, **self._where(job)})

    def _accept(self, model: str, given: dict[str, Any], fault: Fault | None) -> Job:
        with self._lock:
            ident = str(uuid5(NAMESPACE_URL, f"{self._base}/{len(self.jobs)}"))
            job = self.jobs[ident] = Job(ident, model, given, time.time(), fault)
        return job

    def _where(self, job: Job) -> dict[str, str]:
        home = f"{self.elsewhere or self._base}/queue/{'/'.join(job.model.split('/')[:2])}/requests/{job.ident}"
        urls = {"response_url": home, "status_url": f"{home}/status", "cancel_url": f"{home}/cancel"}
        return {"request_id": job.ident, **urls}

    async def _status(self, request: Request) -> Response:
        self.books.ask("status")
        job = self.jobs.get(request.path_params["ident"])
        if refusal := self._refused(request) or missing(job):
            return refusal
        assert job
        match self.schedule.next("status", job.ident):
            case Fault.BUSY:
                return JSONResponse({"detail": "Too many requests"}, 429)
            case Fault.DOWN:
                return gateway()
            case Fault.LOST_BEFORE:
                return Cut()
            case Fault.GARBLED:
                return JSONResponse({"status": "DREAMING"})
        if job.cancelled or job.expired:
            return JSONResponse({"detail": "Request not found"}, 404)
        job.asked += 1
        waited = time.time() - job.sent
        if job.asked <= self.polls or waited < self.seconds:
            if job.asked == 1:
                return JSONResponse({"status": "IN_QUEUE", "queue_position": 2, **self._where(job)}, 202)
            return JSONResponse({"status": "IN_PROGRESS", "logs": [], **self._where(job)}, 202)
        await run_in_threadpool(self._run, job)
        said = {"status": "COMPLETED", "logs": [], "metrics": {"inference_time": 3.4}, **self._where(job)}
        if job.status >= 400:
            said |= {"error": "the request failed", "error_type": job.body.get("error_type", "request_failed")}
        return JSONResponse(said)

    async def _result(self, request: Request) -> Response:
        self.books.ask("result")
        job = self.jobs.get(request.path_params["ident"])
        if refusal := self._refused(request) or missing(job):
            return refusal
        assert job
        match self.schedule.next("result", job.ident):
            case Fault.DOWN:
                return gateway()
            case Fault.LOST_BEFORE:
                return Cut()
            case Fault.TRUNCATED:
                return Cut(b'{"video": {')
            case Fault.EXPIRED:
                return JSONResponse({"detail": "Request not found"}, 404)
            case Fault.GARBLED:
                return PlainTextResponse("<html>", headers={"x-fal-billable-units": str(job.units)})
        if job.expired:
            return JSONResponse({"detail": "Request not found"}, 404)
        if not job.status:
            return JSONResponse({"detail": "Request is still in progress"}, 400)
        units = {"x-fal-billable-units": str(job.units)} if job.units or job.status < 400 else {}
        return JSONResponse(job.body, job.status, headers=units)

    async def _cancel(self, request: Request) -> Response:
        self.books.ask("cancel")
        job = self.jobs.get(request.path_params["ident"])
        if refusal := self._refused(request) or missing(job):
            return refusal
        assert job
        if self.schedule.next("cancel", job.ident, can=(Fault.DOWN,)) is Fault.DOWN:
            return gateway()
        if job.status:
            return JSONResponse({"status": "ALREADY_COMPLETED"}, 400)
        job.cancelled = not (self.deaf and job.asked > 1)
        return JSONResponse({"status": "CANCELLATION_REQUESTED"}, 202)

    # The models.

    def _run(self, job: Job) -> None:
        """Make what was asked, once, and bill it."""
        with self._lock:
            if job.status or job.cancelled:
                return
            job.ended = time.time()
            files = self.storage.uploaded()
            if refused := wrong(job.model, job.input, files):
                job.status, job.body = 422, {"detail": refused}
            elif job.fault is Fault.FAILED:
                job.status, job.body = 500, {"detail": "runner lost", "error_type": "runner_disconnected"}
            else:
                job.status = 200
                size = self._shoot(job, files) if films(job.model) else self._paint(job)
                job.units = units(job.model, job.input, size, files)
                self.books.bill(job.ident, micros(job.model, job.input, job.units))

    def _shoot(self, job: Job, files: Mapping[str, bytes]) -> tuple[int, int]:
        first = BLACK if job.fault is Fault.GARBLED else files[job.input["start_image_url"]]
        film = a_film(first, self.film, int(job.input.get("duration", 5)))
        url = self.storage.keep(f"{job.ident}.mp4", film, "video/mp4")
        job.body = {"video": {"url": url, "content_type": "video/mp4", "file_name": "output.mp4"}}
        return self.film

    def _paint(self, job: Job) -> tuple[int, int]:
        size, seed = job.input["image_size"], job.input.get("seed", 0)
        width, height = (size["width"], size["height"]) if isinstance(size, dict) else (1344, 768)
        picture = (
            BLACK
            if job.fault is Fault.GARBLED
            else a_picture(width, height, seed, job.input["prompt"] if self.titled else "")
        )
        url = self.storage.keep(f"{job.ident}.png", picture, "image/png")
        made = {"url": url, "width": width, "height": height, "content_type": "image/png"}
        job.body = {"images": [made], "seed": seed, "has_nsfw_concepts": [False], "prompt": job.input["prompt"]}
        return width, height

    # The platform.

    async def _list(self, request: Request) -> Response:
        self.books.ask("list")
        if refusal := self._refused(request):
            return refusal
        match self.schedule.next("list"):
            case Fault.DENIED:
                return JSONResponse({"error": {"type": "authorization_error", "message": "admin key required"}}, 403)
            case Fault.DOWN:
                return gateway()
        query = request.query_params
        if not self.listed:
            return JSONResponse({"items": [], "next_cursor": None, "has_more": False})
        for job in list(self.jobs.values()):  # nobody polls a request whose answer was lost, and it runs all the same
            if time.time() - job.sent >= self.seconds:
                await run_in_threadpool(self._run, job)
        ended = [job for job in self.jobs.values() if job.model == query["endpoint_id"] and job.status]
        first, most = int(query.get("cursor", "0")), min(int(query.get("limit", "50")), 100)
        shown = ended[first : first + most]
        more = first + most < len(ended)
        body = {"items": [self._item(job, query.get("expand", "")) for job in shown], "has_more": more}
        return JSONResponse(body | {"next_cursor": str(first + most) if more else None})

    def _item(self, job: Job, expand: str) -> dict[str, Any]:
        moments = {"sent_at": job.sent, "started_at": job.sent, "ended_at": job.ended}
        said = {name: datetime.fromtimestamp(at, UTC).isoformat() for name, at in moments.items()}
        told = {"json_input": job.input, "json_output": job.body} if expand == "payloads" and self.stored else {}
        return {"request_id": job.ident, "endpoint_id": job.model, "status_code": job.status, **said, **told}

    async def _bills(self, request: Request) -> Response:
        self.books.ask("bills")
        if refusal := self._refused(request):
            return refusal
        if not self.admin:
            return JSONResponse({"error": {"type": "authorization_error", "message": "admin key required"}}, 403)
        job = self.jobs.get(request.query_params.get("request_id", ""))
        billed = [job] if job and job.ident in self.books.billed else []
        events = [
            {
                "request_id": one.ident,
                "endpoint_id": one.model,
                "timestamp": datetime.fromtimestamp(one.ended, UTC).isoformat(),
                "output_units": float(one.units),
                "cost_estimate_nano_usd": self.books.billed[one.ident] * 1000,
            }
            for one in billed
        ]
        return JSONResponse({"billing_events": events, "next_cursor": None, "has_more": False})

    async def _pricing(self, request: Request) -> Response:
        self.books.ask("pricing")
        if refusal := self._refused(request):
            return refusal
        wanted = request.query_params.getlist("endpoint_id")
        shown = [one for one in prices(self.raised) if one["endpoint_id"] in wanted]
        return JSONResponse({"prices": shown, "next_cursor": None, "has_more": False})

    def _refused(self, request: Request) -> Response | None:
        return None if request.headers.get("authorization") == f"Key {self.key}" else denied()
