"""Bodies: what programs send is bounded, whatever its head says of its size."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from services.api.problems import refused
from services.web.bodies import counted

MOST = 3_000_000  # bytes: a screenplay of a film, each letter written as six
_SAID = f"A body has {MOST:,} bytes at the most."


class Small:
    """ASGI middleware that answers larger ones with 413 and reads no more of them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is small enough."""
        told = Headers(scope=scope).get("content-length", "0") if scope["type"] == "http" else "0"
        if not told.isdecimal() or len(told) > 12 or int(told) > MOST:
            await refused(413, _SAID)(scope, receive, send)
            return
        await self._app(scope, counted(receive, MOST, _SAID), send)
