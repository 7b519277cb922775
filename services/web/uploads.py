"""Room for what browsers send: bodies are bounded, and so is what lies in memory of each page's uploads.

Streamlit bounds one file (maxUploadSize) and keeps it in memory for as long as its page is open; how many files a page
sends, and whether anybody is signed in there, it does not ask.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from services.web.bodies import counted

UPLOADS = "/_stcore/upload_file/"
PLATFORM = "/api/"
MOST = 1 << 20  # bytes of any other body: a form has a few hundred, what a payment provider tells a few thousand
MOST_OF_A_PAGE = 256 << 20  # bytes of the files one page has sent; a single one may have 100 MB
MOST_OF_ALL = 2 << 30
_LARGEST = (
    100 << 20
)  # bytes of one file, as .streamlit/config.toml has it: kept free for who does not say how many come
_BODY = "This is larger than anything that is sent here."
_FILES = "This page has sent as many files as it may. Reload it, and send those that are wanted."
_FULL = "So many files are being brought just now that there is no room. Try again in some minutes."
_NOBODY = "Please sign in first."


class Bounded:
    """ASGI middleware. `held` says how many bytes of uploads one page's session keeps ("" for all of them).

    What is on its way counts with them, or many who begin at once would each find room.
    """

    def __init__(
        self, app: ASGIApp, held: Callable[[str], int], known: Callable[[Scope], bool] = lambda _scope: True
    ) -> None:
        self._app, self._held, self._known = app, held, known
        self._coming = Counter[str]()  # bytes, by page and of all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what has room, answer the rest with 413, 503, or 403 for a stranger's upload."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = Headers(scope=scope).get("content-length", "")
        size = int(told) if told.isdecimal() and told.isascii() and len(told) < 20 else 0
        if scope["path"].startswith(UPLOADS) and scope["method"] in ("PUT", "POST"):
            await self._upload(scope, receive, send, size or _LARGEST)
        elif scope["path"].startswith((UPLOADS, PLATFORM)):  # which bounds bodies itself, and says so in its own way
            await self._app(scope, receive, send)
        elif size > MOST:
            await PlainTextResponse(_BODY, 413)(scope, receive, send)
        else:
            await self._app(scope, counted(receive, MOST, _BODY), send)

    async def _upload(self, scope: Scope, receive: Receive, send: Send, size: int) -> None:
        """Pass on a file of somebody who is signed in, where there is room for it."""
        known = await run_in_threadpool(self._known, scope)
        session = scope["path"].removeprefix(UPLOADS).partition("/")[0]
        if why := self._no_room(session, size) if known else (403, _NOBODY):
            await PlainTextResponse(why[1], why[0])(scope, receive, send)
            return
        mine = Counter({session: size, "": size})
        self._coming.update(mine)  # at once: nobody else has looked since
        try:
            await self._app(scope, receive, send)
        finally:
            self._coming -= mine  # which forgets pages of which nothing is coming any more

    def _no_room(self, session: str, size: int) -> tuple[int, str] | None:
        if self._held(session) + self._coming[session] + size > MOST_OF_A_PAGE:
            return 413, _FILES
        return (503, _FULL) if self._held("") + self._coming[""] + size > MOST_OF_ALL else None
