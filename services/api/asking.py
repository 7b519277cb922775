"""The way of every request: whose token it shows, how often they ask, what it may do, and whether it was answered.

Desk calls wait for the database, so they run in threads, a few at a time: the pages of the same process need some too.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import socket
from collections.abc import Awaitable, Callable, Collection, Coroutine
from dataclasses import dataclass, field
from typing import Annotated, Any

from anyio.lowlevel import RunVar
from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from services.api.limits import Known, Left, Limits
from services.api.problems import problem, refused, unforeseen, unread
from services.api.seats import Seats
from services.http import Resolve
from services.logbook import reference
from services.vaults.streaming import Streaming
from studio.desk.admitting import Admission, Bearer
from studio.desk.desk import Desk
from studio.errors import BadRequest, ScopeMissing, StorageError, StudioError, TokenRefused
from studio.people.access import Scope
from studio.people.attempts import neighbourhood
from studio.people.refusals import refused as refused_right

log = logging.getLogger(__name__)
_STRANGERS = 60  # refused tokens a minute from one address
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_HEADER = "Idempotency-Key"
_KEPT = ("location", "content-type")  # of an answer's headers
_seats: RunVar[Seats] = RunVar("api_seats")
Answer = Callable[[Request], Coroutine[Any, Any, Response]]
_KEY_TOLD = {
    "name": _HEADER,
    "in": "header",
    "required": False,
    "description": "asked again with the same key within 24 hours, the first answer is given again; needed to spend",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[\\x21-\\x7e]+$"},
    "example": "order-2026-11-21-7",
}


@dataclass
class Platform:
    """What the routes stand on: who is let in, whose desk, and whether hooks may be on this machine itself."""

    admission: Callable[[], Admission]  # asked in a thread: the first time it opens the house
    desk: Callable[[str], Desk]
    near: bool = False
    resolve: Resolve = socket.getaddrinfo  # finds where the names of hooks lead
    limits: Limits = field(default_factory=Limits)
    strangers: Limits = field(default_factory=Limits)
    known: Known = field(default_factory=Known)
    streams: dict[str, int] = field(default_factory=dict)  # that are open, by account
    films: Streaming | None = None  # reads them where the vault is a store


def needs(scope: Scope, *, post: bool = False, once: Collection[str] = ()) -> dict[str, Any]:
    """What a route says of itself: the scope its token needs, and of a POST its key.

    What it shows only `once` is not kept to be said again.
    """
    told: dict[str, Any] = {"security": [{"token": [scope.value]}]}
    if post:
        told["parameters"] = [_KEY_TOLD]
    return {**told, "x-shown-once": list(once)} if once else told


class Asked(APIRoute):
    """A route behind the way of every request."""

    def get_route_handler(self) -> Answer:
        """The handler with all that comes before and after it."""
        answer, told = super().get_route_handler(), self.openapi_extra or {}
        scope = Scope(told["security"][0]["token"][0])
        known = {one.alias for one in self.dependant.query_params}
        once = frozenset(told.get("x-shown-once", ()))

        async def handle(request: Request) -> Response:
            platform: Platform = request.app.state.platform
            left: Left | None = None
            try:
                bearer = await _bearer(request, platform)
                most = platform.admission().calls(bearer)
                left = platform.limits.count(bearer.account, most) if most else None
                _check(request, bearer, scope, known, left)
                request.state.bearer = bearer
                request.state.desk = platform.desk(bearer.account)
                response = await _read(request) or await _once(request, platform, bearer, answer, once)
            except StudioError as error:
                response = problem(error)
            if left:
                response.headers.update(left.headers)
            response.headers["Cache-Control"] = response.headers.get("Cache-Control", "no-store")
            return response

        return handle


def _desk(request: Request) -> Desk:
    found: Desk = request.state.desk
    return found


def _of(request: Request) -> Bearer:
    found: Bearer = request.state.bearer
    return found


Mine = Annotated[Desk, Depends(_desk)]
Whose = Annotated[Bearer, Depends(_of)]


def agree(request: Request, most: int) -> None:
    """Check that what may cost so many micro-dollars may be asked: ScopeMissing, BadRequest where a key is missing."""
    if not most:
        return
    for scope in (Scope.WRITE, Scope.SPEND):
        if scope not in _of(request).scopes:
            refused_right(_of(request).account, f"scope:{scope}")
            raise ScopeMissing(f"to spend money it needs the scope {scope}")
    if _HEADER.lower() not in request.headers:
        raise BadRequest("what may cost something needs one, so that nothing is bought twice", field=_HEADER)
    request.state.spends = True


async def shown(request: Request, platform: Platform) -> Bearer:
    """Whose token a request shows; TokenRefused for none that holds."""
    token = _token(request)
    if not token:
        raise TokenRefused("none was shown; send Authorization: Bearer and the token")
    found = await run_in_threadpool(lambda: platform.admission().whose(token))
    platform.known.note(token, holds=found is not None)
    if found is None:
        log.warning("access.token_refused")
        raise TokenRefused("it is wrong, was revoked, or has expired")
    return found


def _token(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


async def _bearer(request: Request, platform: Platform) -> Bearer:
    address = neighbourhood(request.client.host) if request.client else ""
    if _token(request) not in platform.known:
        platform.strangers.check(address, _STRANGERS)
    try:
        return await shown(request, platform)
    except TokenRefused:
        platform.strangers.count(address, _STRANGERS)
        raise


def _check(request: Request, bearer: Bearer, scope: Scope, known: Collection[str], left: Left | None) -> None:
    if left:
        left.check()
    if scope not in bearer.scopes:
        refused_right(bearer.account, f"scope:{scope}")
        raise ScopeMissing(f"it needs the scope {scope}")
    if unknown := sorted(request.query_params.keys() - set(known)):
        raise BadRequest("there is no such parameter here", field=unknown[0][:80])


async def _read(request: Request) -> Response | None:
    """Wait for the body before there is a seat, so that who sends slowly keeps nobody waiting; gives what is wrong."""
    try:
        if request.method != "GET":
            await request.body()
    except HTTPException as error:
        return refused(error.status_code, str(error.detail), error.headers)
    except ClientDisconnect:
        return refused(400, "The request broke off.")
    return None


async def _once(
    request: Request, platform: Platform, bearer: Bearer, answer: Answer, secret: Collection[str]
) -> Response:
    """The answer; of a POST with a key that was answered before the same again."""
    key = request.headers.get(_HEADER)
    if request.method != "POST" or key is None:
        return await _answered(answer, request)
    if not _KEY.fullmatch(key):
        raise BadRequest("1 to 200 letters without spaces", field=_HEADER)
    whole = f"{request.method} {request.url.path}?{request.url.query}\n".encode() + await request.body()
    asked = hashlib.sha256(whole).hexdigest()
    admission = platform.admission()
    before = await run_in_threadpool(admission.begin, bearer, key, asked)
    if before:
        return Response(before.body, before.status, {**before.headers, "Idempotency-Replayed": "true"})
    response = await _answered(answer, request)
    if response.status_code < 400:
        await run_in_threadpool(_keep, admission, bearer, key, response, secret)
    elif response.status_code >= 500 and getattr(request.state, "spends", False):  # it may have been begun before that
        await run_in_threadpool(admission.break_off, bearer, key)
    else:
        await run_in_threadpool(admission.let_go, bearer, key)
    return response


def _keep(admission: Admission, bearer: Bearer, key: str, response: Response, secret: Collection[str]) -> None:
    """Keep an answer under its key. What was done stays done where that fails, and the key is good for nothing more."""
    headers = {name: response.headers[name] for name in _KEPT if name in response.headers}
    said = _without(bytes(response.body).decode(), secret)
    try:
        admission.keep(bearer, key, response.status_code, headers, said)
    except StorageError as error:
        log.warning("api.answer_not_kept account=%s %s", bearer.account, error)


def _without(body: str, secret: Collection[str]) -> str:
    """An answer without what is shown once."""
    if not secret:
        return body
    return json.dumps({name: None if name in secret else value for name, value in json.loads(body).items()})


async def _answered(answer: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
    """The answer, or what went wrong; an error that cannot be written down is raised on."""
    try:
        async with _seating().one(_of(request).account):
            return await answer(request)
    except StudioError as error:
        return problem(error)
    except RequestValidationError as error:
        return unread(error.errors())
    except HTTPException as error:
        return refused(error.status_code, str(error.detail), error.headers)
    except Exception as error:
        if not (found := reference(error)):
            raise
        return unforeseen(found)


def _seating() -> Seats:
    try:
        return _seats.get()
    except LookupError:
        made = Seats()
        _seats.set(made)
        return made
