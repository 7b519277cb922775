"""What lies on this machine of a store: bounded, the least recently used goes, and nothing under a reader."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.vaults.cache import GRACE, Cache
from studio.errors import RenderFailed
from studio.takes.vault import digest
from tests.services.vaults.conftest import Place
from tests.until import HANGS

SIZE = 1000


class Hours:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now

    def pass_by(self, hours: float) -> None:
        self.now += hours * 3600


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def cache(tmp_path: Path, hours: Hours) -> Cache:
    """Room for ten."""
    return Cache(tmp_path / "cache", 10 * SIZE, clock=hours)


def keep(cache: Cache, number: int) -> str:
    data = bytes([number]) * SIZE
    content = hashlib.sha256(data).hexdigest()
    draft = cache.draft(content)
    draft.write_bytes(data)
    cache.keep(draft, content)
    return content


def test_the_least_recently_used_go_and_the_bound_holds(cache: Cache, hours: Hours) -> None:
    kept = []
    for number in range(30):
        kept.append(keep(cache, number))
        assert cache.find(kept[0])
        hours.pass_by(1)
    there = [one for one in kept if cache.place(one).exists()]
    assert len(there) <= 10
    assert there == [kept[0], *kept[-len(there) + 1 :]]


def test_what_was_asked_for_a_while_ago_is_never_removed(cache: Cache, hours: Hours) -> None:
    """A reader that was given a path may open it later: rather the bound is passed."""
    kept = [keep(cache, number) for number in range(25)]
    assert all(cache.place(one).exists() for one in kept)
    hours.pass_by(GRACE / 3600 + 0.1)
    assert cache.find(kept[3])
    keep(cache, 99)
    assert cache.place(kept[3]).exists()
    assert sum(cache.place(one).exists() for one in kept) < 10


def test_an_open_file_is_read_to_its_end_when_it_goes(cache: Cache) -> None:
    content = keep(cache, 7)
    with cache.place(content).open("rb") as reader:
        cache.drop(content)
        assert hashlib.sha256(reader.read()).hexdigest() == content
    assert cache.find(content) is None


def test_looking_at_a_file_does_not_make_it_another_one(cache: Cache, hours: Hours) -> None:
    before = cache.place(keep(cache, 1)).stat().st_mtime_ns
    hours.pass_by(5)
    found = cache.find(hashlib.sha256(b"\x01" * SIZE).hexdigest())
    assert found
    assert found.stat().st_mtime_ns == before


def test_only_old_drafts_are_swept(cache: Cache) -> None:
    content = keep(cache, 1)
    old, fresh = cache.draft(content), cache.draft(content)
    for one in (old, fresh):
        one.touch()
    os.utime(old, (0, 0))
    cache.sweep()
    assert (old.exists(), fresh.exists(), cache.place(content).exists()) == (False, True, True)


_BUSY = """
import hashlib, random, sys
from pathlib import Path
from services.vaults.cache import Cache
cache, dice = Cache(Path(sys.argv[1]), 5000, grace=0.0), random.Random(int(sys.argv[2]))
for _ in range(150):
    data = bytes([dice.randrange(20)]) * 1000
    content = hashlib.sha256(data).hexdigest()
    file = cache.find(content)
    try:
        found = file and file.read_bytes()
    except FileNotFoundError:
        found = None  # no grace at all was given
    if found is None:
        draft = cache.draft(content)
        draft.write_bytes(data)
        cache.keep(draft, content)
    elif found != data:
        sys.exit(f"half a file: {len(found)}")
"""


def test_several_processes_share_one_folder(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    busy = [subprocess.Popen([sys.executable, "-c", _BUSY, str(folder), str(one)]) for one in range(3)]
    assert [one.wait(HANGS) for one in busy] == [0, 0, 0]
    assert sum(file.stat().st_size for file in folder.glob("??/*")) <= 5000 * 1.2
    assert list(folder.glob("??/*.part")) == []


def test_many_readers_of_one_film_fetch_it_once(place: Place, film: Path) -> None:
    content = place.vault("one").put(film)
    place.s3.gate.calm()
    with ThreadPoolExecutor(6) as readers:
        vaults = [place.vault("two") for _ in range(6)]
        opened = list(readers.map(lambda vault: vault.open(content), vaults))
    assert {digest(file) for file in opened} == {content}
    assert place.s3.gate.asked("GET") == 1


def test_a_film_s_way_over_a_small_cache_is_never_cut(place: Place, tmp_path: Path) -> None:
    """Each is larger than the whole bound, and each is handed out all the same."""
    vault, contents = place.vault("one", most=100), []
    for number in range(3):
        file = tmp_path / f"{number}.mp4"
        file.write_bytes(bytes([number]) * 5000)
        contents.append(vault.put(file, move=True))
    other = place.vault("two", most=100)
    assert [digest(other.open(one)) for one in contents] == contents


def test_a_cache_without_room_hinders_no_one_from_keeping(place: Place, film: Path) -> None:
    vault = place.vault("full")
    place.folder.mkdir(parents=True, exist_ok=True)
    (place.folder / "full").write_text("a file where the folder should be")
    content = vault.put(film)
    assert digest(place.vault("two").open(content)) == content
    with pytest.raises(RenderFailed, match=r"does not go into .*full"):
        vault.open(content)
