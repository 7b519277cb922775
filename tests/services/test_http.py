"""Outgoing HTTP over a real loopback server: faults by name, and downloads only of what they should be."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from services.http import busy, client, faults, fetch, retry_after
from studio.errors import Down, Garbled, StudioError, Unclear
from tests.ports import free_port
from tests.services.clock import Clock

FILM = bytes(range(256)) * 2000
Answer = Callable[["Asked"], None]


class Asked(BaseHTTPRequestHandler):
    """A request, with short ways to answer it."""

    def give(self, status: int, body: bytes = b"", claims: int | None = None, **headers: str) -> None:
        """Answer, claiming a length that may not be the body's."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if claims is None else claims))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Host:
    """A server that answers its requests in the order of `answers`, the last one again and again."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.ranges: list[str] = []
        self.headers: list[dict[str, str]] = []
        host = self

        class Handler(Asked):
            def do_GET(self) -> None:
                host.ranges.append(self.headers.get("Range", ""))
                host.headers.append({name.lower(): value for name, value in self.headers.items()})
                (host.answers.pop(0) if len(host.answers) > 1 else host.answers[0])(self)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def host() -> Iterator[Host]:
    """A vendor's file server."""
    made = Host()
    thread = Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def get(host: Host, file: Path, *, url: str = "", hosts: tuple[str, ...] = (), most: int = 10**7) -> Path:
    homes = hosts or (host.url,)
    patience = Clock(share=0.0).patience
    return fetch(url or f"{host.url}/film.mp4", file, vendor="fal", hosts=homes, most=most, patience=patience)


def whole(asked: Asked) -> None:
    asked.give(200, FILM, ETag='"one"')


def cut(asked: Asked) -> None:
    asked.give(200, FILM[:300_000], claims=len(FILM), ETag='"one"')


def rest(asked: Asked) -> None:
    start = int(asked.headers["Range"].removeprefix("bytes=").rstrip("-"))
    asked.give(206, FILM[start:], Content_Range=f"bytes {start}-{len(FILM) - 1}/{len(FILM)}")


def test_a_result_is_fetched_to_disk(host: Host, tmp_path: Path) -> None:
    host.answers = [whole]
    found = get(host, tmp_path / "film.mp4")
    assert found.read_bytes() == FILM
    assert [one.name for one in tmp_path.iterdir()] == ["film.mp4"]
    assert host.headers[0]["accept-encoding"] == "identity"


def test_a_cut_download_goes_on_where_it_stopped(host: Host, tmp_path: Path) -> None:
    host.answers = [cut, rest]
    assert get(host, tmp_path / "film.mp4").read_bytes() == FILM
    assert host.ranges == ["", "bytes=300000-"]
    assert host.headers[1]["if-range"] == '"one"'


def test_a_server_without_ranges_is_fetched_from_the_start(host: Host, tmp_path: Path) -> None:
    host.answers = [cut, whole]
    assert get(host, tmp_path / "film.mp4").read_bytes() == FILM


def test_a_range_that_is_not_there_any_more_begins_again(host: Host, tmp_path: Path) -> None:
    host.answers = [cut, lambda asked: asked.give(416), whole]
    assert get(host, tmp_path / "film.mp4").read_bytes() == FILM
    assert host.ranges == ["", "bytes=300000-", ""]


def test_what_an_earlier_process_left_is_gone_on_with(host: Host, tmp_path: Path) -> None:
    (tmp_path / "film.mp4.part").write_bytes(FILM[:1000])
    host.answers = [rest]
    assert get(host, tmp_path / "film.mp4").read_bytes() == FILM
    assert host.ranges == ["bytes=1000-"]


def test_a_busy_or_broken_file_server_is_asked_again(host: Host, tmp_path: Path) -> None:
    host.answers = [lambda asked: asked.give(503), lambda asked: asked.give(429, Retry_After="3"), whole]
    clock = Clock(share=0.0)
    fetch(host.url, tmp_path / "f", vendor="fal", hosts=(host.url,), most=10**7, patience=clock.patience)
    assert clock.slept == [0, 3]


def test_a_download_that_never_ends_well_is_down_and_keeps_what_it_has(host: Host, tmp_path: Path) -> None:
    host.answers = [lambda asked: asked.give(503)]
    (tmp_path / "film.mp4.part").write_bytes(b"x" * 10)
    with pytest.raises(Down):
        get(host, tmp_path / "film.mp4")
    assert len(host.ranges) == 5
    assert (tmp_path / "film.mp4.part").stat().st_size == 10


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda asked: asked.give(404), "it answered 404"),
        (lambda asked: asked.give(200, b"x" * 2000), "more than 1000"),
        (lambda asked: asked.give(200), "empty"),
        (lambda asked: asked.give(302, Location="http://127.0.0.1:9/elsewhere"), "not one of its own"),
        (lambda asked: asked.give(302, Location=asked.path), "sent around"),
    ],
)
def test_what_is_not_a_result_is_garbled_and_leaves_nothing(
    host: Host, tmp_path: Path, answer: Answer, words: str
) -> None:
    host.answers = [answer]
    with pytest.raises(Garbled, match=words):
        get(host, tmp_path / "film.mp4", most=1000)
    assert list(tmp_path.iterdir()) == []


def test_a_body_without_a_length_is_capped_too(host: Host, tmp_path: Path) -> None:
    def endless(asked: Asked) -> None:
        asked.send_response(200)
        asked.end_headers()
        asked.wfile.write(b"x" * 5000)

    host.answers = [endless]
    with pytest.raises(Garbled, match="more than 1000 bytes"):
        get(host, tmp_path / "film.mp4", most=1000)


def test_a_redirect_to_its_own_host_is_followed(host: Host, tmp_path: Path) -> None:
    host.answers = [lambda asked: asked.give(302, Location="/really.mp4"), whole]
    assert get(host, tmp_path / "film.mp4").read_bytes() == FILM


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("https://evil.example/film.mp4", ("fal.media", ".fal.media")),
        ("https://fal.media.evil.example/film.mp4", ("fal.media", ".fal.media")),
        ("https://evilfal.media/film.mp4", ("fal.media", ".fal.media")),
        ("http://v3.fal.media/film.mp4", ("fal.media", ".fal.media")),
        ("https://user@evil.example:443/film.mp4", ("fal.media",)),
        ("http://127.0.0.1:1/film.mp4", ("http://127.0.0.1:2/v1",)),
        ("file:///etc/passwd", (".fal.media", "")),
        ("ftp://127.0.0.1/film.mp4", ("127.0.0.1",)),
        ("http://127.0.0.1:2/theirs/film.mp4", ("http://127.0.0.1:2/ours/",)),
        ("http://127.0.0.1:2/ours-too/film.mp4", ("http://127.0.0.1:2/ours/",)),
        ("http://127.0.0.1:2/ours/%2e%2e/theirs/film.mp4", ("http://127.0.0.1:2/ours/",)),
    ],
)
def test_nothing_is_fetched_from_anybody_else(tmp_path: Path, url: str, hosts: tuple[str, ...]) -> None:
    with pytest.raises(Garbled, match="not one of its own"):
        fetch(url, tmp_path / "film.mp4", vendor="fal", hosts=hosts, most=1000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("paid", [True, False])
def test_a_connection_that_never_opened_is_down(paid: bool) -> None:
    reached = pytest.raises(Down, match="cannot be reached")
    with client(f"http://127.0.0.1:{free_port()}", {}) as http, reached, faults("groq", "chat", paid=paid):
        http.post("/chat")


@pytest.mark.parametrize(("paid", "kind"), [(True, Unclear), (False, Down)])
@pytest.mark.parametrize("silent", [True, False])
def test_a_request_that_left_and_was_not_answered(paid: bool, kind: type[StudioError], silent: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=_hang_up, args=(listening,), daemon=True)
        if not silent:
            thread.start()
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with client(base, {}, seconds=0.2) as http, pytest.raises(kind), faults("groq", "chat", paid=paid):
            http.post("/chat", json={})


def _hang_up(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    connection.recv(100)
    connection.close()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "61"}, 61.0),
        ({"retry-after": "7200.5"}, 7200.5),
        ({"retry-after-ms": "250", "retry-after": "61"}, 0.25),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 01 Jan 2020 00:00:00 GMT"}, 0.0),
        ({}, None),
    ],
)
def test_how_long_an_answer_asks_us_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(httpx.Headers(headers)) == seconds
    assert busy("full", httpx.Headers(headers), vendor="groq", operation="chat").after == seconds


def test_a_date_to_come_back_is_as_far_as_it_is() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 85 < (retry_after({"retry-after": soon}) or 0) <= 90
