"""The GPU worker's image: its install lines and its start command, run as they stand in an environment of their own.

One thing is not as in the image: torch is the CPU build of the same version, for no gigabytes of CUDA are fetched here
and no card is there. What apt installs is this machine's.
"""

from __future__ import annotations

import base64
import json
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from uv import find_uv_bin

from tests.doubles.runpod import RunPodDouble
from tests.doubles.runpod_worker import wired
from tests.doubles.server import serving
from tests.hosting import image
from tests.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
FOLDER = image.ROOT / "gpu_endpoint"
UV = Path(find_uv_bin())
STILL, FILM = "tiny-keyframe-klein-4b", "tiny-skyreels-v2-df-1.3b-540p"
ENDS = ("COMPLETED", "FAILED", "CANCELLED")
_WHEELS = "https://download.pytorch.org/whl/cpu"
_PATIENCE = 240.0  # seconds


class Machine:
    """A container without its walls: the image's files below `app`, what its lines installed, its own settings."""

    def __init__(self, folder: Path) -> None:
        self.app, self.home, self.venv = folder / "app", folder / "home", folder / "venv"
        image.copied(FOLDER, self.app / "gpu_endpoint")
        self.home.mkdir()
        own = image.environment(FOLDER) | {"PATH": f"{self.venv}/bin:/usr/bin:/bin", "HOME": str(self.home)}
        self.environment = own | {"ENDPOINT_DEVICE": "cpu", "OMP_NUM_THREADS": "1"}
        self.python, self.user = image.python(), None if os.geteuid() else image.NOBODY
        if self.user:
            shutil.chown(self.home, self.user, self.user)
        self._install()

    @contextmanager
    def running(self, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
        """The start command under way until the block ends; told to end, it must do so by itself."""
        shell, script = json.loads(image.instructions("CMD", FOLDER)[0])
        child = subprocess.Popen(
            [shell, str(self.app / Path(script).relative_to("/app"))],
            cwd=self.app,
            env=self.environment | settings,
            user=self.user,
            group=self.user,
            start_new_session=True,  # its pings are a process of their own, which must end with it
        )
        try:
            yield child
            child.terminate()
            assert child.wait(60) in (0, -signal.SIGTERM)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def _install(self) -> None:
        """Run the lines that make the environment, and before the one that fetches have its torch there already."""
        make, install = (line for line in image.instructions("RUN", FOLDER) if line.startswith("uv "))
        self._told(make).check_returncode()
        pinned = next(one for one in (FOLDER / "requirements.txt").read_text().split() if one.startswith("torch=="))
        at_hand = os.environ.get("PIP_FIND_LINKS")
        ways = [f"--find-links {shlex.quote(at_hand)}"] if at_hand else []
        for way in [*ways, f"--index {_WHEELS}"]:
            done = self._told(f"uv pip install --python /opt/venv/bin/python {pinned}+cpu {way}")
            if not done.returncode:
                break
        else:
            pytest.skip(f"packages cannot be had here: {done.stderr.strip().splitlines()[-1]}")
        installed = self._told(install)
        assert not installed.returncode, installed.stderr

    def _told(self, line: str) -> subprocess.CompletedProcess[str]:
        """What a line of the Dockerfile says when it is run, its places put where they are here."""
        words = [self.python if word == "python3" else word for word in shlex.split(line)]
        told = shlex.join(word.replace("/opt/venv", str(self.venv)) for word in words)
        # What was fetched before is not fetched again: to keep no cache is for the image's size alone.
        own = {name: value for name, value in self.environment.items() if name != "UV_NO_CACHE"}
        path = f"{own['PATH']}:{UV.parent}"
        whole = own | image.reach() | {"PATH": path, "HOME": os.environ["HOME"]}
        return subprocess.run(["sh", "-ec", told], cwd=self.app, env=whole, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    """A machine on which the image's lines were run."""
    folder = Path(tempfile.mkdtemp(prefix="endpoint-image-"))
    folder.chmod(0o755)
    try:
        yield Machine(folder)
    finally:
        shutil.rmtree(folder)


def test_a_job_of_the_queue_is_done_by_what_the_image_starts(machine: Machine) -> None:
    double = RunPodDouble(quick=False)
    given = json.loads((FOLDER / "test_input.json").read_text())
    with serving(double.app) as base, machine.running(**wired(double, base), ENDPOINT_ENGINE=STILL) as child:
        headers = {"Authorization": f"Bearer {double.key}"}
        with httpx.Client(base_url=f"{base}/v2/{double.endpoint}", headers=headers, timeout=_PATIENCE) as http:
            number = http.post("/run", json=given).json()["id"]
            made = ended(lambda: http.get(f"/status/{number}"), child)
    assert (made["kind"], made["engine"]) == ("picture", STILL)
    assert base64.b64decode(made["base64"]).startswith(b"\x89PNG")


def test_a_film_is_made_by_the_web_service_and_told_to_end_in_the_next_it_leaves_nothing(machine: Machine) -> None:
    port, results = free_port(), machine.home / "results"
    settings = {"ENDPOINT_SERVE": "api", "ENDPOINT_PORT": str(port), "ENDPOINT_TOKEN": "sesame"}
    settings |= {"ENDPOINT_ENGINE": FILM, "ENDPOINT_RESULTS": str(results)}
    wanted = {"prompt": "a cat runs", "duration_seconds": 0.5, "resolution": "96x64", "user_id": "ann"}
    with machine.running(**settings) as child:
        headers = {"Authorization": "Bearer sesame"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=_PATIENCE) as http:
            until(lambda: _ready(http), child)
            taken = http.post("/generate-video", json={**wanted, "engine": FILM, "steps": 2})
            assert taken.status_code == 202
            made = ended(lambda: http.get(taken.headers["location"]), child)
            long = http.post("/generate-video", json={**wanted, "engine": FILM, "duration_seconds": 10, "steps": 100})
            at_work = lambda: http.get(long.headers["location"]).json().get("output", {}).get("step")  # noqa: E731
            until(at_work, child)
            assert list(results.glob("*.claim"))
    assert {one.suffix for one in results.iterdir()} == {".bin", ".json", ".jobs"}
    assert (made["kind"], made["frames"]) == ("clip", 13)
    assert base64.b64decode(made["base64"])[4:8] == b"ftyp"


def test_baked_weights_are_fetched_by_a_tool_that_is_installed(machine: Machine) -> None:
    (baked,) = (line for line in image.instructions("RUN", FOLDER) if "$WEIGHTS" in line)
    assert " hf download " in baked
    assert (machine.venv / "bin" / "hf").is_file()


def ended(status: Callable[[], httpx.Response], child: subprocess.Popen[bytes]) -> dict[str, Any]:
    """The output of a job, once it has one."""
    until(lambda: status().json()["status"] in ENDS, child)
    told = status().json()
    assert told["status"] == "COMPLETED", told
    output: dict[str, Any] = told["output"]
    return output


def until(holds: Callable[[], object], child: subprocess.Popen[bytes]) -> None:
    """Wait for something, as long as the start command is under way."""
    end = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < end
        assert child.poll() is None
        time.sleep(0.2)


def _ready(http: httpx.Client) -> bool:
    with suppress(httpx.TransportError):
        return http.get("/health").status_code == 200
    return False
