"""An export out of a store: nothing of it comes onto the disk of the machine that hands it out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from studio.db import Database, now
from studio.desk.leaving import Leaving
from studio.desk.packing import BLOCK
from studio.errors import AssetMissing, VaultDown
from studio.takes.recipe import TakeKind
from studio.takes.take import Take, TakeState
from tests.doubles.s3 import Environ, refusal
from tests.people.town import MINE, Town, founded, unpacked
from tests.services.vaults.conftest import Place
from tests.trespass import settle_in

FILM = bytes(range(256)) * (BLOCK // 256)  # ends where a piece does


@pytest.fixture
def town(home: Path, db: Database, place: Place) -> Iterator[Town]:
    """Somebody whose things lie in a store; another machine put them there."""
    with founded(home, db) as made:
        made.house = replace(made.house, vault=place.vault("one"), parcel=BLOCK)
        settle_in(made.house, MINE, "Lighthouse")
        for number, data in enumerate((FILM * 3, FILM, FILM[:-5])):
            _clip(made, number, data)
        yield made


def _clip(town: Town, number: int, data: bytes) -> None:
    file = town.house.scratch / "clip.mp4"
    file.write_bytes(data)
    content = town.house.vault.put(file)
    with town.house.db.write() as session:
        session.add(Take(account=MINE, fingerprint=f"clip-{number}", essence="", kind=TakeKind.CLIP, engine="kling-v4",
                         state=TakeState.MADE, recipe={}, content=content, suffix=".mp4", size=len(data),
                         made=now()))  # fmt: skip


def _away(town: Town, place: Place) -> Leaving:
    """The desk on a machine that has nothing of the store."""
    return Leaving(replace(town.house, vault=place.vault("two")), MINE)


def _fetched(mine: Leaving) -> dict[str, bytes]:
    parts = [unpacked(mine.parcel(one.since, one.until, one.number)) for one in mine.parcels()]
    assert len(parts) > 2
    return {name: data for one in parts for name, data in one.items()}


def test_all_of_it_comes_from_the_store_and_none_of_it_stays(town: Town, place: Place) -> None:
    told = _fetched(_away(town, place))
    assert [told[f"takes/clip/clip-{number}.mp4"] for number in range(3)] == [FILM * 3, FILM, FILM[:-5]]
    assert not [name for name in told if "missing" in name]
    assert not [file for file in (place.folder / "two").rglob("*") if file.is_file()]


def test_a_file_that_is_lost_there_is_named(town: Town, place: Place) -> None:
    with town.house.db.read() as session:
        gone = session.get_one(Take, (MINE, "clip-1")).content
    town.house.vault.discard(gone)
    told = _fetched(_away(town, place))
    assert b"".join(data for name, data in told.items() if "missing" in name) == b"takes/clip/clip-1.mp4\n"
    assert told["takes/clip/clip-0.mp4"] == FILM * 3


def test_a_piece_that_is_cut_on_the_way_is_asked_for_again(town: Town, place: Place) -> None:
    left = [2]

    def cut(environ: Environ, body: bytes) -> bytes:
        if environ["REQUEST_METHOD"] == "GET" and left[0] and len(body) == BLOCK:
            left[0] -= 1
            return body[:1000]
        return body

    place.s3.gate.bend = cut
    told = _fetched(_away(town, place))
    assert left == [0]
    assert told["takes/clip/clip-0.mp4"] == FILM * 3
    assert not [name for name in told if "missing" in name]


def test_a_store_that_is_away_breaks_it_off_and_names_nothing_as_lost(town: Town, place: Place) -> None:
    coming = _away(town, place).parcel("1/")
    place.s3.gate.trouble = lambda _environ: refusal("503 Slow Down", "SlowDown")
    with pytest.raises(VaultDown):
        list(coming)


def test_beyond_its_end_a_content_has_nothing(town: Town, place: Place) -> None:
    with town.house.db.read() as session:
        content = session.get_one(Take, (MINE, "clip-1")).content
    for vault in (place.vault("two"), town.house.vault):
        assert vault.read(content, BLOCK, 2 * BLOCK) == b""
        assert vault.read(content, BLOCK - 3, BLOCK + 9) == FILM[-3:]
        with pytest.raises(AssetMissing):
            vault.read("0" * 64, 0, 9)
