"""Fetching: how many films, pictures and sounds somebody has sent to them at once, and how often they ask for some.

A page of hundreds of pictures and a player that seeks come nowhere near; who asks for more at once waits for a place.
"""

from __future__ import annotations

from asyncio import Semaphore, timeout
from collections.abc import Callable
from weakref import WeakValueDictionary

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from services.api.problems import problem
from services.web.pacing import Pace
from services.web.refusing import refusals
from services.web.uploads import PLATFORM
from studio.errors import StudioError, TooManyCalls
from studio.people.attempts import neighbourhood

MOST = 64  # at once: a film that is paused keeps its place, browsers hold a few of them
PATIENCE = 30.0  # seconds
_PATHS = ("/files/", "/noted/", "/pictures/", "/takes/", "/media/", "/landing/", "/s/")
_READS = frozenset({"GET", "HEAD"})
_AFTER = 5  # seconds
_WHY = f"So much is on its way to you that others would have to wait. Ask again in {_AFTER} seconds."


class Fetching:
    """ASGI middleware for a hosted studio. `who` says whose account a request is of, "" for a stranger, of whom those
    at one address are one; so are programs, whose requests are counted besides.
    """

    def __init__(
        self,
        app: ASGIApp,
        who: Callable[[Scope], str],
        most: int = MOST,
        pace: Pace | None = None,
        patience: float = PATIENCE,
        count: Callable[[str], None] = refusals.count,
    ) -> None:
        self._app, self._who, self._most, self._patience, self._count = app, who, most, patience, count
        self._pace = pace or Pace(burst=2400, a_second=30.0)
        self._places: WeakValueDictionary[str, Semaphore] = WeakValueDictionary()  # of those who fetch something now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what fetches nothing, and what finds a place; answer the rest with 429, and when to ask again."""
        if not _fetches(scope):
            await self._app(scope, receive, send)
            return
        whose = await run_in_threadpool(self._whose, scope)
        places = self._places.setdefault(whose, Semaphore(self._most))
        if not self._pace.lets(whose) or not await self._waits(places):
            self._count("too_many_files")
            await _refused(scope)(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            places.release()

    def _whose(self, scope: Scope) -> str:
        """Whom it is counted for: an address where nobody is signed in, or nobody can be asked whether they are."""
        try:
            account = self._who(scope)
        except StudioError:
            account = ""
        return account or neighbourhood((scope.get("client") or ("", 0))[0])

    async def _waits(self, places: Semaphore) -> bool:
        """Whether a place was found in time."""
        try:
            async with timeout(self._patience):
                return await places.acquire()
        except TimeoutError:
            return False


def _fetches(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] not in _READS:
        return False
    path: str = scope["path"]
    return path.startswith(_PATHS) or (path.startswith(PLATFORM) and ("/files/" in path or path.endswith("/file")))


def _refused(scope: Scope) -> ASGIApp:
    if scope["path"].startswith(PLATFORM):
        return problem(TooManyCalls(_WHY, after=_AFTER))
    return PlainTextResponse(_WHY, 429, {"Retry-After": str(_AFTER)})
