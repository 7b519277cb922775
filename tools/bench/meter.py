"""Runs commands as children and measures the whole tree they start: wall, CPU seconds, peak memory."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Self

import psutil

ROOT = Path(__file__).parents[2]
_ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER
_EVERY = 0.25  # seconds between looks at the tree's memory: one takes six milliseconds of the cores that are measured
_PATIENCE = 10.0  # seconds what a command left behind may take to end


@dataclass(frozen=True)
class Sample:
    """What commands took: wall and CPU seconds, peak PSS of the tree in MB, what the first wrote to stdout.

    `own` is CPU seconds too, of the commands' own processes without whatever they started.
    """

    wall: float
    cpu: float
    peak: float
    said: str = ""
    own: float = 0.0


class CommandFailed(Exception):
    """A measured command did not end well."""


def adopt_orphans() -> None:
    """Become the parent of what children leave behind, so that its CPU time is counted too."""
    ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0)


def measure(*commands: Sequence[str], environment: Mapping[str, str] | None = None) -> Sample:
    """Run commands at once and wait for all; raises CommandFailed with the end of stderr."""
    said, errors = os.memfd_create("said"), os.memfd_create("errors")
    before = _children()
    began = time.monotonic()
    with _Memory(before) as memory:
        started = [_start(command, environment, errors if n else said, errors) for n, command in enumerate(commands)]
        used = [_reap(child) for child in started]
        cpu, own = sum(whole for whole, _ in used), sum(own for _, own in used)
        wall = time.monotonic() - began
    cpu += _reap_rest(before)
    text, why = _read(said), _read(errors)
    if any(child.returncode for child in started):
        raise CommandFailed(f"{' '.join(commands[0])[:200]}: {why[-2000:]}")
    return Sample(wall, cpu, memory.peak / 1e6, text, own)


def python(*arguments: str) -> list[str]:
    """A command line of this Python."""
    return [sys.executable, *arguments]


def studio_home(home: Path) -> dict[str, str]:
    """The environment of a studio with this runtime folder and no other setting."""
    mine = ("STUDIO_", "PYTHON")  # a person has no PYTHONDONTWRITEBYTECODE, which makes every start compile anew
    return {key: value for key, value in os.environ.items() if not key.startswith(mine)} | {"STUDIO_HOME": str(home)}


class _Memory:
    """The most memory they had at once, with all they started; without the children there were `before`."""

    def __init__(self, before: set[int]) -> None:
        self.peak, self._before = 0, before
        self._stop = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(_EVERY):
            self.peak = max(self.peak, sum(map(_memory, _offspring(os.getpid(), self._before))))


def _offspring(pid: int, but: Set[int] = frozenset()) -> list[int]:
    """All that a process started and what they started, but for some.

    Asking every process of the machine would take the looks' time twice over, from the very cores that are measured.
    """
    found: list[int] = []
    with suppress(OSError):  # it has ended meanwhile
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += {int(one) for one in (task / "children").read_text().split()} - but
    return found + [one for child in found for one in _offspring(child)]


def _memory(pid: int) -> int:
    """Bytes of a process, with what it shares divided among those who share it."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) << 10
    return 0


def _start(
    command: Sequence[str], environment: Mapping[str, str] | None, said: int, errors: int
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=errors)


def _reap(child: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Wait for a child; gives the CPU seconds of it with all it waited for itself, and those of it alone."""
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    alone = psutil.Process(child.pid).cpu_times()  # as long as nobody has taken notice of its end
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, alone.user + alone.system


def _reap_rest(before: set[int]) -> float:
    """CPU seconds of what the commands left behind, waited for."""
    cpu, until = 0.0, time.monotonic() + _PATIENCE
    while (left := _children() - before) and time.monotonic() < until:
        for pid in left:
            ended, _, used = os.wait4(pid, os.WNOHANG)
            if ended:
                cpu += used.ru_utime + used.ru_stime
        time.sleep(0.02)
    return cpu


def _children() -> set[int]:
    return {child.pid for child in psutil.Process().children()}


def _read(file: int) -> str:
    os.lseek(file, 0, os.SEEK_SET)
    with os.fdopen(file, "rb") as stream:
        return stream.read().decode("utf-8", "replace")
