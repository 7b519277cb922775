"""A browser whose session has ended by itself drops what it kept of it, once, and nobody else's does."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Scope

from services.web.cookies import SID, give
from services.web.forgetting import Forgetting
from studio.errors import StorageError
from tests.web.asking import get

OVER, HOLDS, NEW = "o" * 43, "h" * 43, "n" * 43
PAGE = {"sec-fetch-dest": "document"}


def _show(request: Request) -> PlainTextResponse:
    kept = "if-none-match" in request.headers
    return PlainTextResponse("" if kept else "a page", 304 if kept else 200, headers={"Set-Cookie": "own=1"})


def _finish(_request: Request) -> RedirectResponse:
    answer = RedirectResponse("/account", 303)
    give(answer, SID, NEW, secure=True)
    return answer


@pytest.fixture
def app() -> ASGIApp:
    """A page, in a studio where one session holds."""

    def holds(scope: Scope) -> bool:
        return HOLDS in dict(scope["headers"])[b"cookie"].decode()

    return Forgetting(Starlette(routes=[Route("/scenes", _show), Route("/auth/finish", _finish)]), holds, secure=True)


def test_a_page_opened_after_its_session_has_clears_what_the_browser_kept(app: ASGIApp) -> None:
    answer = get(app, "/scenes", PAGE | {"cookie": f"__Host-sid={OVER}", "if-none-match": '"kept"'})
    assert answer.status == 200
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert answer.headers["set-cookie"].startswith('__Host-sid=""; ')
    assert "Max-Age=0" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "headers",
    [
        PAGE | {"cookie": f"__Host-sid={HOLDS}"},
        PAGE | {"cookie": "__Host-sid=nonsense"},
        PAGE,
        {"cookie": f"__Host-sid={OVER}", "sec-fetch-dest": "image"},
    ],
    ids=["holds", "nonsense", "stranger", "picture"],
)
def test_nobody_else_is_told_to_forget(app: ASGIApp, headers: dict[str, str]) -> None:
    answer = get(app, "/scenes", headers)
    assert (answer.status, answer.headers["set-cookie"]) == (200, "own=1")
    assert "clear-site-data" not in answer.headers


def test_who_goes_on_with_a_new_session_keeps_it(app: ASGIApp) -> None:
    """As after another password, which ends every session: this browser's code begins the next."""
    answer = get(app, "/auth/finish?code=once", PAGE | {"cookie": f"__Host-sid={OVER}"})
    (cookie,) = answer.cookies
    assert cookie.startswith(f"__Host-sid={NEW}; ")
    assert "clear-site-data" not in answer.headers


def test_where_nobody_can_be_asked_nothing_is_forgotten_and_the_page_is_shown() -> None:
    def away(scope: Scope) -> bool:
        raise StorageError("the database is away")

    app = Forgetting(Starlette(routes=[Route("/status", _show)]), away, secure=True)
    answer = get(app, "/status", PAGE | {"cookie": f"__Host-sid={HOLDS}"})
    assert (answer.status, answer.cookies) == (200, ["own=1"])
    assert "clear-site-data" not in answer.headers
