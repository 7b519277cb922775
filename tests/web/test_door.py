"""Local mode's door: own pages pass, strangers do not, by HTTP and by websocket."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from services.web.local import LocalOnly
from tests.web.asking import get, opens

OWN = {"host": "127.0.0.1:8501"}
REFUSED = [
    {"host": "studio.example.com"},
    {"host": "127.0.0.1.example.com"},
    {"host": "example.com:8501"},
    {"host": "127.0.0.1@example.com"},
    {"host": "[::1"},
    {"host": ""},
    OWN | {"origin": "http://example.com"},
    OWN | {"origin": "null"},
    OWN | {"origin": "http://127.0.0.1:9999"},
    OWN | {"origin": "http://127.0.0.1:8501.example.com"},
    OWN | {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
]
PASSED = [
    OWN,
    {"host": "localhost:8501"},
    {"host": "[::1]:8501"},
    OWN | {"origin": "http://127.0.0.1:8501"},
    OWN | {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"},
    OWN | {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
]


async def _hello(_request: object) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def _talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("hello")
    await socket.close()


@pytest.fixture
def door() -> ASGIApp:
    """Something behind the door that answers whoever gets there."""
    inside = [Route("/", _hello), WebSocketRoute("/talk", _talk)]
    return Starlette(routes=inside, middleware=[Middleware(LocalOnly)])


@pytest.mark.parametrize("headers", REFUSED, ids=str)
def test_strangers_are_refused(door: ASGIApp, headers: dict[str, str]) -> None:
    assert get(door, "/", headers).status == 403
    assert not opens(door, "/talk", headers)


@pytest.mark.parametrize("headers", PASSED, ids=str)
def test_own_pages_pass(door: ASGIApp, headers: dict[str, str]) -> None:
    assert get(door, "/", headers).content == b"hello"
    assert opens(door, "/talk", headers)


@pytest.mark.parametrize("headers", [OWN, {"host": "example.com"}])
def test_no_answer_may_be_framed_or_sniffed(door: ASGIApp, headers: dict[str, str]) -> None:
    answer = get(door, "/", headers)
    assert answer.headers["content-security-policy"] == "frame-ancestors 'self'"
    assert answer.headers["x-content-type-options"] == "nosniff"
