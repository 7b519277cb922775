"""Downloads that are made while they are sent, over real connections: slow ones, broken ones, and too many."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from threading import Event
from urllib.parse import urlsplit

import pytest
from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from services.web.downloads import Downloads
from studio.errors import Conflict, VaultDown
from tests.doubles.server import serving
from tests.until import until

MB = 1 << 20


class Made:
    """What is handed out: so many megabytes, and what became of them."""

    def __init__(self, megabytes: int) -> None:
        self.megabytes, self.given, self.ended, self.trouble = megabytes, 0, Event(), 0

    def __call__(self) -> Iterator[bytes]:
        for number in range(self.megabytes):
            if self.trouble and number == self.trouble:
                raise VaultDown("nobody answers")
            self.given += 1
            yield bytes([number % 256]) * MB
        self.ended.set()


class Browser:
    """Asks a server that hands something out; whatever is open is closed at the end."""

    def __init__(self, url: str, open_: ExitStack) -> None:
        self._place, self._open = urlsplit(url).netloc, open_

    def ask(self, who: str = "anna") -> tuple[HTTPConnection, HTTPResponse]:
        """A download that was begun; nothing of it is read, and little of it fits into the connection."""
        connection = self._open.enter_context(closing(HTTPConnection(self._place, timeout=60)))
        connection.connect()
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)
        connection.request("GET", f"/{who}")
        return connection, self._open.enter_context(closing(connection.getresponse()))

    def status(self, who: str = "anna") -> int:
        """What is answered, and no more of it."""
        connection, answer = self.ask(who)
        answer.close()
        connection.close()
        return answer.status


@contextmanager
def handing(made: Callable[[], Iterator[bytes]], *, at_once: int = 3, stalled: float = 120.0) -> Iterator[Browser]:
    """A browser before a server that hands `made` out to everybody who asks, by one thread."""
    downloads: list[Downloads] = []

    async def answer(request: Request) -> Response:
        if not downloads:
            downloads.append(Downloads(CapacityLimiter(1), at_once=at_once, stalled=stalled))
        try:
            return downloads[0].hand(request.url.path, made, "export.zip")
        except Conflict as error:
            return PlainTextResponse(str(error), 422)

    with serving(lambda _url: Starlette(routes=[Route("/{who}", answer)])) as url, ExitStack() as open_:
        yield Browser(url, open_)


def test_a_download_comes_whole_and_says_what_it_is() -> None:
    made = Made(5)
    with handing(made) as browser:
        _, answer = browser.ask()
        assert len(answer.read()) == 5 * MB
        assert answer.headers["content-type"] == "application/zip"
        assert answer.headers["content-disposition"] == 'attachment; filename="export.zip"'
        assert answer.headers["cache-control"] == "no-store"
    assert made.ended.is_set()


def test_who_reads_nothing_keeps_the_one_thread_from_nobody() -> None:
    with handing(Made(100)) as browser:
        _, idle = browser.ask()
        assert len(browser.ask("bert")[1].read()) == 100 * MB
        assert len(idle.read()) == 100 * MB, "and may go on"


def test_no_more_is_made_than_is_taken() -> None:
    made = Made(100)
    with handing(made) as browser:
        _, begun = browser.ask()
        assert len(begun.read(MB)) == MB
        assert made.given < 20


def test_who_breaks_off_ends_it_and_has_the_place_again() -> None:
    made = Made(100)
    with handing(made, at_once=1) as browser:
        first, begun = browser.ask()
        assert browser.status() == 422
        assert browser.status("bert") == 200
        begun.close()
        first.close()
        assert until(lambda: browser.status() == 200)
    assert not made.ended.is_set()


def test_who_takes_nothing_for_long_is_cut_off_and_has_the_place_again() -> None:
    made = Made(100)
    with handing(made, at_once=1, stalled=0.5) as browser:
        _, begun = browser.ask()
        assert until(lambda: browser.status() == 200)
        with pytest.raises(IncompleteRead):
            begun.read()
    assert not made.ended.is_set()


def test_what_breaks_here_is_no_whole_download_to_a_browser() -> None:
    made = Made(9)
    made.trouble = 4
    with handing(made, at_once=1) as browser:
        _, begun = browser.ask()
        with pytest.raises(IncompleteRead):
            begun.read()
        made.trouble = 0
        assert len(browser.ask()[1].read()) == 9 * MB, "it is fetched again, alone"
