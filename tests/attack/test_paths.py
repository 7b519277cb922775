"""Names of files that lead elsewhere, and files that are two things: they come in as words and go out as one kind."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from studio.desk.desk import Desk
from studio.errors import StudioError
from studio.people.account import OWNER
from studio.production.house import House
from tests.attack.pictures import png
from tests.web.asking import get
from tests.web.conftest import app, house  # noqa: F401  fixtures

SCRIPT = b"INT. HALL - NIGHT\n\nANNA\nGood evening.\n"
NAMES = [
    "../../../../tmp/pwned.png",
    "..\\..\\pwned.png",
    "/etc/passwd",
    "C:\\Windows\\win.ini",
    "a\0b.png",
    "a\nContent-Type: text/html\r\n\r\n<script>.png",
    "photo\u202egnp.exe",
    "<img src=x onerror=alert(1)>.png",
    "." * 300 + ".png",
    "n" * 5000 + ".png",
    "",
    "..",
    "$(id).png",
    "CON.png",
]


def everything(folder: Path) -> set[str]:
    return {one.relative_to(folder).parts[0] for one in folder.rglob("*") if one.is_file()}


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_s_name_is_never_a_path(house: House, home: Path, tmp_path: Path, name: str) -> None:  # noqa: F811
    desk = Desk(house, OWNER)
    episode = desk.open_file("hall.fountain", SCRIPT)
    before = everything(tmp_path)
    brought = desk.bring(episode, "look:anna", name, png())
    file, suffix = desk.take_file(episode, brought)
    assert (suffix, file.read_bytes()) == (".png", png())
    assert file.is_relative_to(home)
    assert everything(tmp_path) == before
    assert list(house.scratch.iterdir()) == []


@pytest.mark.parametrize("name", [one for one in NAMES if one])
def test_a_screenplay_s_name_is_a_title_and_nothing_else(house: House, tmp_path: Path, name: str) -> None:  # noqa: F811
    desk = Desk(house, OWNER)
    before = everything(tmp_path)
    episode = desk.open_file(f"upload/0123456789abcdef/{name}.fountain", SCRIPT)
    title = next(one.title for one in desk.episodes() if one.id == episode)
    assert 0 < len(title) <= 200
    assert title.isprintable()
    assert everything(tmp_path) == before


def test_what_is_a_picture_and_a_page_is_served_as_a_picture_alone(app: ASGIApp, house: House) -> None:  # noqa: F811
    desk = Desk(house, OWNER)
    episode = desk.open_file("hall.fountain", SCRIPT)
    both = png(after=b"<html><script>alert(document.cookie)</script>")
    brought = desk.bring(episode, "look:anna", "page.html", both)
    answer = get(app, f"/takes/{episode}/{brought}")
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == ("image/png", "nosniff")
    assert answer.content == both


@pytest.mark.parametrize("part", ["..", "../..", "%2e%2e", "..%2f..%2f..%2fetc%2fpasswd", "%00", "a%0d%0aX: 1", "%ff"])
@pytest.mark.parametrize("path", ["/files/{}/{}/{}", "/takes/{}/{}", "/pictures/{}/{}"])
def test_an_address_of_parts_that_lead_elsewhere_finds_nothing(
    app: ASGIApp, part: str, path: str, caplog: pytest.LogCaptureFixture  # noqa: F811
) -> None:  # fmt: skip
    with caplog.at_level(logging.WARNING):
        answer = get(app, path.format(*[part] * 3))
    assert answer.status == 404
    assert caplog.records == []


def test_a_subject_that_is_a_path_is_refused(house: House) -> None:  # noqa: F811
    desk = Desk(house, OWNER)
    episode = desk.open_file("hall.fountain", SCRIPT)
    for subject in ("look:../../x", "board:../..@1280x720", "clip:\0", "look:" + "a" * 10_000):
        with pytest.raises(StudioError):
            desk.bring(episode, subject, "a.png", png())
