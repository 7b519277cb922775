"""The crew's processes end with the worker they serve, even when it is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
PATIENCE = 30  # seconds on a busy machine
WORKER = """
import sys, time
from pathlib import Path
from services.pool import PooledCrew
if __name__ == "__main__":
    crew = PooledCrew(2, Path(sys.argv[1]))
    crew.warm()
    time.sleep(60)
"""


def test_nothing_of_a_killed_worker_lives_on(tmp_path: Path) -> None:
    script = tmp_path / "serving.py"
    script.write_text(WORKER)
    environment = {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(script), str(tmp_path)], env=environment) as worker:
        family = _family(worker.pid)
        worker.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(family, timeout=PATIENCE)
    for left in alive:
        left.kill()
    assert not alive


def _family(pid: int) -> list[psutil.Process]:
    """A worker's processes, once they are all there: the server, the tracker of its resources, and who works."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = psutil.Process(pid).children(recursive=True)
        if len(found) >= 4:
            return found
        time.sleep(0.05)
    raise AssertionError("nobody came to work")
