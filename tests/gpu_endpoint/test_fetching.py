"""Pictures from the open internet and from nowhere else, whatever an address, its name or a redirect says."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
import pytest
from jobs import picture, png

from gpu_endpoint.errors import FetchFailed, InvalidInput, Refusal
from gpu_endpoint.fetching import Fetcher
from gpu_endpoint.pictures import Pictures, opened
from gpu_endpoint.wire import Picture

OPEN = "93.184.216.34"
DATA = base64.b64decode(png(picture())["base64"])
Answer = Callable[[httpx.Request], httpx.Response]


def fetcher(answer: Answer, names: dict[str, Sequence[str]] | None = None, **given: float) -> Fetcher:
    known = {"pictures.test": [OPEN], **(names or {})}
    return Fetcher(resolve=lambda host, port: known.get(host, [host]), transport=httpx.MockTransport(answer), **given)


def plain(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=DATA)


def test_the_connection_goes_to_the_address_that_was_looked_at() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return plain(request)

    assert fetcher(answer).fetch("https://pictures.test/a.png?b=c") == DATA
    assert asked[0].url == f"https://{OPEN}/a.png?b=c"
    assert asked[0].headers["host"] == "pictures.test"
    assert asked[0].extensions["sni_hostname"] == "pictures.test"


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"], ["169.254.169.254"], ["10.0.0.1"], ["192.168.1.1"], ["172.16.0.1"], ["0.0.0.0"], ["100.64.0.1"],
        ["::1"], ["fe80::1"], ["fc00::1"],
        ["::ffff:127.0.0.1"], ["2002:7f00:1::"], ["224.0.0.1"], [OPEN, "127.0.0.1"], [],
    ],
    ids=str,
)  # fmt: skip
def test_an_address_inside_is_refused_however_it_is_named(addresses: list[str]) -> None:
    with pytest.raises(InvalidInput):
        fetcher(plain, {"inside.test": addresses}).fetch("https://inside.test/a.png")


@pytest.mark.parametrize(
    "url",
    ["http://pictures.test/", "file:///etc/passwd", "https://a:b@pictures.test/", "https:///a", "ftp://pictures.test/",
     "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest/meta-data"],
)  # fmt: skip
def test_only_https_without_a_password_is_an_address(url: str) -> None:
    with pytest.raises(InvalidInput):
        fetcher(plain).fetch(url)


@pytest.mark.parametrize(
    "to", ["https://127.0.0.1/", "http://pictures.test/", "file:///etc/passwd", "//169.254.169.254/"]
)
def test_a_redirect_is_held_against_the_same_rules(to: str) -> None:
    with pytest.raises(InvalidInput):
        fetcher(lambda request: httpx.Response(302, headers={"location": to})).fetch("https://pictures.test/a.png")


def test_a_redirect_within_the_open_internet_is_followed_but_not_for_ever() -> None:
    def once(request: httpx.Request) -> httpx.Response:
        there = request.url.path == "/b.png"
        return plain(request) if there else httpx.Response(307, headers={"location": "/b.png"})

    assert fetcher(once).fetch("https://pictures.test/a.png") == DATA
    with pytest.raises(FetchFailed):
        fetcher(lambda request: httpx.Response(302, headers={"location": "/"})).fetch("https://pictures.test/")


def test_a_name_that_becomes_another_address_does_not_get_it() -> None:
    turns = iter([[OPEN], ["127.0.0.1"]])
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return plain(request)

    Fetcher(resolve=lambda host, port: next(turns), transport=httpx.MockTransport(answer)).fetch(
        "https://turning.test/"
    )
    assert asked == [OPEN]


def test_what_is_too_large_is_not_read_to_its_end() -> None:
    read: list[int] = []

    class Endless(httpx.SyncByteStream):
        def __iter__(self):
            for number in range(1_000):
                read.append(number)
                yield bytes(65_536)

    with pytest.raises(InvalidInput):
        fetcher(lambda request: httpx.Response(200, stream=Endless()), most=200_000).fetch("https://pictures.test/")
    assert len(read) < 10


@pytest.mark.parametrize("status", [404, 500, 204])
def test_an_address_without_a_picture_is_a_failed_fetch(status: int) -> None:
    with pytest.raises(FetchFailed):
        fetcher(lambda request: httpx.Response(status)).fetch("https://pictures.test/")


def test_an_address_that_does_not_answer_is_a_failed_fetch() -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("no answer from 10.0.0.7")

    with pytest.raises(FetchFailed) as failed:
        fetcher(silent).fetch("https://pictures.test/")
    assert "10.0.0.7" not in failed.value.text()


def test_a_picture_is_read_from_the_volume_and_not_from_beside_it(tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    volume.mkdir()
    (volume / "a.png").write_bytes(DATA)
    (tmp_path / "secret.png").write_bytes(DATA)
    (volume / "link.png").symlink_to(tmp_path / "secret.png")
    pictures = Pictures(volume)
    found = pictures._brought(Picture(path="/runpod-volume/a.png"), "image", lambda: None)
    assert found.size == (96, 64)
    for path in ("../secret.png", "link.png", "none.png", "."):
        with pytest.raises(FetchFailed):
            pictures._brought(Picture(path=f"/runpod-volume/{path}"), "image", lambda: None)


def test_a_hundred_megabytes_are_refused_wherever_they_lie(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    os.truncate(tmp_path / "a.png", 100_000_000)
    endless = fetcher(lambda request: httpx.Response(200, content=bytes(100_000_000)))
    pictures = Pictures(tmp_path, fetcher=endless)
    for given in (Picture(path="/runpod-volume/a.png"), Picture(url="https://pictures.test/a.png")):
        with pytest.raises(InvalidInput, match="at most 20000000 bytes"):
            pictures._brought(given, "image", lambda: None)


@pytest.mark.parametrize("data", [b"", b"GIF89a", DATA[:60], b"<svg/>", b"%!PS-Adobe-3.0 EPSF-3.0"], ids=range(5))
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        opened(data, "image")
    assert refused.value.code == "invalid_input"
