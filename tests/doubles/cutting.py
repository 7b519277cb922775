"""An answer that never ends, for doubles that lose their connection."""

from __future__ import annotations

from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class Cut(Response):
    """Promises more than it sends; the server closes the connection after the part."""

    def __init__(self, part: bytes = b"") -> None:
        super().__init__()
        self._part = part

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the part and stop."""
        length = str(len(self._part) + 100).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self._part, "more_body": True})
