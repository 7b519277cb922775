"""Local mode's door: only this machine's own pages may talk to the studio, by HTTP and by websocket."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

_OWN = frozenset({"127.0.0.1", "localhost", "::1"})
_ANSWER = "This studio answers its own pages only."
_closed = False


def close_the_door() -> None:
    """Say that LocalOnly stands before the pages of this process."""
    global _closed
    _closed = True


def door_is_closed() -> bool:
    """Whether strangers are kept out of this process; pages show nothing otherwise."""
    return _closed


def owner_asks(scope: Scope) -> bool:
    """Whether a request comes from this machine itself and by its own name: in local mode that is the owner."""
    address, headers = (scope.get("client") or ("",))[0], Headers(scope=scope)
    return address in _OWN and _own(headers) and "x-forwarded-for" not in headers


class LocalOnly:
    """ASGI middleware: refuses a foreign Host, and a foreign Origin where a browser sends one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass own requests on, answer others with 403 (HTTP) or a refused handshake (websocket)."""
        if scope["type"] == "http":
            answer = self._app if _own(Headers(scope=scope)) else PlainTextResponse(_ANSWER, status_code=403)
            await answer(scope, receive, _careful(send))
        elif scope["type"] == "websocket" and not _own(Headers(scope=scope)):
            await WebSocketClose(1008, _ANSWER)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _own(headers: Headers) -> bool:
    host, origin = headers.get("host", ""), headers.get("origin", "")
    if _name(f"//{host}") not in _OWN or (origin and urlsplit(origin).netloc != host):
        return False
    # A picture or film embedded by a foreign page sends no Origin, but says where it comes from.
    return headers.get("sec-fetch-site") != "cross-site" or headers.get("sec-fetch-mode") == "navigate"


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _careful(send: Send) -> Send:
    """Answers may be neither framed by a foreign page nor taken for another type than they say."""

    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Content-Security-Policy", "frame-ancestors 'self'")
            headers.setdefault("X-Content-Type-Options", "nosniff")
        await send(message)

    return add
