"""A worker process of RunPod's double: their package's own loop, pointed at the double's queue."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.doubles.runpod import RunPodDouble

HANDLER = Path(__file__).parent / "worker" / "handler.py"


def wired(double: RunPodDouble, base: str, name: str = "wrk1") -> dict[str, str]:
    """What RunPod puts into the environment of a worker of this name, pointed at the double's queue."""
    at = f"{base}/v2/{double.endpoint}"
    return {
        "RUNPOD_POD_ID": name,
        "RUNPOD_AI_API_KEY": "wk",
        "RUNPOD_PING_INTERVAL": "1000",
        "RUNPOD_WEBHOOK_GET_JOB": f"{at}/job-take/$ID?gpu=RTX",
        "RUNPOD_WEBHOOK_POST_OUTPUT": f"{at}/job-done/$RUNPOD_POD_ID/$ID?gpu=RTX",
        "RUNPOD_WEBHOOK_POST_STREAM": f"{at}/job-stream/$RUNPOD_POD_ID/$ID?gpu=RTX",
        "RUNPOD_WEBHOOK_PING": f"{at}/ping/$RUNPOD_POD_ID",
        "RUNPOD_SKIP_AUTO_SYSTEM_CHECKS": "true",  # of a machine with a card and a network
        "RUNPOD_SKIP_GPU_CHECK": "true",
        "RUNPOD_LOG_LEVEL": "ERROR",
    }


@contextmanager
def working(
    double: RunPodDouble, base: str, *, name: str = "wrk1", slow: float = 0.0
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of a double made with quick=False, until the block ends. `slow`: seconds a job takes at least."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("RUNPOD_")},
        **wired(double, base, name),
        "DOUBLE_RESULTS": str(double.results),
        "DOUBLE_SLOW": str(slow),
    }
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", str(HANDLER)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # its pings are a process of their own, which must end with it
    )
    try:
        yield child
    finally:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
