"""Takes over HTTP: whole, in parts and small, only to whom they belong."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from starlette.types import ASGIApp

from studio.desk.desk import Desk
from studio.people.account import OWNER, Account
from studio.production.house import House
from tests.web.asking import get

SCRIPT = b"INT. HALL - NIGHT\n\nANNA\nGood evening.\n"


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (300, 300), "#aa3311").save(out, "WEBP")
    return out.getvalue()


def brought(house: House, account: str) -> str:
    """The address of a picture somebody brought."""
    desk = Desk(house, account)
    episode = desk.open_file("hall.fountain", SCRIPT)
    return f"/takes/{episode}/{desk.bring(episode, 'look:anna', 'anna.webp', picture())}"


def test_an_own_picture_comes_as_it_is_and_small(app: ASGIApp, house: House) -> None:
    address = brought(house, OWNER)
    whole = get(app, address)
    assert (whole.status, whole.headers["content-type"], whole.content) == (200, "image/webp", picture())
    part = get(app, address, {"range": "bytes=0-3"})
    assert (part.status, part.content) == (206, b"RIFF")
    small = get(app, f"{address}?small")
    assert (small.headers["content-type"], small.content[:2]) == ("image/jpeg", b"\xff\xd8")


def test_a_stranger_s_take_is_not_found(app: ASGIApp, house: House) -> None:
    with house.db.write() as session:
        session.add(Account(id="stranger", name="stranger"))
    address = brought(house, "stranger")
    assert get(app, address).status == 404
    assert get(app, f"{address}?small").status == 404


@pytest.mark.parametrize("end", ["0" * 64, "..%2F..%2Fstudio.db", "%00"])
def test_what_is_no_take_is_not_found(app: ASGIApp, house: House, end: str) -> None:
    assert get(app, f"{brought(house, OWNER).rpartition('/')[0]}/{end}").status == 404
