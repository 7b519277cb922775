"""An answer that is cut off, as lines to a vendor are."""

from __future__ import annotations

from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class Cut(Response):
    """An answer whose connection ends in the middle, or before the first byte of the body."""

    def __init__(self, body: bytes = b"", length: int = 1 << 16, status: int = 200) -> None:
        super().__init__(body, status)
        self.headers["content-length"] = str(length)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        raise ConnectionResetError("the line was cut")
