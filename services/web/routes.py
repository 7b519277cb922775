"""Routes beside the pages: finished files and takes with Range, and /healthz."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from services.health import Health, Status
from services.health import health as own_health
from services.logbook import reference
from services.notices import accident, sentence
from services.settings import ROOT
from services.vaults.handing import Handing
from services.vaults.streaming import Streaming
from services.web.local import owner_asks
from services.web.types import media_type
from studio.desk.desk import Desk
from studio.errors import AssetMissing, NotFound, NotSignedIn, StudioError

LANDING = ROOT / "data" / "landing"
_KEPT = "private, max-age=86400, immutable"
SHOWN = ("episode.mp4", "poster.jpg", "captions.vtt")


def routes(
    desk: Callable[[Request], Desk],
    health: Callable[[], Health] = own_health,
    trusted: Callable[[Request], bool] = lambda request: owner_asks(request.scope),
    elsewhere: Handing | Streaming | None = None,
) -> list[BaseRoute]:
    """The routes, asking at the desk of whoever makes a request; who has none is told that nothing is there.

    `health` is asked by /healthz, which tells all it says only to whom is trusted. Films come from `elsewhere` where
    the vault is a store: by an address of its own, or in parts.
    """

    def told(answer: Callable[[Desk, Request], Response]) -> Callable[[Request], Response]:
        return lambda request: _told(desk, answer, request)

    return [
        Route("/files/{episode}/{frame}/{name}", told(partial(_file, elsewhere=elsewhere))),
        Route("/noted/{episode}/{frame}/{name}", told(_noted)),
        Route("/pictures/{run}/{content}", told(_picture)),
        Route("/takes/{episode}/{fingerprint}", told(partial(_take, elsewhere=elsewhere))),
        Route("/healthz", lambda request: _healthz(health(), trusted, request)),
    ]


def landing(folder: Path = LANDING) -> list[BaseRoute]:
    """What strangers may watch: the episode of the landing page, its poster and captions."""

    def show(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in SHOWN:
            raise HTTPException(404)
        kind = media_type(Path(name).suffix)
        return FileResponse(folder / name, media_type=kind, headers={"Cache-Control": "public, max-age=3600"})

    return [Route("/landing/{name}", show)]


def _told(desk: Callable[[Request], Desk], answer: Callable[[Desk, Request], Response], request: Request) -> Response:
    """An answer, or the sentence of what went wrong; an error that cannot be written down is raised on."""
    try:
        return answer(desk(request), request)
    except HTTPException:
        raise
    except NotSignedIn as error:
        raise HTTPException(404) from error
    except StudioError as error:
        return PlainTextResponse(sentence(error), status_code=503)
    except Exception as error:
        if not (found := reference(error)):
            raise
        return PlainTextResponse(accident(found), status_code=500)


def _file(desk: Desk, request: Request, *, elsewhere: Handing | Streaming | None) -> Response:
    """A delivered file; ?download asks the browser to save it, ?v= says the address changes with the bytes."""
    name = request.path_params["name"]
    asked = request.path_params["episode"], request.path_params["frame"], name
    kind, save = media_type(Path(name).suffix), name if "download" in request.query_params else ""
    keep = _KEPT if "v" in request.query_params else "private, no-cache"
    try:
        if elsewhere and _led(kind):
            return elsewhere.lead(request, desk.delivery_content(*asked), kind, save, keep)
        found = desk.delivery(*asked)
    except (NotFound, AssetMissing) as error:
        raise HTTPException(404) from error
    return FileResponse(found, media_type=kind, headers={"Cache-Control": keep}, filename=save or None)


def _noted(desk: Desk, request: Request) -> Response:
    """An edit list with a marker for every open note."""
    name = request.path_params["name"]
    try:
        found = desk.noted_lists(request.path_params["episode"], request.path_params["frame"]).get(name)
    except (NotFound, AssetMissing) as error:
        raise HTTPException(404) from error
    if found is None:
        raise HTTPException(404)
    headers = {"Content-Disposition": f'attachment; filename="noted-{name}"', "Cache-Control": "private, no-cache"}
    return Response(found, media_type="application/octet-stream", headers=headers)


def _picture(desk: Desk, request: Request) -> Response:
    """A board as it appears while a run is under way."""
    try:
        found = desk.newest_board(request.path_params["run"], request.path_params["content"])
    except (NotFound, AssetMissing) as error:
        raise HTTPException(404) from error
    return FileResponse(found, media_type="image/png", headers={"Cache-Control": "private, max-age=86400"})


def _take(desk: Desk, request: Request, *, elsewhere: Handing | Streaming | None) -> Response:
    """A take; ?small gives a picture's thumbnail. Its bytes never change, so a browser may keep them."""
    asked = request.path_params["episode"], request.path_params["fingerprint"]
    small = "small" in request.query_params
    try:
        if elsewhere and not small:
            content, suffix = desk.take_content(*asked)
            if _led(kind := media_type(suffix)):
                return elsewhere.lead(request, content, kind, "", _KEPT)
        found, suffix = desk.take_file(*asked, small=small)
    except (NotFound, AssetMissing) as error:
        raise HTTPException(404) from error
    return FileResponse(found, media_type=media_type(suffix), headers={"Cache-Control": _KEPT})


def _led(kind: str) -> bool:
    """Whether a file is worth another way: films are large, and their players need nothing of ours with them."""
    return kind.startswith("video/")


def _healthz(health: Health, trusted: Callable[[Request], bool], request: Request) -> Response:
    """How the studio is: 503 when it can serve or make nothing. Whoever is not trusted gets the state alone."""
    report = health.report()
    told = report.model_dump(mode="json") if trusted(request) else {"status": report.status}
    status = 503 if report.status is Status.DOWN else 200
    return JSONResponse(told, status_code=status, headers={"Cache-Control": "no-store"})
