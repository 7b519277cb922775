"""Asks an ASGI application as a server would, without one: what it answers, and whether it opens a websocket."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.types import ASGIApp, Message

HOST = "127.0.0.1:8501"


@dataclass
class Answer:
    """What came back."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)  # every one that is set, of which `headers` has the last
    content: bytes = b""


def get(
    app: ASGIApp, url: str, headers: Mapping[str, str] | None = None, method: str = "GET", client: str = "127.0.0.1"
) -> Answer:
    """Ask by HTTP from an address."""
    answer = Answer()
    more = {"method": method, "http_version": "1.1", "client": (client, 50_000)}
    for message in _talk(app, _scope("http", url, headers, **more), {"type": "http.request"}):
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            said = [(key.decode().lower(), value.decode()) for key, value in message["headers"]]
            answer.headers, answer.cookies = dict(said), [value for key, value in said if key == "set-cookie"]
        elif message["type"] == "http.response.body":
            answer.content += message.get("body", b"")
    return answer


def opens(app: ASGIApp, url: str, headers: Mapping[str, str] | None = None) -> bool:
    """Whether a websocket handshake is accepted."""
    first = _talk(app, _scope("websocket", url, headers, subprotocols=[]), {"type": "websocket.connect"})[0]
    return bool(first["type"] == "websocket.accept")


def _scope(kind: str, url: str, headers: Mapping[str, str] | None, **more: Any) -> dict[str, Any]:
    parts = urlsplit(url)
    named = {"host": HOST, **(headers or {})}
    return {
        "type": kind,
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": [(key.lower().encode(), value.encode()) for key, value in named.items()],
        **more,
    }


def _talk(app: ASGIApp, scope: dict[str, Any], first: Message) -> list[Message]:
    said: list[Message] = []
    to_say = [first]

    async def receive() -> Message:
        if not to_say:
            await asyncio.Event().wait()  # whoever asks listens until the answer ends
        return to_say.pop()

    async def send(message: Message) -> None:
        said.append(message)

    asyncio.run(app(scope, receive, send))
    return said
