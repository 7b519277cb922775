"""Taking very much along: an export in parts that are made while they are sent."""

from __future__ import annotations

import json
import tracemalloc
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import select

from services.doorkeeping import clear
from studio.db import now
from studio.desk.belongings import files, sizes
from studio.desk.leaving import Leaving
from studio.desk.packing import BLOCK
from studio.desk.parcels import Parcel, lay_out
from studio.errors import BadCredentials, Conflict, StorageError, TooManyTries, VaultDown
from studio.money.hold import HoldPart
from studio.money.parting import release
from studio.people.account import Account, State
from studio.production.run import Run, RunState
from studio.takes.recipe import TakeKind
from studio.takes.take import Delivery, Take, TakeState
from studio.takes.thumbs import Thumbs
from studio.takes.vault import FolderVault, digest
from tests.people.town import MINE, PASSWORD, Town, desk, unpacked
from tests.trespass import Belongings, settle_in

MB = 1 << 20


class Counted(FolderVault):
    """A vault that counts what is read from it, and breaks off at one content."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.read_of, self.away = Counter[str](), ""

    def read(self, content: str, first: int, end: int) -> bytes:
        self.read_of[content] += 1
        if content == self.away:
            raise VaultDown("nobody answers")
        return super().read(content, first, end)

    def open(self, content: str) -> Path:
        raise AssertionError("nothing is to be fetched as a file")


def made(town: Town, sizes: list[int]) -> list[str]:
    """Clips of these sizes, mostly nothing but holes; gives their contents."""
    town.house.scratch.mkdir(parents=True, exist_ok=True)
    contents = []
    for number, size in enumerate(sizes):
        file = town.house.scratch / f"clip-{number}.mp4"
        with file.open("wb") as stream:
            stream.write(f"clip {number}".encode())
            stream.truncate(size)
        contents.append(town.house.vault.put(file, move=True))
        clip(town, f"{number:02d}", contents[-1], size)
    return contents


def clip(town: Town, mark: str, content: str, size: int) -> None:
    with town.house.db.write() as session:
        session.add(Take(account=MINE, fingerprint=f"clip-{mark}", essence="", kind=TakeKind.CLIP, engine="kling-v4",
                         state=TakeState.MADE, recipe={}, content=content, suffix=".mp4", size=size,
                         made=now()))  # fmt: skip


def large(town: Town, most: int, vault: FolderVault | None = None) -> Leaving:
    """The desk of somebody whose export has parts of so many bytes."""
    return Leaving(replace(town.house, parcel=most, vault=vault or town.house.vault), MINE)


def fetched(mine: Leaving, one: Parcel) -> dict[str, bytes]:
    return unpacked(mine.parcel(one.since, one.until, one.number))


def everything(town: Town) -> dict[str, bytes]:
    """All of it in one piece."""
    return unpacked(desk(town).parcel())


def test_the_parts_together_are_everything_and_each_thing_is_in_one(town: Town, things: Belongings) -> None:
    made(town, [700_000, 300_000, 4 * MB, 500_000, 600_000, 100_000])
    mine = large(town, MB)
    parts = mine.parcels()
    assert [one.number for one in parts] == list(range(1, len(parts) + 1))
    assert len(parts) > 3
    assert [one.files for one in parts if one.size > MB] == [1]
    came = [fetched(mine, one) for one in parts]
    whole = everything(town)
    assert sum(map(len, came)) == len(whole)
    together = {name: data for one in came for name, data in one.items()}
    assert together == whole
    assert set(came[0]) >= {"README.txt", "account.json", "takes.jsonl", "ledger.json"}
    assert not [name for one in came[1:] for name in one if "/" not in name]


def test_what_is_made_and_lost_between_two_parts_moves_nothing(town: Town, things: Belongings) -> None:
    made(town, [400_000] * 8)
    mine = large(town, MB)
    parts, before = mine.parcels(), everything(town)
    came = [fetched(mine, parts[0])]
    clip(town, "00-new", things.content, 900_000)
    with town.house.db.write() as session:
        session.get_one(Take, (MINE, "clip-01")).state = TakeState.LOST
    came += [fetched(mine, one) for one in parts[1:]]
    names = Counter(name for one in came for name in one if name.startswith(("takes/", "episodes/")))
    assert set(names.values()) == {1}
    assert set(before) - set(names) <= {name for name in before if "/" not in name or name.startswith("money/")} | {
        "takes/clip/clip-01.mp4"
    }


@given(st.dictionaries(st.text("abc/", min_size=1, max_size=4), st.integers(0, 60), max_size=30), st.integers(1, 50))
def test_every_file_is_in_one_part_and_no_part_is_too_large(sizes: dict[str, int], most: int) -> None:
    parts = lay_out(sizes.items(), most)
    held = Counter(key for one in parts for key in sizes if one.holds(key))
    assert held == Counter(sizes.keys())
    assert all(one.size <= most or one.files == 1 for one in parts)
    assert sum(one.size for one in parts) == sum(sizes.values())
    assert [one.files for one in parts] == [sum(one.holds(key) for key in sizes) for one in parts]


def test_a_part_has_no_more_files_than_fit_in_memory() -> None:
    parts = lay_out(((f"{number:06d}", 1) for number in range(25_000)), 1 << 40)
    assert [one.files for one in parts] == [10_000, 10_000, 5_000]


def test_the_first_bytes_come_before_anything_is_read(town: Town, things: Belongings) -> None:
    contents = made(town, [3 * MB, 3 * MB])
    vault = Counted(town.house.vault.root)  # type: ignore[attr-defined]
    coming = large(town, 1 << 30, vault).parcel()
    assert next(coming)[:2] == b"PK"
    assert not vault.read_of
    while not vault.read_of[contents[0]]:
        next(coming)
    assert not vault.read_of[contents[1]]
    assert len(list(coming)) > 3
    assert vault.read_of[contents[1]]


def test_nothing_is_written_and_little_is_in_memory(town: Town, things: Belongings) -> None:
    made(town, [24 * MB])
    mine = large(town, MB, Counted(town.house.vault.root))  # type: ignore[attr-defined]
    (big,) = [one for one in mine.parcels() if one.size >= 24 * MB]
    home = town.house.media.parent
    before = {file for file in home.rglob("*") if file.is_file() and "db" not in file.name}
    tracemalloc.start()
    lengths = [len(some) for some in mine.parcel(big.since, big.until, big.number)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(lengths) > 24 * MB
    assert max(lengths) < 3 * BLOCK
    assert peak < 8 * MB
    assert {file for file in home.rglob("*") if file.is_file() and "db" not in file.name} == before


def test_many_rows_come_whole_and_no_session_is_open_between_them(town: Town, things: Belongings) -> None:
    for number in range(120):
        clip(town, f"row-{number:03d}", "", 0)
    told = everything(town)["takes.jsonl"].decode().splitlines()
    marks = [json.loads(line)["fingerprint"] for line in told]
    assert len(marks) == len(set(marks)) > 120
    coming = large(town, 1 << 30).parcel()
    assert next(coming)
    assert town.house.db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_a_very_long_film_is_announced_as_one(town: Town, things: Belongings) -> None:
    """Its row says that it passes 4 GB; what is written for it is what a longer one would have."""
    file = town.house.scratch / "long.mp4"
    file.write_bytes(b"an hour and more")
    with town.house.db.write() as session:
        mine = select(Delivery).where(Delivery.account == MINE, Delivery.name == "master.mp4")
        master = session.exec(mine).one()
        master.content, master.size = town.house.vault.put(file), 5_000_000_000
    coming = b"".join(large(town, 2_000_000_000).parcel())
    at = coming.index(b"/master.mp4")
    assert coming[at + 11 : at + 15] == b"\x01\x00\x10\x00", "the mark of a large one"
    assert [data for name, data in unpacked([coming]).items() if name.endswith("master.mp4")] == [b"an hour and more"]


def test_a_vault_that_is_away_breaks_a_part_off_and_it_is_fetched_again_alone(town: Town, things: Belongings) -> None:
    contents = made(town, [600_000] * 4)
    vault = Counted(town.house.vault.root)  # type: ignore[attr-defined]
    mine = large(town, MB, vault)
    vault.away = contents[2]
    (broken,) = [one for one in mine.parcels() if one.holds("1/clip-02")]
    with pytest.raises(VaultDown):
        list(mine.parcel(broken.since, broken.until, broken.number))
    vault.away = ""
    again = fetched(mine, broken)
    (data,) = [data for name, data in again.items() if name.startswith("takes/clip/clip-02")]
    assert digest_of(data, town) == contents[2]
    assert not [name for name in again if "missing" in name]


def digest_of(data: bytes, town: Town) -> str:
    file = town.house.scratch / "again"
    file.write_bytes(data)
    return digest(file)


def test_each_part_says_what_is_missing_of_it_under_a_name_of_its_own(town: Town, things: Belongings) -> None:
    contents = made(town, [600_000] * 3)
    mine = large(town, 700_000)
    town.house.vault.discard(contents[2])
    *others, last = [fetched(mine, one) for one in mine.parcels()]
    (name,) = [name for name in last if name.startswith("missing")]
    assert name == f"missing-{len(others) + 1}.txt"
    assert last[name].decode() == "takes/clip/clip-02.mp4\n"
    assert not [name for one in others for name in one if "missing" in name]


def test_a_part_is_of_ones_own_whatever_is_asked_for(town: Town, things: Belongings) -> None:
    others = settle_in(town.house, "bert", "Nightshade")
    for since, until in [("", ""), (f"0/{others.episode}", ""), (f"1/{others.take}", ""), ("1/", "0/"), ("'", '"')]:
        assert b"Nightshade" not in b"".join(unpacked(desk(town).parcel(since, until, 2)).values())


def test_parts_are_counted_so_many_times_each(town: Town, things: Belongings) -> None:
    made(town, [600_000] * 3)
    mine = large(town, MB)
    for _ in range(5 * len(mine.parcels())):
        mine.parcel("1/", "", 2)
    with pytest.raises(TooManyTries):
        mine.parcel()


@pytest.fixture
def much(town: Town, things: Belongings) -> Leaving:
    """Somebody with more than goes into one part."""
    made(town, [600_000] * 3)
    return large(town, MB)


def test_who_has_much_is_asked_to_fetch_it_first(town: Town, much: Leaving) -> None:
    with pytest.raises(Conflict, match="parts"):
        much.leave(PASSWORD)
    with pytest.raises(BadCredentials):
        much.leave_without("not the password")
    with town.house.db.read() as session:
        assert session.get_one(Account, MINE).state == State.OPEN
    much.leave_without(PASSWORD)
    with town.house.db.read() as session:
        assert session.get_one(Account, MINE).state == State.GONE
    with pytest.raises(BadCredentials):
        much.leave_without(PASSWORD)


class Stuck(Thumbs):
    """A folder nothing can be removed from."""

    def forget(self, content: str) -> None:
        raise StorageError("the disk is away")


def test_whoever_leaves_has_their_export_whole_before_anything_is_erased(
    town: Town, things: Belongings, tmp_path: Path
) -> None:
    with town.house.db.write() as session:  # with nothing under way it could all be erased at once
        for run in session.exec(select(Run).where(Run.account == MINE)):
            run.state = RunState.CANCELLED
        for part in session.exec(select(HoldPart)):
            release(session, part, "not made", at=now())
    mine = Leaving(replace(town.house, thumbs=Stuck(tmp_path)), MINE)
    assert "account.json" in unpacked(mine.leave(PASSWORD))
    with town.house.db.read() as session:
        left = session.get_one(Account, MINE)
        assert (left.state, left.erased) == (State.GONE, None)
    clear(town.house, now())  # as a worker does every few minutes
    with town.house.db.read() as session:
        assert session.get_one(Account, MINE).erased


def test_parts_are_laid_out_by_keys_and_sizes_alone(town: Town, things: Belongings) -> None:
    """The Account page asks on every visit; names, which need each episode's title, are for who packs."""
    made(town, [600_000] * 2)
    asked: list[str] = []
    event.listen(town.house.db.engine, "before_cursor_execute", lambda *told: asked.append(str(told[2]).lower()))
    (whole,) = desk(town).parcels()
    assert asked
    assert not [one for one in asked if "from episode" in one or "content," in one]
    with town.house.db.read() as session:
        named = {(file.key, file.size) for file in files(session, MINE)}
        assert set(sizes(session, MINE)) == named
    assert (whole.files, whole.size) == (len(named), sum(size for _, size in named))
