"""The speaking process is restarted when it dies, killed when it hangs, and ends with whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from services.offline.voice.booth import Booth
from services.offline.voice.reading import Reading
from studio.errors import Down, Garbled, Invalid
from tests.until import until

HOUSE = Path(__file__).parents[2]
HELLO = Reading(voice="gmw/en", text="Hello there.")


@pytest.fixture
def booth() -> Iterator[Booth]:
    opened = Booth()
    yield opened
    opened.close()


def gone(pid: int, within: float = 120.0) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


def test_a_killed_speaker_is_replaced_and_the_line_is_the_same(booth: Booth) -> None:
    before = booth.read(HELLO)
    killed = booth.pid
    os.kill(killed, signal.SIGKILL)
    assert booth.read(HELLO) == before
    assert booth.pid not in (0, killed)


@pytest.mark.parametrize("voice", ["gmw/en-GB-x-rp+f5", "gmw/en+whisperf"])
def test_a_voice_with_breath_in_it_is_the_same_whenever_its_process_was_started(voice: str) -> None:
    said = []
    for _ in range(2):
        second = int(time.time())
        until(lambda second=second: int(time.time()) > second)  # type: ignore[misc]  by which the library would seed
        booth = Booth()
        said.append(booth.read(Reading(voice=voice, text="I'd say I was late for something.")))
        booth.close()
    assert said[0] == said[1]


def test_a_refused_voice_leaves_the_speaker_running(booth: Booth) -> None:
    with pytest.raises(Invalid, match="nobody"):
        booth.read(Reading(voice="nobody", text="Hello."))
    running = booth.pid
    assert len(booth.read(HELLO).pcm) > 10_000
    assert booth.pid == running


def test_a_closed_booth_leaves_no_process(booth: Booth) -> None:
    booth.read(HELLO)
    pid = booth.pid
    booth.close()
    assert booth.pid == 0
    assert gone(pid)


def test_the_speaker_ends_when_its_parent_is_killed() -> None:
    script = (
        "import time; from services.offline.voice.booth import Booth;"
        "from services.offline.voice.reading import Reading;"
        "booth = Booth(); booth.read(Reading(voice='gmw/en', text='Hi.')); print(booth.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=HOUSE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        speaker = int(parent.stdout.readline())
        assert psutil.pid_exists(speaker)
        parent.kill()
    assert gone(speaker)


def test_a_forked_copy_opens_its_own_booth(booth: Booth) -> None:
    booth.read(HELLO)
    mine = booth.pid
    theirs, ours = os.pipe()
    child = os.fork()
    if child == 0:
        booth.read(HELLO)
        os.write(ours, str(booth.pid).encode())
        booth.close()
        os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(theirs, 20)) not in (0, mine)
    os.close(theirs)
    os.close(ours)
    assert booth.pid == mine
    assert booth.read(HELLO).pcm


def test_a_speaker_that_hangs_is_given_up() -> None:
    booth = Booth((sys.executable, "-c", "import time; time.sleep(30)"), patience=0.3)
    with pytest.raises(Down, match="no answer"):
        booth.read(HELLO)
    booth.close()


def test_a_speaker_that_dies_on_a_line_twice_is_garbled() -> None:
    booth = Booth((sys.executable, "-c", "import sys; sys.stdin.readline(); sys.exit(1)"))
    with pytest.raises(Garbled, match="Hello there"):
        booth.read(HELLO)
    booth.close()


def test_a_program_that_is_not_there_is_down() -> None:
    with pytest.raises(Down, match="cannot be started"):
        Booth(("/nowhere/speaker",)).read(HELLO)


def test_the_library_is_never_loaded_by_the_engine() -> None:
    script = "import sys; import services.offline.voice.engine; print('espeakng_loader' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=HOUSE, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
