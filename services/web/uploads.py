"""Room for what browsers send: bodies are bounded, and so is what lies in memory of each person's uploads.

Streamlit bounds one file (maxUploadSize) and keeps it in memory for as long as its page is open; how many files a page
sends, how slowly they come, and whether anybody is signed in there, it does not ask.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from services.web.bodies import PATIENCE, counted, steady
from services.web.refusing import refusals

UPLOADS = "/_stcore/upload_file/"
PLATFORM = "/api/"
MOST = 1 << 20  # bytes of any other body: a form has a few hundred, what a payment provider tells a few thousand
MOST_OF_A_PAGE = 256 << 20  # bytes of the files one page has sent; a single one may have 100 MB
MOST_OF_ONE = 512 << 20  # in all pages of one person: one that was reloaded is kept for two minutes more
MOST_OF_ALL = 2 << 30
_LARGEST = 100 << 20  # one file's, as .streamlit/config.toml has it: kept free for who does not say how many come
_BODY = "This is larger than anything that is sent here."
_FILES = "This page has sent as many files as it may. Reload it, and send those that are wanted."
_PAGES = "Your pages keep as many files as they may. Close those that are done, and try again in some minutes."
_FULL = "So many files are being brought just now that there is no room. Try again in some minutes."
_NOBODY = "Please sign in first."
_SLOW = "This came too slowly. Send it again."


class Bounded:
    """ASGI middleware. `held` says how many bytes of uploads one page's session keeps ("" for all of them), `who` whose
    account a request is of ("" for a stranger).

    What is on its way counts with them, or many who begin at once would each find room; and nobody has more than half
    of what all others leave, or a few could keep everybody else out.
    """

    def __init__(
        self,
        app: ASGIApp,
        held: Callable[[str], int],
        who: Callable[[Scope], str] = lambda _scope: "owner",
        patience: float = PATIENCE,
        count: Callable[[str], None] = refusals.count,
    ) -> None:
        self._app, self._held, self._who, self._patience, self._count = app, held, who, patience, count
        self._coming = Counter[str]()  # bytes, by page and of all
        self._pages: dict[str, str] = {}  # whose each is that keeps something

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what has room, answer the rest with 413, 503, 408 for what stalls, 403 for a stranger's file."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        receive = steady(receive, _SLOW, self._patience)
        told = Headers(scope=scope).get("content-length", "")
        size = int(told) if told.isdecimal() and told.isascii() and len(told) < 20 else 0
        if scope["path"].startswith(UPLOADS) and scope["method"] in ("PUT", "POST"):
            await self._upload(scope, receive, send, size or _LARGEST)
        elif scope["path"].startswith((UPLOADS, PLATFORM)):  # which bounds bodies itself, and says so in its own way
            await self._app(scope, receive, send)
        elif size > MOST:
            self._count("large_body")
            await PlainTextResponse(_BODY, 413)(scope, receive, send)
        else:
            await self._app(scope, counted(receive, MOST, _BODY), send)

    async def _upload(self, scope: Scope, receive: Receive, send: Send, size: int) -> None:
        """Pass on a file of somebody who is signed in, where there is room for it, for as long as it comes."""
        person = await run_in_threadpool(self._who, scope)
        page = scope["path"].removeprefix(UPLOADS).partition("/")[0]
        if why := self._no_room(person, page, size) if person else (403, _NOBODY):
            self._count("upload" if person else "strangers_upload")
            await PlainTextResponse(why[1], why[0])(scope, receive, send)
            return
        mine = Counter({page: size, "": size})
        self._coming.update(mine)  # at once: nobody else has looked since
        self._pages[page] = person
        try:
            await self._app(scope, receive, send)
        finally:
            self._coming -= mine  # which forgets pages of which nothing is coming any more

    def _no_room(self, person: str, page: str, size: int) -> tuple[int, str] | None:
        kept = {one: self._kept(one) for one in self._pages}
        self._pages = {one: whose for one, whose in self._pages.items() if kept[one]}
        mine = sum(kept[one] for one, whose in self._pages.items() if whose == person)
        if self._kept(page) + size > MOST_OF_A_PAGE:
            return 413, _FILES
        if mine + size > MOST_OF_ONE:
            return 413, _PAGES
        left = MOST_OF_ALL - (self._kept("") - mine)
        return (503, _FULL) if mine + size > left // 2 else None

    def _kept(self, page: str) -> int:
        return self._held(page) + self._coming[page]
