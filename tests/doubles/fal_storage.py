"""fal's storage and CDN: uploads under a token, downloads without one."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.doubles.cutting import Cut
from tests.doubles.server import Books, Fault, Schedule


class Storage:
    """Files by name. `denied` says whether a request may have a token."""

    def __init__(self, books: Books, schedule: Schedule, denied: Callable[[Request], Response | None]) -> None:
        self.books, self.schedule, self._denied = books, schedule, denied
        self.files: dict[str, tuple[bytes, str]] = {}
        self.lifecycles: list[str] = []  # of every upload
        self._base, self._tokens = "", set[str]()

    def routes(self, base: str) -> list[Route]:
        """The routes of rest and CDN."""
        self._base = base
        return [
            Route("/rest/storage/auth/token", self._token, methods=["POST"]),
            Route("/cdn/files/upload", self._upload, methods=["POST"]),
            Route("/cdn/files/{name}", self._file, methods=["GET"]),
        ]

    def uploaded(self) -> dict[str, bytes]:
        """Every file by its address."""
        return {f"{self._base}/cdn/files/{name}": content for name, (content, _) in self.files.items()}

    async def _token(self, request: Request) -> Response:
        self.books.ask("token")
        if refusal := self._denied(request):
            return refusal
        if request.query_params.get("storage_type") != "fal-cdn-v3":
            return JSONResponse({"detail": "unknown storage"}, 422)
        token = f"token-{len(self._tokens)}"
        self._tokens.add(token)
        ends = datetime.fromtimestamp(time.time() + 3600, UTC).isoformat()
        return JSONResponse(
            {"token": token, "token_type": "Bearer", "base_url": f"{self._base}/cdn", "expires_at": ends}
        )

    async def _upload(self, request: Request) -> Response:
        self.books.ask("upload")
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
            return JSONResponse({"detail": "Unauthorized"}, 401)
        match self.schedule.next("upload"):
            case Fault.DOWN:
                return gateway()
            case Fault.LOST_BEFORE:
                return Cut()
        self.lifecycles.append(request.headers.get("x-fal-object-lifecycle", ""))
        name = f"{len(self.files):06}_{request.headers['x-fal-file-name']}"
        url = self.keep(name, await request.body(), request.headers.get("content-type", ""))
        return JSONResponse({"access_url": url})

    async def _file(self, request: Request) -> Response:
        self.books.ask("download")
        content, kind = self.files[request.path_params["name"]]
        if "authorization" in request.headers:
            return JSONResponse({"detail": "a key has no business here"}, 400)
        match self.schedule.next("download", request.path_params["name"]):
            case Fault.EXPIRED:
                return PlainTextResponse("gone", 404)
            case Fault.DOWN:
                return gateway()
            case Fault.TRUNCATED:
                return Cut(content[: len(content) // 2], len(content))
        begin = request.headers.get("range", "bytes=0-").removeprefix("bytes=").rstrip("-")
        rest = content[int(begin) :]
        return Response(rest, 206 if int(begin) else 200, media_type=kind)

    def keep(self, name: str, content: bytes, kind: str) -> str:
        """Put a file there; gives its address."""
        self.files[name] = (content, kind)
        return f"{self._base}/cdn/files/{name}"


def gateway() -> Response:
    """What the proxy in front says when nobody is behind it."""
    return PlainTextResponse("<html><center>nginx</center></html>", 503)


def denied() -> Response:
    """What a wrong key is told."""
    return JSONResponse({"detail": "Cannot access application. Authentication is required."}, 401)


def missing(job: object) -> Response | None:
    """What is said of a request that is not there."""
    return None if job else JSONResponse({"detail": "Request not found"}, 404)
