"""What is sent to the studio is bounded, whatever it says of its size, and uploads are whoever's is signed in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Scope

from services.web.uploads import MOST, MOST_OF_A_PAGE, MOST_OF_ALL, UPLOADS, Bounded

FIVE_GB = str(5 << 30)
FILE = f"{UPLOADS}page-1/file-1"


class Pages:
    """An application that counts what reaches it, and what its pages hold."""

    def __init__(self) -> None:
        self.read = 0
        self.held = {"page-1": 0, "": 0}
        routes = [Route("/form", self.take, methods=["POST"]), Route(FILE, self.take, methods=["PUT", "DELETE"])]
        self.app = Bounded(Starlette(routes=routes), lambda page: self.held.get(page, 0), self.known)

    async def take(self, request: Request) -> PlainTextResponse:
        async for block in request.stream():
            self.read += len(block)
        return PlainTextResponse(str(self.read))

    def known(self, scope: Scope) -> bool:
        return (b"cookie", b"sid=mine") in scope["headers"]

    def send(self, method: str, path: str, size: int, headers: dict[str, str]) -> httpx.Response:
        """Send so many bytes in pieces."""

        async def body() -> AsyncIterator[bytes]:
            for _ in range(size >> 16):
                yield b"x" * (1 << 16)

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://studio") as client:
                return await client.request(method, path, content=body(), headers=headers)

        return asyncio.run(ask())


@pytest.fixture
def pages() -> Pages:
    return Pages()


def test_a_body_that_says_it_is_too_large_is_not_read(pages: Pages) -> None:
    answer = pages.send("POST", "/form", 1 << 20, {"content-length": FIVE_GB})
    assert (answer.status_code, pages.read) == (413, 0)


@pytest.mark.parametrize(
    "said", [{}, {"content-length": "10"}, {"content-length": "-1"}, {"content-length": "9" * 400}]
)
def test_a_body_that_says_nothing_or_lies_is_cut(pages: Pages, said: dict[str, str]) -> None:
    answer = pages.send("POST", "/form", 8 << 20, said)
    assert answer.status_code == 413
    assert "larger than anything" in answer.text
    assert pages.read <= MOST


def test_a_form_goes_through(pages: Pages) -> None:
    assert pages.send("POST", "/form", 1 << 16, {}).status_code == 200


def test_a_stranger_s_upload_never_reaches_memory(pages: Pages) -> None:
    for cookie in ({}, {"cookie": "sid=guessed"}):
        answer = pages.send("PUT", FILE, 1 << 20, cookie)
        assert (answer.status_code, answer.text, pages.read) == (403, "Please sign in first.", 0)


@pytest.mark.parametrize(
    ("page", "held", "status"),
    [("page-1", 0, 200), ("page-1", MOST_OF_A_PAGE, 413), ("page-1", MOST_OF_A_PAGE - 1, 413), ("", MOST_OF_ALL, 503)],
)
def test_one_page_s_files_and_all_files_have_a_bound(pages: Pages, page: str, held: int, status: int) -> None:
    pages.held[page] = held
    answer = pages.send("PUT", FILE, 1 << 16, {"cookie": "sid=mine", "content-length": str(1 << 16)})
    assert answer.status_code == status
    assert pages.read == (1 << 16 if status == 200 else 0)


def test_files_that_come_at_once_find_no_more_room_than_one_after_the_other(pages: Pages) -> None:
    cookie = {"cookie": "sid=mine", "content-length": str(100 << 20)}
    begun = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        await begun.wait()
        yield b"x"

    async def ask(client: httpx.AsyncClient) -> int:
        return (await client.put(FILE, content=body(), headers=cookie)).status_code

    async def together() -> list[int]:
        async with (
            asyncio.timeout(60),
            httpx.AsyncClient(transport=httpx.ASGITransport(pages.app), base_url="http://studio") as client,
        ):
            ending = asyncio.as_completed([asyncio.create_task(ask(client)) for _ in range(5)])
            refused = [await next(ending) for _ in range(3)]
            begun.set()
            return refused + [await one for one in ending]

    assert asyncio.run(together()) == [413, 413, 413, 200, 200]  # of 256 MB
    assert pages.send("PUT", FILE, 1 << 16, cookie | {"content-length": str(1 << 16)}).status_code == 200


def test_five_gigabytes_are_refused_before_they_come(pages: Pages) -> None:
    answer = pages.send("PUT", FILE, 1 << 20, {"cookie": "sid=mine", "content-length": FIVE_GB})
    assert (answer.status_code, pages.read) == (413, 0)


def test_what_was_brought_can_be_taken_back_when_there_is_no_room(pages: Pages) -> None:
    pages.held["page-1"] = MOST_OF_A_PAGE
    assert pages.send("DELETE", FILE, 0, {"cookie": "sid=mine"}).status_code == 200
