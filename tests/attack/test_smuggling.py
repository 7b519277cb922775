"""A request that two servers could read in two ways is read in none: what is smuggled behind it is never answered."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from services.web.hosted import HostedDoor
from tests.doubles.server import serving
from tests.until import HANGS

HIDDEN = "GET /hidden HTTP/1.1\r\nHost: {own}\r\nConnection: close\r\n\r\n"
OPEN = "POST /open HTTP/1.1\r\nHost: {own}\r\nOrigin: http://{own}\r\n"
TWO_WAYS = {
    "length and chunks": OPEN + "Content-Length: {longer}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and length": OPEN + "Transfer-Encoding: chunked\r\nContent-Length: {longer}\r\n\r\n0\r\n\r\n",
    "two lengths": OPEN + "Content-Length: 0\r\nContent-Length: {length}\r\n\r\n",
    "lengths in one": OPEN + "Content-Length: 0, {length}\r\n\r\n",
    "a signed length": OPEN + "Content-Length: +{length}\r\n\r\n",
    "a space before the colon": OPEN + "Content-Length: {length}\r\nTransfer-Encoding : chunked\r\n\r\n",
    "chunks by another name": OPEN + "Content-Length: {length}\r\nTransfer-Encoding: xchunked\r\n\r\n",
    "chunks twice": OPEN + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "a chunk's size that is none": OPEN + "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n",
    "two hosts": "GET /open HTTP/1.1\r\nHost: {own}\r\nHost: evil.example\r\n\r\n",
    "a NUL": "GET /open HTTP/1.1\r\nHost: {own}\r\nX-Odd: a\0b\r\n\r\n",
}


async def _answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.url.path} has {len(await request.body())}")


@pytest.fixture(scope="module", params=["h11", "httptools"])
def own(request: pytest.FixtureRequest) -> Iterator[str]:
    """Host and port of a studio's door, over what reads requests in production and over what reads them in tests."""
    http: Literal["h11", "httptools"] = request.param
    paths = [Route(path, _answer, methods=["GET", "POST"]) for path in ("/open", "/hidden")]
    with serving(lambda url: HostedDoor(Starlette(routes=paths), url), http) as url:
        yield urlsplit(url).netloc


def asked(own: str, raw: str) -> str:
    """Everything that is answered on a line until it is closed."""
    name, _, port = own.partition(":")
    with socket.create_connection((name, int(port)), timeout=HANGS) as line:
        line.sendall(raw.encode())
        return "".join(iter(lambda: line.recv(65_536).decode(errors="replace"), ""))


def test_two_requests_on_one_line_are_two(own: str) -> None:
    told = asked(own, (OPEN + "Content-Length: 5\r\n\r\nhello" + HIDDEN).format(own=own))
    assert (told.count("HTTP/1.1 200"), "/open has 5" in told, "/hidden has 0" in told) == (2, True, True)


@pytest.mark.parametrize("way", TWO_WAYS)
def test_what_can_be_read_in_two_ways_is_refused_and_the_line_closed(own: str, way: str) -> None:
    hidden = HIDDEN.format(own=own)
    raw = TWO_WAYS[way].format(own=own, length=len(hidden), longer=len(hidden) + 5)
    told = asked(own, raw + hidden)
    assert told.startswith("HTTP/1.1 400"), told
    assert told.count("HTTP/1.1") == 1
    assert "/hidden" not in told
