"""Files that people bring, before a daemon that finds malware: what it finds or could not look through is not taken."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.hosting import lacks
from services.scanning import Clamd
from services.settings import Settings
from studio.desk.desk import Desk
from studio.errors import BadRequest, Conflict
from studio.people.account import OWNER
from studio.production.house import House
from tests.doubles.clamd import MALWARE, ClamdDouble, clamd
from tests.pages.visit import picture
from tests.services.test_hosting import WHOLE
from tests.web.rows import house_at

SCRIPT = b"INT. HALL - NIGHT\n\nShe waits.\n\nANNA\nGood evening.\n"


@pytest.fixture
def double() -> Iterator[ClamdDouble]:
    with clamd() as made:
        yield made


@pytest.fixture
def house(home: Path, double: ClamdDouble) -> Iterator[House]:
    """A house before whose door the daemon stands."""
    made = house_at(home, studio_scanner=double.url)
    yield made
    made.db.close()


def brought(house: House, data: bytes) -> str:
    """A picture of one's own for a character; gives its take."""
    desk = Desk(house, OWNER)
    return desk.bring(desk.open_file("hall.fountain", SCRIPT), "look:anna", "anna.png", data)


def test_malware_is_not_taken_and_all_else_is(house: House, double: ClamdDouble) -> None:
    clean = picture()
    with pytest.raises(BadRequest, match=r"anna\.png is not taken"):
        brought(house, clean + MALWARE)
    assert not list(house.vault.contents())
    assert brought(house, clean)
    assert double.sent == [clean + MALWARE, clean]


@pytest.mark.parametrize("fault", ["mute", "small", "gone"])
def test_what_nobody_looked_through_is_not_taken(house: House, double: ClamdDouble, fault: str) -> None:
    double.mute, double.most = fault == "mute", 10 if fault == "small" else double.most
    if fault == "gone":
        with socket.create_server(("127.0.0.1", 0)) as free:
            nobody = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        house = replace(house, scan=Clamd(nobody))
    with pytest.raises(Conflict, match="could not be looked through"):
        brought(house, picture())
    assert not list(house.vault.contents())


def test_a_large_file_comes_to_it_whole(double: ClamdDouble) -> None:
    data = bytes(range(256)) * 1_000 + b"end"
    Clamd(double.url)("film.mp4", data)
    assert double.sent == [data]


@pytest.mark.parametrize("wrong", ["clamav:3310", "http://clamav", "tcp://"])
def test_an_address_that_is_none_keeps_a_studio_from_starting(wrong: str) -> None:
    found = lacks(Settings(_env_file=None, **WHOLE, studio_scanner=wrong))
    assert [one.setting for one in found] == ["STUDIO_SCANNER"]
