"""A disk that fills up while a draft writes: a sentence, nothing lost, and with room again it goes on."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journeys.conftest import Drafted
from tests.journeys.studio import PATIENCE, draft, made, refused, run, started, until

REQUIRED = os.environ.get("STUDIO_REQUIRE_DISK") == "1"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk"),
]
Disk = Callable[[int], Path]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A small disk of so many megabytes; asked again it is resized."""
    place = tmp_path / "disk"
    place.mkdir()

    def sized(megabytes: int) -> Path:
        mounted = os.path.ismount(place)
        how = f"{'remount,' if mounted else ''}size={megabytes}m"
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", how, "none", place], capture_output=True, check=False)
        if done.returncode and REQUIRED:
            pytest.fail(f"a small disk is required here and cannot be mounted: {done.stderr.decode().strip()}")
        if done.returncode:
            pytest.skip("this container may not mount a small disk")
        return place

    yield sized
    subprocess.run(["umount", "-l", place], capture_output=True, check=False)


def moved(drafted: Drafted, home: Path) -> Drafted:
    """The drafted runtime folder on another disk."""
    shutil.copytree(drafted.home, home, ignore=shutil.ignore_patterns("studio.db*"))
    old, new = (sqlite3.connect(folder / "studio.db") for folder in (drafted.home, home))
    with closing(old) as there, closing(new) as here:
        there.backup(here)  # whoever closes it takes away what lies beside it
    return replace(drafted, environment=drafted.environment | {"STUDIO_HOME": str(home)}, home=home)


def fill(disk: Path) -> Path:
    """Write a file until not a byte goes in any more."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(65536))
        except OSError:
            return ballast


def test_a_disk_too_small_is_said_and_a_larger_one_goes_on(
    environment: dict[str, str], drafted: Drafted, disk: Disk, tmp_path: Path
) -> None:
    home = disk(36) / "home"
    small = replace(drafted, environment=environment | {"STUDIO_HOME": str(home)}, home=home)
    done = run(small.environment, "draft", str(small.source), "--out", str(tmp_path / "out"))
    refused(done, "the disk is full", 1)
    before = made(home)
    assert before
    disk(300)
    answer = draft(small.environment, small.source, tmp_path / "out")
    assert answer["failed"] == []
    assert answer["takes_reused"] >= len(before)
    assert before.items() <= made(home).items()


def test_a_disk_filled_by_somebody_else_ends_the_draft_and_loses_nothing(
    drafted: Drafted, disk: Disk, tmp_path: Path
) -> None:
    full = moved(drafted, disk(120) / "home")
    full.change("You kept it all these years.")
    before, log = made(full.home), tmp_path / "log"
    with started(full.environment, "draft", str(full.source), "--out", str(full.out), log=log) as child:
        until(lambda: len(made(full.home)) > len(before))
        ballast = fill(disk(120))
        assert child.wait(PATIENCE) == 1
    assert "Traceback" not in log.read_text()
    assert "full" in log.read_text()
    ballast.unlink()
    kept = made(full.home)
    assert before.items() <= kept.items()
    answer = draft(full.environment, full.source, full.out)
    assert answer["failed"] == []
    assert kept.items() <= made(full.home).items()


def test_a_folder_for_the_files_without_room_is_said(drafted: Drafted, disk: Disk) -> None:
    done = run(drafted.environment, "draft", str(drafted.source), "--out", str(disk(1)))
    refused(done, "No space left", 2)
    assert not list(disk(1).glob("*.mp4"))
