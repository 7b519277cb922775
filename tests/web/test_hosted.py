"""Hosted mode's door: it answers by its public name, only its own pages change anything, and an ended session's
websocket says nothing more.
"""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Scope
from starlette.websockets import WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg

from pages.parts.redrawing import redrawn
from services.web.hosted import HostedDoor
from tests.web.asking import get, opens

URL = "https://studio.example.org"
OWN = {"host": "studio.example.org"}
HERE = OWN | {"origin": URL}
METRICS, AGENTS = "/_stcore/metrics", "/_stcore/agent/openapi.json"
METHODS = ("GET", "POST", "PUT", "DELETE", "OPTIONS")


async def _seen(request: Request) -> JSONResponse:
    told = {"client": request.client and request.client.host, "headers": list(request.headers)}
    return JSONResponse(told)


async def _talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


async def _echo(socket: WebSocket) -> None:
    await socket.accept()
    async for said in socket.iter_bytes():
        await socket.send_bytes(said)


def _drawn(sent: bytes) -> bytes | None:
    return b"draw" if sent.startswith(b"draw") else None


def standing(url: str = URL, *, signed_in: set[str] | None = None) -> ASGIApp:
    def holds(scope: Scope) -> bool:
        return bool(signed_in) and b"sid" in dict(scope["headers"]).get(b"cookie", b"")

    inside = [Route(path, _seen, methods=METHODS) for path in ("/", "/healthz", "/signed", METRICS, AGENTS)]
    told = {"proxies": ["10.0.0.1", "10.0.0.2"], "signed": ["/signed"], "redrawn": _drawn}
    door = Middleware(HostedDoor, url, holds, **told)
    return Starlette(
        routes=[*inside, WebSocketRoute("/talk", _talk), WebSocketRoute("/echo", _echo)], middleware=[door]
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "127.0.0.1:8501"},
        {"host": "studio.example.org.evil.example"},
        {"host": "studio.example.org:8443"},
        {"host": "studio.example.org@evil.example"},
        {"host": "evil.example", "x-forwarded-host": "studio.example.org"},
        {"host": ""},
    ],
    ids=str,
)
def test_no_studio_is_at_another_name(headers: dict[str, str]) -> None:
    assert get(standing(), "/", headers).status == 421
    assert not opens(standing(), "/talk", headers | {"origin": URL})


@pytest.mark.parametrize("host", ["studio.example.org", "STUDIO.example.org", "studio.example.org:443"])
def test_it_answers_by_its_public_name(host: str) -> None:
    assert get(standing(), "/", {"host": host}).status == 200
    assert opens(standing(), "/talk", {"host": host, "origin": URL})


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://studio.example.org", "null", "https://studio.example.org:8443", "", "[::"],
)
@pytest.mark.parametrize("method", METHODS)
def test_a_foreign_page_is_refused(origin: str, method: str) -> None:
    headers = OWN | {"origin": origin}
    assert get(standing(), "/", headers, method).status == 403
    assert not opens(standing(), "/talk", headers)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_what_changes_something_says_where_it_comes_from(method: str) -> None:
    assert get(standing(), "/", OWN, method).status == 403
    assert get(standing(), "/", HERE, method).status == 200
    assert get(standing(), "/", OWN | {"sec-fetch-site": "same-origin"}, method).status == 200
    assert get(standing(), "/", HERE | {"sec-fetch-site": "cross-site"}, method).status == 403


def test_a_websocket_that_says_nothing_of_where_it_comes_from_is_refused() -> None:
    assert not opens(standing(), "/talk", OWN)


def test_a_signed_message_needs_no_page() -> None:
    assert get(standing(), "/signed", OWN, "POST").status == 200
    assert get(standing(), "/signed", {"host": "evil.example"}, "POST").status == 421


def test_what_streamlit_tells_of_itself_is_not_there() -> None:
    for path in (METRICS, f"{METRICS}/", AGENTS):
        assert get(standing(), path, OWN).status == 404


def test_a_link_leads_in_and_a_foreign_page_embeds_nothing() -> None:
    assert get(standing(), "/", OWN | {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}).status == 200
    assert get(standing(), "/", OWN | {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}).status == 403


def test_a_probe_asks_by_any_name_how_it_is() -> None:
    assert get(standing(), "/healthz", {"host": "10.1.2.3:8501"}).status == 200
    assert get(standing(), "/healthz", {"host": "10.1.2.3:8501"}, "POST").status == 421


@pytest.mark.parametrize("headers", [OWN, {"host": "evil.example"}, HERE | {"sec-fetch-site": "cross-site"}])
def test_every_answer_says_what_a_browser_must_not_do(headers: dict[str, str]) -> None:
    told = get(standing(), "/", headers).headers
    rules = dict(rule.split(" ", 1) for rule in told["content-security-policy"].split("; "))
    refused = ("default-src", "object-src", "base-uri", "frame-ancestors")
    assert {rules[name] for name in refused} == {"'none'"}
    assert "unsafe" not in rules["script-src"]
    assert rules["connect-src"] == "'self' wss://studio.example.org"
    assert told["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert told["x-content-type-options"] == "nosniff"
    assert told["x-frame-options"] == "DENY"
    assert told["referrer-policy"] == "same-origin"


def test_without_https_nothing_is_promised_of_it() -> None:
    answer = get(standing("http://127.0.0.1:8600"), "/", {"host": "127.0.0.1:8600"})
    assert answer.status == 200
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize(
    ("peer", "told", "seen"),
    [
        ("198.51.100.7", "203.0.113.5", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "192.0.2.66, 203.0.113.5, 10.0.0.2", "203.0.113.5"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_only_a_proxy_that_is_set_tells_who_asks(peer: str, told: str, seen: str) -> None:
    headers = OWN | {"x-forwarded-for": told, "x-forwarded-proto": "https", "forwarded": "for=192.0.2.1"}
    answer = get(standing(), "/", headers, client=peer)
    assert f'"client":"{seen}"' in answer.content.decode()
    assert "forwarded" not in answer.content.decode()


def test_what_a_websocket_says_after_its_session_has_ended_is_stripped() -> None:
    signed_in = {"sid"}
    with (
        TestClient(standing(signed_in=signed_in), base_url=URL) as client,
        client.websocket_connect("wss://studio.example.org/echo", headers={"origin": URL, "cookie": "sid=1"}) as mine,
        client.websocket_connect("wss://studio.example.org/echo", headers={"origin": URL}) as strangers,
    ):
        mine.send_bytes(b"one")
        assert mine.receive_bytes() == b"one"
        signed_in.clear()
        mine.send_text("heard by nobody")
        mine.send_bytes(b"nor is this")
        mine.send_bytes(b"draw: and delete")
        assert mine.receive_bytes() == b"draw"
        strangers.send_bytes(b"two")
        assert strangers.receive_bytes() == b"two"


def test_a_page_that_is_drawn_anew_does_nothing_that_was_clicked() -> None:
    sent = BackMsg()
    sent.rerun_script.query_string = "episode=1"
    sent.rerun_script.page_script_hash = "abc"
    sent.rerun_script.fragment_id = "part"
    sent.rerun_script.widget_states.widgets.add(id="delete", trigger_value=True)
    left = BackMsg.FromString(redrawn(sent.SerializeToString()) or b"")
    assert (left.rerun_script.query_string, left.rerun_script.page_script_hash) == ("episode=1", "abc")
    assert not left.rerun_script.fragment_id
    assert not left.rerun_script.widget_states.widgets
    assert redrawn(BackMsg(clear_cache=True).SerializeToString()) is None
    assert redrawn(b"\xff nonsense") is None
