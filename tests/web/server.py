"""A studio in processes of its own on a free port, stopped by its process id."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port
from tests.until import HANGS

ROOT = Path(__file__).parents[2]
_PR_SET_PDEATHSIG = 1


@contextmanager
def studio(command: str, environment: Mapping[str, str], log: Path, port: int = 0) -> Iterator[int]:
    """Run `python -m studio web` or `up` until the block ends; gives its port, free unless told, when it answers."""
    port = port or free_port()
    with log.open("ab") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", "studio", command],
            cwd=ROOT,
            env={**environment, "STUDIO_PORT": str(port)},
            stdout=out,
            stderr=subprocess.STDOUT,
            preexec_fn=_die_with_the_tests,
        )
    try:
        _await(port, child, log)
        yield port
    finally:
        child.terminate()
        try:
            child.wait(HANGS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _die_with_the_tests() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _await(port: int, child: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + HANGS
    while time.monotonic() < deadline and child.poll() is None:
        if _answers(port) and child.poll() is None:
            return
        time.sleep(0.1)
    raise AssertionError(f"the studio did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _answers(port: int) -> bool:
    """Whether a studio answers; without a worker it says that it is not well. What knows no health is none."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=HANGS):
            return True
    except urllib.error.HTTPError as said:
        return said.code != 404
    except (urllib.error.URLError, OSError):
        return False
