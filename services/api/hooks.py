"""Hooks: where events are sent, what was sent, and sending it again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field

from services.api.asking import Asked, Mine, Platform, needs
from services.api.orders import Answering, Asking, Ident
from services.api.pages import Cursor, Limit, Page, moment, page
from services.hooks.target import welcome
from studio.desk.hooking import CallView, HookView
from studio.people.access import Scope
from studio.people.hooks import LONGEST, CallState, Event

routes = APIRouter(route_class=Asked, tags=["hooks"])
CallName = Annotated[str, Path(pattern="^[0-9A-Za-z_-]{1,64}$", examples=["9c41d07be2aa"])]


class NewHook(Asking):
    """An address, and what it is told."""

    url: str = Field(min_length=8, max_length=LONGEST, examples=["https://example.com/studio"])
    events: list[Literal["run.done", "run.failed", "run.cancelled"]] = Field(
        default=["run.done", "run.failed", "run.cancelled"], min_length=1, max_length=3
    )


class HookTold(Answering):
    """A hook."""

    id: str
    url: str
    events: list[Event]
    created: datetime


class HookMade(HookTold):
    """A hook with the secret its calls are signed with: it is shown this once, null when asked again with a key."""

    secret: str | None


class Hooks(Answering):
    """The hooks of this account, the newest first."""

    items: list[HookTold]


class Call(Answering):
    """Something a hook was told; `status` is what its address answered last, 0 for nothing."""

    id: str
    event: Event
    state: CallState
    tries: int
    status: int
    error: str
    asked: datetime
    due: datetime
    body: str = Field(description="as it was posted, JSON in a string")


@routes.post(
    "/hooks",
    status_code=201,
    summary="Add a hook",
    openapi_extra=needs(Scope.HOOKS, post=True, once=("secret",)),
)
def add_hook(body: NewHook, desk: Mine, request: Request, response: Response) -> HookMade:
    """Have a public https address told of events, each signed with the secret that is shown here once."""
    platform: Platform = request.app.state.platform
    welcome(body.url, near=platform.near, resolve=platform.resolve)
    made = desk.new_hook(body.url, [Event(one) for one in body.events])
    response.headers["Location"] = f"/api/hooks/{made.view.id}"
    return HookMade(secret=made.secret, **_told(made.view).model_dump())


@routes.get("/hooks", summary="List hooks", openapi_extra=needs(Scope.HOOKS))
def list_hooks(desk: Mine) -> Hooks:
    """Every hook of this account."""
    return Hooks(items=[_told(one) for one in desk.hooks()])


@routes.delete(
    "/hooks/{hook}", status_code=204, summary="Remove a hook", openapi_extra=needs(Scope.HOOKS), response_class=Response
)
def remove_hook(hook: Ident, desk: Mine) -> Response:
    """Tell an address nothing more."""
    desk.drop_hook(hook)
    return Response(status_code=204)


@routes.get("/hooks/{hook}/calls", summary="List calls", openapi_extra=needs(Scope.HOOKS))
def list_calls(hook: Ident, desk: Mine, limit: Limit = 50, cursor: Cursor = None) -> Page[Call]:
    """What a hook was told in the last thirty days, the newest first, and how that went."""
    found = desk.hook_calls(hook, most=limit + 1, past=moment(cursor))
    return page([_call(one) for one in found], limit, lambda one: (one.asked.isoformat(), one.id))


@routes.post("/hooks/{hook}/ping", status_code=202, summary="Try a hook", openapi_extra=needs(Scope.HOOKS, post=True))
def ping_hook(hook: Ident, desk: Mine) -> Call:
    """Send a `ping`, to see whether it arrives."""
    return _call(desk.ping(hook))


@routes.post(
    "/hooks/{hook}/calls/{call}/replay",
    status_code=202,
    summary="Send a call again",
    openapi_extra=needs(Scope.HOOKS, post=True),
)
def replay_call(hook: Ident, call: CallName, desk: Mine) -> Call:
    """Send a call once more under the same id, however it ended."""
    return _call(desk.replay(hook, call))


def _told(one: HookView) -> HookTold:
    return HookTold(id=one.id, url=one.url, events=list(one.events), created=one.created)


def _call(one: CallView) -> Call:
    return Call(**one.model_dump())
