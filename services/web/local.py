"""Local mode's door: only this machine's own pages may talk to the studio, by HTTP and by websocket."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

_OWN = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})


class LocalOnly:
    """ASGI middleware: refuses a foreign Host, and a foreign Origin where a browser sends one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass own requests on, answer others with 403 (HTTP) or a refused handshake (websocket)."""
        if scope["type"] not in ("http", "websocket") or _own(Headers(scope=scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(1008, "this studio answers its own pages only")(scope, receive, send)
        else:
            answer = PlainTextResponse("This studio answers its own pages only.", status_code=403)
            await answer(scope, receive, send)


def _own(headers: Headers) -> bool:
    host = headers.get("host", "")
    origin = headers.get("origin", "")
    return _name(f"//{host}") in _OWN and (not origin or urlsplit(origin).netloc == host)


def _name(url: str) -> str:
    return urlsplit(url).hostname or ""
