"""Pages are sessions in memory: nobody opens so many that others find none, whoever they say they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import Scope
from starlette.websockets import WebSocket, WebSocketDisconnect

from services.web.crowding import Uncrowded
from services.web.pacing import Pace
from tests.services.clock import Clock

MOST = 3
TRY_AGAIN_LATER = 1013


async def _page(socket: WebSocket) -> None:
    await socket.accept()
    async for said in socket.iter_text():
        await socket.send_text(said)


def _who(scope: Scope) -> str:
    return dict(scope["headers"]).get(b"cookie", b"").decode().removeprefix("sid=")


class Hall:
    """A studio with room for three pages of anybody, and who comes to it."""

    def __init__(self, stack: ExitStack, pace: Pace | None = None) -> None:
        self._app = Uncrowded(Starlette(routes=[WebSocketRoute("/page", _page)]), _who, MOST, pace)
        self._stack = stack

    def open(self, address: str, sid: str = "") -> Callable[[], None] | None:
        """Open a page as who comes from an address, with a session or none; gives what closes it, None for no room."""
        page = TestClient(self._app, client=(address, 1)).websocket_connect("/page", headers={"cookie": f"sid={sid}"})
        try:
            page.__enter__()
        except WebSocketDisconnect as error:
            if error.code != TRY_AGAIN_LATER:
                raise
            return None
        leave = ExitStack()
        leave.push(page)
        self._stack.push(leave)
        return leave.close


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as found:
        yield found


def test_a_stranger_s_pages_are_counted_by_where_they_come_from(stack: ExitStack) -> None:
    hall = Hall(stack, Pace(burst=100))
    assert [bool(hall.open(f"2001:db8::{one}")) for one in range(MOST + 1)] == [True] * MOST + [False]
    assert hall.open("2001:db8:0:1::1")
    assert hall.open("2001:db8::1", "mara"), "who is signed in counts for themselves"


def test_somebody_s_pages_are_counted_wherever_they_come_from(stack: ExitStack) -> None:
    hall = Hall(stack, Pace(burst=100))
    close, *others = [hall.open(f"192.0.2.{one}", "mara") for one in range(MOST)]
    assert close
    assert all(others)
    assert hall.open("192.0.2.9", "mara") is None
    assert hall.open("192.0.2.9", "ada")
    close()
    assert hall.open("192.0.2.9", "mara")


def test_who_opens_and_closes_without_end_is_slowed_down(stack: ExitStack) -> None:
    clock = Clock()
    hall = Hall(stack, Pace(burst=5, a_second=1.0, clock=lambda: clock.now))

    def opened() -> bool:
        close = hall.open("192.0.2.1")
        return bool(close) and close() is None

    assert [opened() for _ in range(7)] == [True] * 5 + [False] * 2
    assert hall.open("192.0.2.2")
    clock.sleep(2.0)
    assert [opened() for _ in range(3)] == [True, True, False]
