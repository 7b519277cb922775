"""Runs: how far productions are, as a program asks or as they go, and calling them off."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import Field
from starlette import types
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from services.api.asking import Asked, Mine, Platform, Whose, needs, shown
from services.api.orders import Answering, Ident
from services.api.problems import problem
from services.notices import outcome, outside
from services.web import visitors
from studio.desk.desk import Desk
from studio.desk.views import Progress
from studio.errors import StudioError, TooManyCalls
from studio.people.access import Scope
from studio.production.run import RunState
from studio.takes.recipe import TakeKind

routes = APIRouter(route_class=Asked, tags=["runs"])
_LOOK, _BEAT, _LONGEST = 1.0, 15.0, 3600.0  # seconds between looks, between signs of life, and until a stream ends
_STREAMS, _OF_ALL = 8, 64  # open at once, of one account and of all in this process: each looks once a second
_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "events `progress` with a Run each, and `end` with the last",
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": 'event: progress\ndata: {"id":…}'}},
    }
}


class StageTold(Answering):
    """How far one kind of take is."""

    kind: TakeKind
    done: int
    total: int
    failed: int


class FailureTold(Answering):
    """A take that could not be made, and why; a blocked one waits for another."""

    subject: str
    why: str
    blocked: bool
    unclear: bool


class Run(Answering):
    """A production as it stands."""

    id: str
    project: str
    state: RunState
    ended: bool = Field(description="nothing more will happen")
    stage: str = Field(description="the kind of take being made")
    frame: str = Field(examples=["1280x720p24"])
    whole: bool = Field(description="it makes all of the film, not a part")
    share: float = Field(ge=0, le=1, description="how far it is")
    done: int
    total: int
    made: int
    reused: int
    cost_micros: int | None = Field(description="null where a film's credits pay")
    seconds_left: float
    stages: list[StageTold]
    failures: list[FailureTold]
    error: str = Field(description="why it ended without a film, in words")
    started: datetime
    finished: datetime | None


class Begun(Answering):
    """The runs that were begun or joined, one for each format; none where all is made already."""

    runs: list[Run]


class Runs(Answering):
    """Runs, the newest first."""

    items: list[Run]


def credited(desk: Desk, seen: Progress) -> bool:
    """Whether a film's credits pay for a production: what vendors take for it is not its owner's bill."""
    return any(film.frame == seen.frame for film in desk.films_of(seen.episode))


def _words(kept: str) -> str:
    """Why something went wrong; of what is amiss with a hosted studio's own keys programs need no more than that."""
    return (visitors.hosted() and outside(kept)) or outcome(kept)


def told(seen: Progress, *, credited: bool) -> Run:
    """A production as programs are told."""
    same = ("state", "ended", "stage", "frame", "whole", "share", "done", "total", "made", "reused")
    return Run(
        id=seen.run,
        project=seen.episode,
        cost_micros=None if credited else seen.cost_micros,
        seconds_left=max(0.0, seen.seconds_left),
        stages=[StageTold(**one.model_dump()) for one in seen.stages],
        failures=[
            FailureTold(subject=one.subject, why=_words(one.why), blocked=one.blocked, unclear=one.unclear)
            for one in seen.failures
        ],
        error=_words(seen.error),
        started=seen.started,
        finished=seen.finished,
        **{name: getattr(seen, name) for name in same},
    )


def begun(desk: Desk, runs: Sequence[str]) -> Begun:
    """Runs that were just begun."""
    return Begun(runs=[_shown(desk, desk.progress(run)) for run in runs])


def _shown(desk: Desk, seen: Progress) -> Run:
    return told(seen, credited=credited(desk, seen))


@routes.get("/projects/{project}/runs", summary="List runs", openapi_extra=needs(Scope.READ))
def list_runs(project: Ident, desk: Mine) -> Runs:
    """The open runs of a project, and the last one of each format."""
    desk.film(project)
    found = {one.run: one for one in (*desk.under_way(project), *desk.standing(project))}
    return Runs(items=[_shown(desk, one) for one in sorted(found.values(), key=lambda one: one.started, reverse=True)])


@routes.get("/runs/{run}", summary="Show a run", openapi_extra=needs(Scope.READ))
def show_run(run: Ident, desk: Mine) -> Run:
    """How far a run is. Ask once a second at the most, or follow its events."""
    return _shown(desk, desk.progress(run))


@routes.post("/runs/{run}/cancel", summary="Call a run off", openapi_extra=needs(Scope.WRITE, post=True))
def cancel_run(run: Ident, desk: Mine) -> Run:
    """Call a run off: what is being made is finished and kept, nothing more is begun."""
    desk.cancel(run)
    return _shown(desk, desk.progress(run))


@routes.get(
    "/runs/{run}/events",
    summary="Follow a run",
    openapi_extra=needs(Scope.READ),
    responses=_EVENTS,
    response_class=StreamingResponse,
)
async def follow_run(run: Ident, desk: Mine, whose: Whose, request: Request) -> Response:
    """How far a run is, as server-sent events, until it has ended; after an hour ask again."""
    platform: Platform = request.app.state.platform
    first = await run_in_threadpool(desk.progress, run)
    return _Followed(_events(request, platform, desk, first), platform, whose.account)


class _Followed(StreamingResponse):
    """A stream that counts among those of its account from its first byte until nobody hears it any more."""

    def __init__(self, events: AsyncIterator[str], platform: Platform, account: str) -> None:
        super().__init__(events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
        self._open, self._account = platform.streams, account

    async def __call__(self, scope: types.Scope, receive: types.Receive, send: types.Send) -> None:
        """Send the events, or say that too many are sent already."""
        if full := self._full():
            await problem(TooManyCalls(full, after=_BEAT))(scope, receive, send)
            return
        self._open[self._account] = self._open.get(self._account, 0) + 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._open[self._account] -= 1
            if not self._open[self._account]:
                del self._open[self._account]

    def _full(self) -> str:
        """Why another stream has no room; nothing where it has."""
        if self._open.get(self._account, 0) >= _STREAMS:
            return f"{_STREAMS} runs are followed already; close one"
        full = sum(self._open.values()) >= _OF_ALL
        return "as many runs are followed here as can be; ask for this one now and then" if full else ""


async def _events(request: Request, platform: Platform, desk: Desk, first: Progress) -> AsyncIterator[str]:
    """Events while a run goes on and its token holds, which is asked at every look."""
    began = beat = time.monotonic()
    said, seen = "", first
    try:
        paid = await run_in_threadpool(credited, desk, first)
        while not seen.ended and time.monotonic() - began < _LONGEST:
            if (fresh := told(seen, credited=paid).model_dump_json()) != said:
                said, beat = fresh, time.monotonic()
                yield _event("progress", fresh)
            elif time.monotonic() - beat > _BEAT:
                beat = time.monotonic()
                yield ": still there\n\n"
            await asyncio.sleep(_LOOK)
            await shown(request, platform)
            seen = await run_in_threadpool(desk.progress, seen.run)
    except StudioError:
        return  # the answer has begun: whoever asks again is told why
    if seen.ended:
        yield _event("end", told(seen, credited=paid).model_dump_json())


def _event(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"
