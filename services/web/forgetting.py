"""Forgetting: a browser whose session has ended by itself is told to drop what it kept of it, as signing out does.

That is pictures and films in its cache, and what was typed and not sent: the next one here may be somebody else.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.web.cookies import SID, held, named, take
from studio.errors import StudioError

_KEPT = (b"if-none-match", b"if-modified-since")
FORGET = {"Clear-Site-Data": '"cache", "storage"'}


class Forgetting:
    """ASGI middleware for a hosted studio. `holds` says whether somebody is signed in with what the browser holds.

    It is asked where a browser opens a page, not for each of the page's files; the cookie goes, so it is told once.
    """

    def __init__(self, app: ASGIApp, holds: Callable[[Scope], bool], *, secure: bool) -> None:
        self._app, self._holds, self._secure = app, holds, secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and have a browser forget where it is time to."""
        if scope["type"] == "http" and self._shows(scope) and await run_in_threadpool(self._ended, scope):
            # As if it had kept no page: of the answer that nothing has changed a browser does not hear the rest.
            headers = [(name, value) for name, value in scope["headers"] if name not in _KEPT]
            scope, send = {**scope, "headers": headers}, self._forgetting(send)
        await self._app(scope, receive, send)

    def _shows(self, scope: Scope) -> bool:
        """Whether a page is opened by a browser that holds a session's cookie."""
        request = Request(scope)
        opens = request.method == "GET" and request.headers.get("sec-fetch-dest") == "document"
        return opens and bool(held(request, SID, secure=self._secure))

    def _ended(self, scope: Scope) -> bool:
        """Whether the session is known to have ended; where nobody can be asked it may hold still."""
        try:
            return not self._holds(scope)
        except StudioError:
            return False

    def _forgetting(self, send: Send) -> Send:
        own = f"{named(SID, secure=self._secure)}=".encode()
        told = Response(headers=FORGET)
        take(told, SID, secure=self._secure)
        more = [(name, value) for name, value in told.raw_headers if name in (b"clear-site-data", b"set-cookie")]

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                # An answer that begins a session says itself what the browser holds from now on.
                begins = any(name.lower() == b"set-cookie" and value.startswith(own) for name, value in headers)
                message["headers"] = [*headers, *([] if begins else more)]
            await send(message)

        return add
