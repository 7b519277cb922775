"""Hears what goes over the wire to a double and back, and holds it against a vendor's OpenAPI description."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.doubles.server import serving


@dataclass(frozen=True)
class Exchange:
    """A request and its answer."""

    method: str
    path: str
    query: str
    sent: bytes
    status: int
    answered: bytes
    media: str


@dataclass
class Ear:
    """An application that remembers every exchange."""

    app: ASGIApp
    heard: list[Exchange] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""
        sent, answered, head = bytearray(), bytearray(), [0, ""]

        async def hear() -> Message:
            message = await receive()
            sent.extend(message.get("body", b""))
            return message

        async def say(message: Message) -> None:
            if message["type"] == "http.response.start":
                media = dict(message["headers"]).get(b"content-type", b"").decode()
                head[:] = [message["status"], media.split(";")[0]]
            answered.extend(message.get("body", b""))
            await send(message)

        await self.app(scope, hear, say)
        query, (status, media) = scope["query_string"].decode(), head
        told = Exchange(scope["method"], scope["path"], query, bytes(sent), int(status), bytes(answered), str(media))
        self.heard.append(told)


@contextmanager
def overheard(app: Callable[[str], ASGIApp]) -> Iterator[tuple[str, list[Exchange]]]:
    """Serve what `app` gives for its own base URL until the block ends; gives the URL and what is said meanwhile."""
    heard: list[Exchange] = []
    with serving(lambda base: Ear(app(base), heard)) as url:
        yield url, heard


def described(file: str) -> dict[str, Any]:
    """A vendor's own OpenAPI file, from the folder that VENDOR_SPECS names; skips aloud where none does."""
    folder = os.environ.get("VENDOR_SPECS", "")
    if not folder:
        pytest.skip(f"VENDOR_SPECS names no folder with the vendors' descriptions, such as {file}")
    text = (Path(folder) / file).read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text) if file.endswith(".json") else yaml.safe_load(text)
    return read


class Description:
    """What a vendor's own OpenAPI file says of each operation."""

    def __init__(self, file: str) -> None:
        self.whole = described(file)

    def check(self, exchange: Exchange, path: str) -> None:
        """Hold both bodies against the operation; AssertionError says what does not fit."""
        operation = self._operation(exchange.method, path)
        if exchange.sent:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            self._fits(schema, json.loads(exchange.sent), f"{exchange.method} {path} sent")
        answers = operation["responses"]
        said = self._resolved(answers.get(str(exchange.status)) or answers["default"])
        content = said.get("content")
        assert bool(content) == bool(exchange.answered), f"{exchange.method} {path}: a body where none belongs, or none"
        if content:
            assert exchange.media in content, f"{exchange.method} {path}: {exchange.media}"
            self._fits(content[exchange.media]["schema"], json.loads(exchange.answered), f"{path} answered")

    def _operation(self, method: str, path: str) -> dict[str, Any]:
        for template, found in self.whole["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
                operation: dict[str, Any] = found[method.lower()]
                return operation
        raise AssertionError(f"the description has no {method} {path}")

    def _fits(self, schema: dict[str, Any], body: Any, where: str) -> None:
        rooted = {"components": self.whole.get("components", {}), **_told(schema)}
        problems = [f"{where}: {'.'.join(map(str, one.path))} {one.message[:200]}" for one in
                    Draft202012Validator(rooted).iter_errors(body)]  # fmt: skip
        assert not problems, "\n".join(problems)

    def _resolved(self, found: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in found:
            node: Any = self.whole
            for step in found["$ref"].removeprefix("#/").split("/"):
                node = node[step]
            found = node
        return found


def _told(schema: dict[str, Any]) -> dict[str, Any]:
    return schema if "$ref" not in schema else {"allOf": [schema]}
