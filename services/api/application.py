"""The platform API: one application of routes by noun, mounted at /api in the web process or served alone."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, compile_path

from services.api import credits, films, hooks, notes, projects, runs, screenings, scripts, takes, usage
from services.api.asking import Platform
from services.api.bodies import Small
from services.api.problems import TYPE, Problem, problem, refused, unread
from studio.errors import StudioError

PATH = "/api"
_NOUNS = (projects, scripts, films, credits, runs, takes, screenings, notes, usage, hooks)
_ABOUT = """Make films by program: open a project, quote it, render it, follow the run, download the files.

Show a personal token (`Authorization: Bearer tfs_…`) with every request. Money is in micro-dollars: 1,000,000 are $1.
"""
_REFUSALS = {
    400: "The request cannot be read at all",
    401: "No token was shown, or one that does not hold",
    402: "It costs more than was agreed to, than a budget allows, or than there is",
    403: "The token lacks the scope",
    404: "Nothing of that name is yours",
    409: "Something else is in the way; retry says whether asking again helps",
    410: "What was there is damaged or gone",
    413: "The body is too large",
    415: "The body is not JSON",
    422: "Fields, parameters or a screenplay cannot be used",
    429: "Too many requests; Retry-After says when to go on",
    503: "The studio or a vendor cannot answer now",
}


def application(platform: Platform) -> FastAPI:
    """The routes on a platform."""
    told: dict[int | str, dict[str, Any]] = {
        status: {"description": said, "content": {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        for status, said in _REFUSALS.items()
    }
    app = FastAPI(
        title="TrashFire Studio",
        version="1",
        description=_ABOUT,
        servers=[{"url": PATH}],
        root_path_in_servers=False,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=told,
        middleware=[Middleware(Small)],
    )
    app.state.platform = platform
    app.add_exception_handler(StudioError, _problem)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _unread)
    for noun in _NOUNS:
        app.include_router(noun.routes)
    document = _document(app)
    app.state.ways = [
        (compile_path(path)[0], {way.upper() for way in ways}) for path, ways in document["paths"].items()
    ]
    said = JSONResponse(document).body
    app.add_route("/openapi.json", lambda _request: Response(said, media_type="application/json"), ["GET"])
    return app


def mounted(platform: Platform) -> list[BaseRoute]:
    """The application where it belongs, beside other routes."""
    return [Mount(PATH, application(platform), name="api")]


def _document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, drawn up once."""
    found = app.openapi()
    parts = found.setdefault("components", {})
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "a personal token; its scopes are in `security`"}
    }
    schemas = parts.setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= schemas["Problem"].pop("$defs")
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return found


def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, StudioError)
    return problem(error)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        known = [ways for pattern, ways in request.app.state.ways if pattern.match(path)]
        headers["Allow"] = ", ".join(sorted(set().union(*known))) or headers.get("Allow", "")
    return refused(error.status_code, str(error.detail), headers)


def _unread(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return unread(error.errors())
