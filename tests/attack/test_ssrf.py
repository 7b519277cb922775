"""A vendor's answer cannot send us to another machine: not by an address, a redirect, or a name that leads inside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from services.http import fetch
from studio.errors import Down, Garbled
from tests.doubles.server import serving
from tests.services.clock import Clock

FAL = ("fal.media", ".fal.media")
INSIDE = ["127.0.0.1", "10.0.0.5", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1",
          "fe80::1%eth0", "fd00::1", "::ffff:169.254.169.254", "224.0.0.1", "64:ff9b::a00:5", "64:ff9b:1::a00:5",
          "2002:a00:5::1", "::10.0.0.5", "::ffff:0:10.0.0.5", "fec0::1"]  # fmt: skip


class Names:
    """A resolver that knows one answer, and whether it was asked."""

    def __init__(self, *addresses: str) -> None:
        self.addresses, self.asked = addresses, list[str]()

    def __call__(self, name: str, port: None) -> list[tuple[Any, ...]]:
        self.asked.append(name)
        if not self.addresses:
            raise OSError("no such name")
        return [(0, 0, 0, "", (address, 0)) for address in self.addresses]


@pytest.fixture(scope="module")
def sent_on() -> Iterator[str]:
    """A vendor's file server that sends everybody on to what `to` says."""

    def on(request: Request) -> Response:
        return RedirectResponse(
            request.query_params.get("to", "/film.mp4"), int(request.query_params.get("status", "302"))
        )

    routes = [
        Route("/film.mp4", on),
        Route("/results/film.mp4", on),
        Route("/secret", lambda _request: PlainTextResponse("secret")),
    ]
    with serving(lambda _url: Starlette(routes=routes)) as url:
        yield url


def get(url: str, folder: Path, hosts: tuple[str, ...], names: Names | None = None) -> Path:
    patience = Clock(share=0.0).patience
    resolve = names or Names("93.184.216.34")
    return fetch(url, folder / "film.mp4", vendor="fal", hosts=hosts, most=10**6, patience=patience, resolve=resolve)


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/latest/meta-data/",
        "https://fal.media@169.254.169.254/",
        "https://169.254.169.254#.fal.media/",
        "https://169.254.169.254?.fal.media/",
        "https://169.254.169.254\\.fal.media/",
        "https://169.254.169.254%00.fal.media/",
        "https://2852039166/",
        "https://0xa9fea9fe/",
        "https://[::ffff:169.254.169.254]/",
        "https://evil.example%2f.fal.media/",
        "https://evil.example/.fal.media",
        "https://evil example.fal.media/",
        "https://evil.example\n.fal.media/",
        "https://evil.example\uff0f.fal.media/",
        "https://[::1",
        "https://",
        "",
        "//fal.media/film.mp4",
        "gopher://fal.media/film.mp4",
        "file://fal.media/etc/passwd",
        "data:text/plain,hello",
        "javascript:alert(1)",
    ],
)
def test_an_address_however_written_that_is_not_the_vendor_s_is_not_asked(tmp_path: Path, url: str) -> None:
    with pytest.raises(Garbled):
        get(url, tmp_path, FAL)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", INSIDE)
def test_a_vendor_s_name_that_leads_into_our_own_network_is_not_asked(tmp_path: Path, address: str) -> None:
    names = Names("93.184.216.34", address)
    with pytest.raises(Garbled, match=r"v3\.fal\.media, a name that leads into our own network"):
        get("https://v3.fal.media/film.mp4", tmp_path, FAL, names)
    assert names.asked == ["v3.fal.media"]


def test_a_name_nobody_knows_is_a_vendor_that_is_down(tmp_path: Path) -> None:
    with pytest.raises(Down):
        get("https://no-such-name.invalid/film.mp4", tmp_path, ("no-such-name.invalid",), Names())


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:1/secret",
        "http://localhost:1/secret",
        "//169.254.169.254/",
        "file:///etc/passwd",
        "https://[::1",
        "https://evil.example/film.mp4",
    ],
)
def test_a_redirect_out_of_the_vendor_s_house_is_not_followed(sent_on: str, tmp_path: Path, to: str) -> None:
    for status in (301, 302, 303, 307, 308):
        with pytest.raises((Garbled, Down), match=r"not one of its own|gave no answer"):
            get(f"{sent_on}/film.mp4?to={to}&status={status}", tmp_path, (f"{sent_on}/film",))
    assert list(tmp_path.iterdir()) == []


def test_a_redirect_below_its_own_roof_alone_is_followed(sent_on: str, tmp_path: Path) -> None:
    with pytest.raises(Garbled, match="not one of its own"):
        get(f"{sent_on}/results/film.mp4?to=/secret", tmp_path, (f"{sent_on}/results/",))
    assert get(f"{sent_on}/film.mp4?to=/secret", tmp_path, (sent_on,)).read_text() == "secret"


def test_a_circle_ends(sent_on: str, tmp_path: Path) -> None:
    with pytest.raises(Garbled, match="sent around"):
        get(f"{sent_on}/film.mp4", tmp_path, (sent_on,))
