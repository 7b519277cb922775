"""Routes beside the pages: finished files and takes with Range, and /healthz."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from services.health import Health, Status
from services.health import health as own_health
from services.logbook import reference
from services.notices import accident, sentence
from services.web.local import owner_asks
from studio.desk.desk import Desk
from studio.errors import AssetMissing, NotFound, StudioError

# What a bare machine has no name for; a person's own pictures and clips come as they are.
_TYPES = {
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".fountain": "text/plain",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".webp": "image/webp",
}


def routes(desk: Callable[[], Desk], health: Callable[[], Health] = own_health) -> list[BaseRoute]:
    """The routes, asking at the desk of whoever is signed in; `health` is asked by /healthz."""

    def told(answer: Callable[[Desk, Request], Response]) -> Callable[[Request], Response]:
        return lambda request: _told(desk, answer, request)

    def take(request: Request) -> Response:
        return _take(desk(), request)

    return [
        Route("/files/{episode}/{frame}/{name}", told(_file)),
        Route("/pictures/{run}/{content}", told(_picture)),
        Route("/takes/{episode}/{fingerprint}", take),
        Route("/healthz", lambda request: _healthz(health(), request)),
    ]


def _told(desk: Callable[[], Desk], answer: Callable[[Desk, Request], Response], request: Request) -> Response:
    """An answer, or the sentence of what went wrong; an error that cannot be written down is raised on."""
    try:
        return answer(desk(), request)
    except HTTPException:
        raise
    except StudioError as error:
        return PlainTextResponse(sentence(error), status_code=503)
    except Exception as error:
        if not (found := reference(error)):
            raise
        return PlainTextResponse(accident(found), status_code=500)


def _file(desk: Desk, request: Request) -> Response:
    """A delivered file; ?download asks the browser to save it, ?v= says the address changes with the bytes."""
    name = request.path_params["name"]
    try:
        found = desk.delivery(request.path_params["episode"], request.path_params["frame"], name)
    except (NotFound, AssetMissing) as error:
        raise HTTPException(404) from error
    kind = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    download = {"filename": name} if "download" in request.query_params else {}
    keep = "private, max-age=86400, immutable" if "v" in request.query_params else "private, no-cache"
    return FileResponse(found, media_type=kind, headers={"Cache-Control": keep}, **download)


def _picture(desk: Desk, request: Request) -> Response:
    """A board as it appears while a run is under way."""
    try:
        found = desk.newest_board(request.path_params["run"], request.path_params["content"])
    except (NotFound, AssetMissing) as error:
        raise HTTPException(404) from error
    return FileResponse(found, media_type="image/png", headers={"Cache-Control": "private, max-age=86400"})


def _take(desk: Desk, request: Request) -> Response:
    """A take; ?small gives a picture's thumbnail. Its bytes never change, so a browser may keep them."""
    episode, fingerprint = request.path_params["episode"], request.path_params["fingerprint"]
    try:
        found, suffix = desk.take_file(episode, fingerprint, small="small" in request.query_params)
    except (NotFound, AssetMissing) as error:
        raise HTTPException(404) from error
    kind = _TYPES.get(suffix) or mimetypes.guess_type(f"take{suffix}")[0] or "application/octet-stream"
    return FileResponse(found, media_type=kind, headers={"Cache-Control": "private, max-age=86400, immutable"})


def _healthz(health: Health, request: Request) -> Response:
    """How the studio is: 503 when it can serve or make nothing. Whoever is not signed in gets the state alone."""
    report = health.report()
    told = report.model_dump(mode="json") if owner_asks(request.scope) else {"status": report.status}
    status = 503 if report.status is Status.DOWN else 200
    return JSONResponse(told, status_code=status, headers={"Cache-Control": "no-store"})
