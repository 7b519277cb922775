"""Files that appear whole or not at all, and what a killed writer leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from services.media.whole import sweep, whole
from studio.errors import RenderFailed

ROOT = Path(__file__).parents[2]
KILLED = """
import os, signal, sys
from pathlib import Path
from services.media.whole import whole
with whole(Path(sys.argv[1])) as fresh:
    fresh.write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def left_by_a_killed_writer(film: Path) -> Path:
    """What a writer of this film leaves that is killed in the middle."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(film)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = film.parent.iterdir()
    return left


def test_a_file_has_its_name_when_it_is_whole(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    with whole(film) as fresh:
        fresh.write_bytes(b"half")
        assert not film.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with whole(tmp_path / "film.mp4") as fresh:
            fresh.write_bytes(b"half")
            raise OSError(28, "No space left on device")

    with pytest.raises(RenderFailed, match="disk is full"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_writer_left_is_swept(tmp_path: Path) -> None:
    left = left_by_a_killed_writer(tmp_path / "film.mp4")
    sweep(tmp_path)
    assert not left.exists()


def test_what_is_being_written_and_what_others_keep_stays(tmp_path: Path) -> None:
    others = [tmp_path / name for name in (".bashrc", ".film-1234.mp4", "film.mp4", f".film-{'a' * 32}.mp4")]
    for file in others:
        file.write_text("not ours")
    with whole(tmp_path / "film.mp4") as fresh:
        fresh.write_bytes(b"half")
        sweep(tmp_path)
        assert fresh.exists()
    assert all(file.exists() for file in others)


def test_what_another_machine_writes_is_swept_when_it_is_old(tmp_path: Path) -> None:
    young, old = (tmp_path / f".film-00000000-1-{digit * 32}.mp4" for digit in "ab")
    for file in (young, old):
        file.write_text("half")
    os.utime(old, (0, 0))
    sweep(tmp_path)
    assert young.exists()
    assert not old.exists()


def test_a_folder_that_is_not_there_is_nothing_to_sweep(tmp_path: Path) -> None:
    sweep(tmp_path / "nowhere")
