"""Nobody has so much sent to them that others wait for the web process, and no page or player meets that bound."""

from __future__ import annotations

import asyncio
from asyncio import Event

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from services.web.fetching import Fetching
from services.web.pacing import Pace
from studio.errors import StorageError
from tests.services.clock import Clock
from tests.web.asking import get

TAKE, DOWNLOAD = "/takes/e/f", "/api/v1/projects/p/takes/f/file"


def _who(scope: Scope) -> str:
    return dict(scope["headers"]).get(b"cookie", b"").decode().removeprefix("sid=")


class Hall:
    """A studio whose films come as long as nobody lets them end, and who is there at once."""

    def __init__(self, *, pace: Pace | None = None, patience: float = 10.0) -> None:
        self.going, self.may_end = list[str](), Event()
        paths = [Route(path, self._send) for path in (TAKE, "/", DOWNLOAD)]
        self.app = Fetching(Starlette(routes=paths), _who, 3, pace, patience)

    async def ask(self, sid: str = "", address: str = "192.0.2.1", path: str = TAKE) -> httpx.Response:
        """Ask for something as who comes from an address, with a session or none."""
        transport = httpx.ASGITransport(self.app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://studio", cookies={"sid": sid}) as client:
            return await client.get(path)

    async def _send(self, request: Request) -> Response:
        self.going.append(_who(request.scope) or (request.client.host if request.client else ""))
        await self.may_end.wait()
        return PlainTextResponse("a film")


async def begun(hall: Hall, many: int) -> None:
    """Wait until so many are on their way."""
    async with asyncio.timeout(10):
        while len(hall.going) < many:
            await asyncio.sleep(0)


@pytest.mark.parametrize("who", [{"sid": "mara"}, {"address": "2001:db8::1"}], ids=["account", "stranger"])
def test_of_what_somebody_asks_for_at_once_the_last_waits_and_nobody_else_does(who: dict[str, str]) -> None:
    async def crowd() -> None:
        hall = Hall()
        mine = [asyncio.create_task(hall.ask(**who)) for _ in range(5)]
        await begun(hall, 3)
        others = [asyncio.create_task(hall.ask(**one)) for one in ({"sid": "ada"}, {"address": "192.0.2.9"})]
        await begun(hall, 5)
        assert hall.going[3:] in (["ada", "192.0.2.9"], ["192.0.2.9", "ada"])
        hall.may_end.set()
        assert {(await one).status_code for one in (*mine, *others)} == {200}

    asyncio.run(crowd())


def test_who_lets_nothing_end_is_told_when_to_ask_again_and_opens_pages_all_the_same() -> None:
    async def crowd() -> None:
        hall = Hall(patience=0.05)
        mine = [asyncio.create_task(hall.ask("mara")) for _ in range(3)]
        await begun(hall, 3)
        refused = await hall.ask("mara")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
        page = asyncio.create_task(hall.ask("mara", path="/"))
        await begun(hall, 4)
        hall.may_end.set()
        assert {(await one).status_code for one in (*mine, page)} == {200}
        assert (await hall.ask("mara")).status_code == 200, "what has ended leaves its place"

    asyncio.run(crowd())


def test_who_asks_without_end_is_slowed_down_and_a_program_is_told_so_as_a_problem() -> None:
    async def crowd() -> None:
        clock = Clock()
        hall = Hall(pace=Pace(burst=4, a_second=1.0, clock=lambda: clock.now))
        hall.may_end.set()
        assert [(await hall.ask()).status_code for _ in range(5)] == [200] * 4 + [429]
        told = await hall.ask(path=DOWNLOAD)
        assert (told.status_code, told.headers["content-type"]) == (429, "application/problem+json")
        assert (await hall.ask("mara")).status_code == 200
        clock.sleep(1.0)
        assert [(await hall.ask()).status_code for _ in range(2)] == [200, 429]

    asyncio.run(crowd())


def test_a_player_that_seeks_all_through_a_film_and_a_page_of_a_thousand_pictures_are_not_refused() -> None:
    def send(request: Request) -> Response:
        return PlainTextResponse(request.headers.get("range", "picture"))

    app = Fetching(Starlette(routes=[Route(TAKE, send)]), _who)
    parts = [get(app, TAKE, {"cookie": "sid=mara", "range": f"bytes={at}-"}).status for at in range(400)]
    pictures = [get(app, TAKE, {"cookie": "sid=mara"}).status for _ in range(1000)]
    assert set(parts + pictures) == {200}


def test_where_nobody_can_be_asked_who_it_is_an_address_is_counted() -> None:
    def send(_request: Request) -> Response:
        return PlainTextResponse("picture")

    def away(scope: Scope) -> str:
        raise StorageError("the database is away")

    app = Fetching(Starlette(routes=[Route(TAKE, send)]), away, pace=Pace(burst=1, a_second=0.1))
    told = [get(app, TAKE, {"cookie": f"sid={who}"}, client=at).status for who, at in (
        ("mara", "192.0.2.1"), ("ada", "192.0.2.1"), ("mara", "192.0.2.9"),
    )]  # fmt: skip
    assert told == [200, 429, 200]
