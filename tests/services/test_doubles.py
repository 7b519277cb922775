"""`python -m tests.doubles`: the studio comes up with every vendor played, and what they would have billed is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.doubles.cloud import cloud
from tests.ports import free_port
from tests.until import HANGS

ROOT = Path(__file__).parents[2]


def test_the_studio_runs_on_doubles_and_says_what_they_would_have_billed(home: Path) -> None:
    port = free_port()
    told = {**os.environ, "STUDIO_HOME": str(home), "STUDIO_PORT": str(port)}
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.doubles", "--quick"],
        cwd=ROOT,
        env=told,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        assert answered(f"http://127.0.0.1:{port}/_stcore/health", HANGS)
    finally:
        os.killpg(child.pid, signal.SIGINT)
        said, _ = child.communicate(timeout=HANGS)
    for vendor in ("groq", "elevenlabs", "runpod", "fal", "comfyui", "vast", "local-writer"):
        assert f"{vendor} would have billed $0.0000" in said


def test_doubles_that_are_started_again_give_no_id_twice(home: Path) -> None:
    """A house books each request once, so a second demo in the same house would cost nothing."""
    ids = set[str]()
    for first in (1, 1_000):
        with cloud(first=first) as vendors:
            account = vendors.elevenlabs.account
            job = vendors.runpod.queue.submit({"input": {"engine": "svd-xt", "job_key": "a" * 64}})
            told = account.charge(1, 1)
            assert told
            ids |= {told[0], job.id}
    assert len(ids) == 4


def answered(url: str, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return True
        except OSError:
            time.sleep(0.2)
    return False
