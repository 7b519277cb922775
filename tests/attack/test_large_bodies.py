"""What is sent to the studio is bounded, whatever it says of its size, and uploads are whoever's is signed in."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Scope

from services.web.uploads import MOST, MOST_OF_A_PAGE, MOST_OF_ALL, MOST_OF_ONE, UPLOADS, Bounded

FIVE_GB = str(5 << 30)
FILE = f"{UPLOADS}page-1/file-1"
LARGEST = str(100 << 20)


class Pages:
    """An application that counts what reaches it, and what its pages hold. It waits so many seconds for a body."""

    def __init__(self, patience: float = 60.0) -> None:
        self.read = 0
        self.held = Counter[str]()
        files = Route(f"{UPLOADS}{{page}}/file-1", self.take, methods=["PUT", "DELETE"])
        routes = [Route("/form", self.take, methods=["POST"]), files]
        self.app = Bounded(Starlette(routes=routes), lambda page: self.held[page], self.who, patience)

    async def take(self, request: Request) -> PlainTextResponse:
        async for block in request.stream():
            self.read += len(block)
        return PlainTextResponse(str(self.read))

    def who(self, scope: Scope) -> str:
        cookie = dict(scope["headers"]).get(b"cookie", b"").decode()
        return cookie.removeprefix("sid=") if cookie.startswith("sid=of-") else ""

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://studio")

    def send(self, method: str, path: str, size: int, headers: dict[str, str]) -> httpx.Response:
        """Send so many bytes in pieces."""

        async def body() -> AsyncIterator[bytes]:
            for _ in range(size >> 16):
                yield b"x" * (1 << 16)

        async def ask() -> httpx.Response:
            async with self.client() as client:
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
    answer = pages.send("PUT", FILE, 1 << 16, {"cookie": "sid=of-mara", "content-length": str(1 << 16)})
    assert answer.status_code == status
    assert pages.read == (1 << 16 if status == 200 else 0)


def test_files_that_come_at_once_find_no_more_room_than_one_after_the_other(pages: Pages) -> None:
    cookie = {"cookie": "sid=of-mara", "content-length": LARGEST}
    begun = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        await begun.wait()
        yield b"x"

    async def ask(client: httpx.AsyncClient) -> int:
        return (await client.put(FILE, content=body(), headers=cookie)).status_code

    async def together() -> list[int]:
        async with asyncio.timeout(60), pages.client() as client:
            ending = asyncio.as_completed([asyncio.create_task(ask(client)) for _ in range(5)])
            refused = [await next(ending) for _ in range(3)]
            begun.set()
            return refused + [await one for one in ending]

    assert asyncio.run(together()) == [413, 413, 413, 200, 200]  # of 256 MB
    assert pages.send("PUT", FILE, 1 << 16, cookie | {"content-length": str(1 << 16)}).status_code == 200


class Crowd:
    """People who begin to send the largest files there are, and then send nothing."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.sending: list[asyncio.Task[int]] = []

    async def begin(self, person: str) -> int:
        """A file in a page of its own: the answer, or 0 where it has found room and is waited for."""
        begun = asyncio.Event()
        self.sending.append(asyncio.create_task(self._send(person, begun)))
        waiting = asyncio.create_task(begun.wait())
        await asyncio.wait({self.sending[-1], waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        return self.sending[-1].result() if self.sending[-1].done() else 0

    async def _send(self, person: str, begun: asyncio.Event) -> int:
        async def body() -> AsyncIterator[bytes]:
            begun.set()
            await asyncio.Event().wait()
            yield b""

        told = {"cookie": f"sid=of-{person}", "content-length": LARGEST}
        path = f"{UPLOADS}page-of-{len(self.sending)}/file-1"
        return (await self._client.put(path, content=body(), headers=told)).status_code


def test_nobody_s_files_leave_others_no_room(pages: Pages) -> None:
    """However many pages somebody opens; and of many who do so, whoever comes next finds room for a screenplay."""

    async def together() -> tuple[list[int], int]:
        async with asyncio.timeout(60), pages.client() as client:
            crowd = Crowd(client)
            one = [await crowd.begin("eve") for _ in range(7)]
            for person in range(8):
                while await crowd.begin(f"eve-{person}") == 0:
                    pass
            small = {"cookie": "sid=of-mara", "content-length": "9"}
            answer = await client.put(FILE, content=b"FADE IN: ", headers=small)
            for task in crowd.sending:
                task.cancel()
            return one, answer.status_code

    assert asyncio.run(together()) == ([0] * 5 + [413] * 2, 200)  # of 512 MB


def test_what_all_pages_of_somebody_keep_has_a_bound_of_its_own(pages: Pages) -> None:
    def sent(page: int, person: str) -> int:
        told = {"cookie": f"sid=of-{person}", "content-length": "1"}
        return pages.send("PUT", f"{UPLOADS}page-{page}/file-1", 0, told).status_code

    for page in (1, 2, 3):
        assert sent(page, "mara") == 200
        pages.held[f"page-{page}"] = MOST_OF_ONE // 3 + 1
    assert (sent(4, "mara"), sent(5, "ada")) == (413, 200)
    pages.held.clear()  # the pages were closed
    assert sent(4, "mara") == 200


@pytest.mark.parametrize("pause", [3600.0, 0.01])
def test_a_file_that_stalls_or_drips_gives_its_room_back(pause: float) -> None:
    """An hour of nothing, or a byte every now and then."""
    pages = Pages(patience=0.2)

    async def slow() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(pause)

    async def ask() -> list[int]:
        told = {"cookie": "sid=of-mara", "content-length": LARGEST}
        async with asyncio.timeout(60), pages.client() as client:
            stalled = await asyncio.gather(*(client.put(FILE, content=slow(), headers=told) for _ in range(2)))
            again = await client.put(FILE, content=b"x" * 100, headers=told | {"content-length": str(200 << 20)})
            return [one.status_code for one in (*stalled, again)]

    assert asyncio.run(ask()) == [408, 408, 200]


def test_a_form_that_drips_holds_nobody_up() -> None:
    pages = Pages(patience=0.2)

    async def slow() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.01)

    async def ask() -> int:
        async with asyncio.timeout(60), pages.client() as client:
            return (await client.post("/form", content=slow())).status_code

    assert asyncio.run(ask()) == 408


def test_five_gigabytes_are_refused_before_they_come(pages: Pages) -> None:
    answer = pages.send("PUT", FILE, 1 << 20, {"cookie": "sid=of-mara", "content-length": FIVE_GB})
    assert (answer.status_code, pages.read) == (413, 0)


def test_what_was_brought_can_be_taken_back_when_there_is_no_room(pages: Pages) -> None:
    pages.held["page-1"] = MOST_OF_A_PAGE
    assert pages.send("DELETE", FILE, 0, {"cookie": "sid=of-mara"}).status_code == 200
