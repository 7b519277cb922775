"""The worker as a web service, on a machine of its own or behind a load balancer: `python -m gpu_endpoint.api`.

A film is asked for, and asked about later: no request waits for the card. Beside its own routes it has the queue's,
so that whoever speaks to the queue can speak to a machine.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from threading import Thread
from typing import Annotated, Any

import uvicorn
from fastapi import APIRouter, Body, Depends, FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException as Refused

from gpu_endpoint import registry, weights
from gpu_endpoint.errors import Internal, InvalidInput, Refusal
from gpu_endpoint.requested import VideoRequest
from gpu_endpoint.service import Full, Service, Ticket
from gpu_endpoint.settings import Settings
from gpu_endpoint.starting import warm, worker

log = logging.getLogger(__name__)
_MOST = 30_000_000  # bytes of a request, as much as the load balancer lets through
_LONGEST = 7 * 86_400_000  # ms of work a job may ask for, as at the queue
_STATUS = {
    "invalid_input": 422,
    "unknown_engine": 404,
    "not_installed": 501,
    "out_of_memory": 507,
    "too_expensive": 402,
    "fetch_failed": 422,
    "in_hand": 409,
}
_CODES = {401: "unauthorized", 404: "not_found", 405: "not_found", 429: "busy"}  # of HTTP alone
_AGAIN = "10"  # seconds after which a full queue may be asked again
Next = Callable[[Request], Awaitable[Response]]


def application(service: Service) -> FastAPI:
    """The service's routes. The engine named in its settings is loaded as soon as it runs."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        Thread(target=_warm, args=(service,), name="warm", daemon=True).start()
        yield
        service.close()

    app = FastAPI(title="GPU endpoint", lifespan=lifespan, docs_url="/docs", redoc_url=None)
    app.state.service = service
    app.middleware("http")(_small)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _unread)
    app.add_exception_handler(Refused, _turned_away)
    app.add_exception_handler(Exception, _failed)
    app.include_router(open_routes)
    app.include_router(routes)
    return app


def _warm(service: Service) -> None:
    try:
        warm(service.worker, service.settings.engine)
    except Refusal as refusal:
        log.error("%s cannot be loaded: %s", service.settings.engine, refusal.message)
        service.worker.unfit = refusal


def _service(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


Given = Annotated[Service, Depends(_service)]


def _allowed(request: Request, service: Given) -> None:
    """Let in who has the token; how much of it was right is not told by how long it takes."""
    given = request.headers.get("authorization", "").encode()
    if not hmac.compare_digest(given, f"Bearer {service.settings.token}".encode()):
        raise HTTPException(401, "the bearer token is missing or wrong", {"WWW-Authenticate": "Bearer"})


def _found(number: str, service: Given) -> Ticket:
    ticket = service.find(number)
    if ticket is None:
        raise HTTPException(404, "there is no such job, or not any more")
    return ticket


Found = Annotated[Ticket, Depends(_found)]
open_routes = APIRouter()
routes = APIRouter(dependencies=[Depends(_allowed)])


@open_routes.get("/health", responses={204: {"description": "still loading"}, 503: {"description": "not fit"}})
@open_routes.get("/ping", include_in_schema=False)
def health(service: Given) -> Response:
    """Say how the worker is: 204 while it loads, then which engines are there, what waits, and how long it idles."""
    made, idle = service.worker, service.idle()
    if made.unfit is not None:
        return JSONResponse(made.unfit.told(), 503)
    if not made.ready.is_set():
        return Response(status_code=204)
    jobs = service.counted()
    running = jobs["inProgress"]
    return JSONResponse(
        {
            "jobs": jobs,
            "workers": {"idle": 0 if running else 1, "running": min(1, running)},
            "engines": [one.name for one in registry.engines().values() if weights.installed(one, service.settings)],
            "on_card": list(made.residency.on_card),
            "vram_gib": round(made.residency.card, 1),
            "seconds_served": round(made.seconds, 3),
            "idle_seconds": round(idle, 1),
            "may_be_ended": idle >= service.settings.idle,
            "cost": made.meter.told(),
        }
    )


@routes.post("/generate-video", status_code=202)
def generate(request: VideoRequest, service: Given, response: Response) -> dict[str, Any]:
    """Take a film in, and answer with the id to ask about it by."""
    ticket = _submitted(service, request.job(service.settings.engine), request.caller)
    service.name(request.caller, request.user_id)
    response.headers["Location"] = f"/jobs/{ticket.id}"
    return {"id": ticket.id, "status": "IN_QUEUE"}


@routes.get("/jobs/{number}")
@routes.get("/status/{number}", include_in_schema=False)
def status(ticket: Found) -> dict[str, Any]:
    """Say how a job stands: its progress while it runs, its film when it has ended."""
    return ticket.told()


@routes.delete("/jobs/{number}")
@routes.post("/cancel/{number}", include_in_schema=False)
def cancel(ticket: Found, service: Given) -> dict[str, Any]:
    """Call a job off; it ends within a step."""
    service.cancel(ticket)
    return {"id": ticket.id, "status": ticket.status}


@routes.post("/run", include_in_schema=False)
def run(body: Annotated[dict[str, Any], Body()], service: Given) -> dict[str, Any]:
    """Take a job in as the queue does: the wire's input, refused only when it is its turn.

    Of its policy the time it may be at work is kept: nobody else would ever stop a job that hangs.
    """
    if not isinstance(body.get("input"), dict):
        raise InvalidInput("input: missing")
    policy = body.get("policy")
    longest = policy.get("executionTimeout") if isinstance(policy, dict) else None
    seconds = min(longest, _LONGEST) / 1000 if isinstance(longest, int) and longest > 0 else None
    return _submitted(service, body["input"], "", seconds).told()


@routes.get("/usage")
def usage(service: Given) -> dict[str, Any]:
    """Say what each caller used since the start."""
    return {service.called(caller): asdict(used) for caller, used in service.usage().items()}


def _submitted(service: Service, given: dict[str, Any], caller: str, longest: float | None = None) -> Ticket:
    try:
        return service.submit(given, caller, longest)
    except Full:
        raise HTTPException(429, "too many jobs wait", {"Retry-After": _AGAIN}) from None


async def _small(request: Request, call_next: Next) -> Response:
    """Turn away what is too large before it is read."""
    length = request.headers.get("content-length", "")
    if request.method in ("POST", "PUT", "PATCH"):
        if not length.isdigit():
            return JSONResponse({"code": "invalid_input", "message": "the length of a request must be told"}, 411)
        if int(length) > _MOST:
            return JSONResponse({"code": "invalid_input", "message": f"a request has at most {_MOST} bytes"}, 413)
    return await call_next(request)


async def _refused(_request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return JSONResponse(refusal.told(), _STATUS.get(refusal.code, 500))


async def _unread(_request: Request, error: Exception) -> Response:
    """Name the field that is wrong, never its value."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part != "body")[:80] or "request"
    return await _refused(_request, InvalidInput(f"{where}: {first['msg']}"))


async def _turned_away(_request: Request, error: Exception) -> Response:
    """What HTTP itself refuses, in the shape of any refusal."""
    assert isinstance(error, Refused)
    told = {"code": _CODES.get(error.status_code, InvalidInput.code), "message": error.detail}
    return JSONResponse(told, error.status_code, error.headers)


async def _failed(_request: Request, _error: Exception) -> Response:
    """What nobody thought of; what it was is in the log."""
    return JSONResponse(Internal("the worker failed at the request").told(), 500)


def main() -> None:
    """Serve until told to stop."""
    logging.basicConfig(level=logging.INFO)
    settings = Settings.read()
    if not settings.token:
        raise SystemExit("ENDPOINT_TOKEN is not set: nobody could be told from anybody else")
    service = Service(worker(settings), settings)
    uvicorn.run(application(service), host=settings.host, port=settings.port, timeout_graceful_shutdown=5)


if __name__ == "__main__":
    main()
