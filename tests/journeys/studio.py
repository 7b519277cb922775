"""The studio as somebody runs it: `python -m studio` in a child process with a runtime folder of its own."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import psutil

from tests.journeys.cut_off import cut_off

ROOT = Path(__file__).parents[2]
PATIENCE = 540  # seconds a command may take on a busy machine before it hangs; pytest ends a test itself after 600
_PR_SET_PDEATHSIG = 1
_T = TypeVar("_T")

Rows = dict[str, tuple[str, str, int]]  # fingerprint -> when it was made, content, tries


def command(*arguments: str) -> list[str]:
    """The command line of the studio."""
    return [sys.executable, "-m", "studio", *arguments]


def run(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command(*arguments),
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        preexec_fn=die_with_the_tests,
    )


def run_cut_off(environment: Mapping[str, str], folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command, and all it starts, without a network; `folder` is what that takes."""
    told, without = cut_off(command(*arguments), environment, folder)
    return subprocess.run(
        told, cwd=ROOT, env=without, capture_output=True, text=True, timeout=PATIENCE, preexec_fn=die_with_the_tests
    )


def answer(done: subprocess.CompletedProcess[str]) -> Any:
    """The JSON on the last line of stdout."""
    return json.loads(done.stdout.splitlines()[-1])


def draft(environment: Mapping[str, str], source: str | Path, out: Path, *more: str) -> dict[str, Any]:
    """Draft and give the JSON answer; the exit code must be 0."""
    return answered(run(environment, "draft", str(source), "--out", str(out), "--json", *more))


def answered(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The JSON answer of a draft; its exit code must be 0."""
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = answer(done)
    return found


@contextmanager
def started(environment: Mapping[str, str], *arguments: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A command under way, with everything it says in a file; it and its children are dead after the block."""
    with log.open("ab") as said:
        child = subprocess.Popen(
            command(*arguments),
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            preexec_fn=die_with_the_tests,
        )
    try:
        yield child
    finally:
        for one in family(child.pid):
            one.kill()
        child.wait()


def die_with_the_tests() -> None:
    """Have a child end with the thread that started it, also when the tests are killed."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def family(pid: int) -> list[psutil.Process]:
    """A process and all its descendants, as far as they still run."""
    try:
        head = psutil.Process(pid)
        return [head, *head.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def held_still(pid: int) -> None:
    """Stop a process where it is; when this returns, it does nothing more until it is told to go on."""
    os.kill(pid, signal.SIGSTOP)
    until(lambda: psutil.Process(pid).status() == psutil.STATUS_STOPPED)


def until(look: Callable[[], _T], seconds: float = PATIENCE) -> _T:
    """What a look finds, as soon as it finds something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.01)
    raise AssertionError(f"nothing came within {seconds} s")


def refused(done: subprocess.CompletedProcess[str], words: str, code: int) -> None:
    """Check that a command ended with a sentence that holds these words, and with this exit code."""
    assert done.returncode == code, done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    assert words in " ".join(done.stderr.split())


def made(home: Path) -> Rows:
    """Every made take, read as a stranger to our own code would."""
    file = home / "studio.db"
    if not file.exists():
        return {}
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30) as rows:
        if not rows.execute("SELECT 1 FROM sqlite_master WHERE name = 'take'").fetchone():
            return {}
        return {
            fingerprint: (when, content, tries)
            for fingerprint, when, content, tries in rows.execute(
                "SELECT fingerprint, made, content, tries FROM take WHERE state = 'made'"
            )
        }


def short_script(line: str = "You kept it.") -> str:
    """Two shots and two lines: the shortest script that still needs everything."""
    return f"""Title: The Key

INT. KITCHEN - NIGHT

MARA, 70, in a yellow coat, puts a key on the table.

MARA
{line}

TOM
Never.
"""
