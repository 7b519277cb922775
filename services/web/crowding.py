"""Crowding: how many pages somebody may have open here. An open page is a session in memory and work at every click."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from services.web.pacing import Pace
from services.web.refusing import refusals
from studio.people.attempts import neighbourhood

MOST = 100  # pages open at once: an office behind one address has fewer, who are signed in count for themselves
_LATER = 1013  # the websocket's own number for "try again later", which pages do by themselves


class Uncrowded:
    """ASGI middleware for a hosted studio. `who` says whose account a request is of, "" for a stranger, of whom those
    at one address are one.
    """

    def __init__(
        self,
        app: ASGIApp,
        who: Callable[[Scope], str],
        most: int = MOST,
        pace: Pace | None = None,
        count: Callable[[str], None] = refusals.count,
    ) -> None:
        self._app, self._who, self._most, self._count = app, who, most, count
        self._pace = pace or Pace(burst=most, a_second=2.0)  # a page that was closed is kept for a while
        self._open = Counter[str]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is no page, and pages for which there is room; refuse the handshake of the others."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        whose = await run_in_threadpool(self._who, scope) or neighbourhood((scope.get("client") or ("", 0))[0])
        if self._open[whose] >= self._most or not self._pace.lets(whose):
            self._count("too_many_pages")
            await WebSocketClose(_LATER, "Too many pages are open here.")(scope, receive, send)
            return
        self._open[whose] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open -= Counter({whose: 1})  # which forgets who has none open any more
