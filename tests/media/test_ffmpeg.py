from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from services.media.ffmpeg import Ffmpeg
from studio.errors import RenderFailed
from tests.until import until

ROOT = Path(__file__).parents[2]
ENDLESS = (
    "from services.media.ffmpeg import Ffmpeg\n"
    "Ffmpeg().run(['-re', '-f', 'lavfi', '-i', 'color=s=16x16', '-f', 'null', '-'], what='an endless film')\n"
)


def encoder(parent: int) -> psutil.Process | None:
    """The child that makes the endless film, and not one that is only asked for its version."""
    for one in psutil.Process(parent).children():
        with suppress(psutil.NoSuchProcess):
            if "lavfi" in one.cmdline():
                return one
    return None


def over(one: psutil.Process) -> bool:
    """Whether a process has ended, seen by whoever was its parent or not."""
    try:
        return one.status() == psutil.STATUS_ZOMBIE or not one.is_running()
    except psutil.NoSuchProcess:
        return True


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_ffmpeg_dies_with_the_process_that_started_it() -> None:
    parent = subprocess.Popen([sys.executable, "-c", ENDLESS], cwd=ROOT)
    try:
        until(lambda: encoder(parent.pid))
        child = encoder(parent.pid)
        assert child
        parent.kill()
        parent.wait()
        until(lambda: over(child))
    finally:
        parent.kill()
        parent.wait()


def test_progress_counts_frames(ffmpeg: Ffmpeg) -> None:
    told: list[int] = []
    ffmpeg.run(["-f", "lavfi", "-i", "color=s=16x16:d=2:r=25", "-f", "null", "-"], what="a count", progress=told.append)
    assert told[-1] == 50
    assert told == sorted(told)


def test_a_failure_says_what_was_made_and_why(ffmpeg: Ffmpeg) -> None:
    with pytest.raises(RenderFailed, match=r"while making the poster: (.|\n)*No such file"):
        ffmpeg.run(["-i", "/nowhere.mp4", "-f", "null", "-"], what="the poster")


def test_the_program_has_a_version(ffmpeg: Ffmpeg) -> None:
    assert ffmpeg.version[0] in "nN0123456789"
