"""What the containers are told is run as it stands in an environment of its own: no container engine is at hand."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psycopg
import pytest

from tests.doubles.s3 import store
from tests.hosting import image
from tests.ports import free_port
from tests.postgres import Server

pytestmark = pytest.mark.slow
FIRST, BOTH = ("bucket", "schema"), ("worker", "web")
_PORT = "8501"
_PATIENCE = 300.0  # seconds


class Machine:
    """The image's files with what its lines installed, and the operator's settings."""

    def __init__(self, folder: Path) -> None:
        self.code, self.home, self.venv = folder / "studio", folder / "home", folder / "venv"
        subprocess.run([image.python(), "-m", "venv", self.venv], check=True)
        image.copied(image.ROOT, self.code)
        told = image.environment() | {"STUDIO_HOME": str(self.home)}
        self.environment = told | {"PATH": f"{self.venv}/bin:/usr/bin:/bin", "HOME": str(self.home)}
        for line in image.instructions("RUN"):
            subprocess.run(["sh", "-ec", line], cwd=self.code, env=self.environment | image.reach(), check=True)

    def operator(self) -> dict[str, dict[str, str]]:
        """What is in .env and keeper.env after the operator has done what the page says."""
        subprocess.run(["sh", "-ec", image.operators_env()], cwd=self.home, check=True)
        lines = {name: (self.home / name).read_text().splitlines() for name in (".env", "keeper.env")}
        return {name: dict(line.split("=", 1) for line in found) for name, found in lines.items()}

    @contextmanager
    def running(self, command: list[str], settings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
        """A service under way as the image's user; it must end by itself when it is asked to."""
        child = subprocess.Popen(
            command, cwd=self.code, env=self.environment | settings, user=image.NOBODY, group=image.NOBODY
        )
        try:
            yield child
            child.terminate()
            assert child.wait(60) == 0
        finally:
            child.kill()
            child.wait()

    def told(self, command: list[str], settings: dict[str, str]) -> str:
        """What a service says that ends by itself."""
        done = subprocess.run(
            command,
            cwd=self.code,
            env=self.environment | settings,
            user=image.NOBODY,
            group=image.NOBODY,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    """A machine on which the image's lines were run; others than root cannot give its files to the image's user."""
    if os.geteuid():
        pytest.skip("only root can become the image's user")
    folder = Path(tempfile.mkdtemp(prefix="studio-image-"))
    folder.chmod(0o755)
    try:
        yield Machine(folder)
    finally:
        shutil.rmtree(folder)


def settings_of(service: dict[str, Any], written: dict[str, dict[str, str]], moved: dict[str, str]) -> dict[str, str]:
    """A service's environment, with the addresses inside the composition replaced by where the doubles are."""
    files = [service["env_file"]] if isinstance(service["env_file"], str) else service["env_file"]
    told = {name: value for file in files for name, value in written[file].items()}
    told |= {name: str(value) for name, value in service["environment"].items()}
    for here, there in moved.items():
        told = {name: value.replace(here, there) for name, value in told.items()}
    return told


@pytest.mark.timeout(900)
def test_the_services_of_compose_start_and_see_each_other(machine: Machine, postgres: Server) -> None:
    port, written = free_port(), machine.operator()
    services = image.services(written[".env"])
    with ExitStack() as stack:
        s3 = stack.enter_context(store())
        _own(postgres, stack)
        moved = {"database:5432": f"127.0.0.1:{postgres.port}", "http://store:8333": s3.url, "//studio:": "//tenant:"}
        here = {"STUDIO_PORT": str(port)}
        settings = {name: settings_of(services[name], written, moved) | here for name in (*FIRST, *BOTH)}
        told = {name: machine.told(services[name]["command"], settings[name]) for name in FIRST}
        assert "trashfire" in told["bucket"]
        assert "tenant may use its rows" in told["schema"]
        children = [stack.enter_context(machine.running(services[one]["command"], settings[one])) for one in BOTH]
        probe = [part.replace(_PORT, str(port)) for part in services["web"]["healthcheck"]["test"][1:]]
        _until(lambda: subprocess.run(probe, env=machine.environment, capture_output=True).returncode == 0, children)
        _until(lambda: _working(postgres), children)
        assert _answers(port, "studio.example.com") == 200
        assert _answers(port, "127.0.0.1") == 421


def test_who_serves_and_works_is_told_no_secret_of_who_owns(machine: Machine) -> None:
    written = machine.operator()
    services = image.services(written[".env"])
    secrets = {written["keeper.env"][name] for name in ("POSTGRES_PASSWORD", "AWS_SECRET_ACCESS_KEY")}
    for name in BOTH:
        told = " ".join(settings_of(services[name], written, {}).values())
        assert not [one for one in secrets if one in told]
    kept = json.loads((machine.home / "store.json").read_text())["identities"]
    rights = {one["name"]: (one["actions"], one["credentials"][0]["secretKey"]) for one in kept}
    assert rights["studio"] == (
        [f"{verb}:trashfire" for verb in ("Read", "Write", "List")],
        written[".env"]["STORE_SECRET"],
    )
    assert rights["keeper"][1] in secrets


def test_a_machine_without_its_settings_says_all_that_is_missing(machine: Machine) -> None:
    services = image.services(machine.operator()[".env"])
    for name in BOTH:
        child = subprocess.run(
            services[name]["command"],
            cwd=machine.code,
            env=machine.environment,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
        )
        assert child.returncode == 2
        for setting in ("STUDIO_PUBLIC_URL", "STUDIO_SECRET", "STUDIO_DATABASE_URL", "STUDIO_VAULT_URL"):
            assert setting in child.stderr


def test_nothing_secret_and_no_test_goes_into_the_image() -> None:
    names = {str(file) for file in image.files()}
    assert {"asgi.py", "requirements.txt", "data/crew.toml"} <= names
    assert not {".env", "keeper.env", "store.json"} & names
    assert not [name for name in names if name.startswith(("tests/", ".git/", "gpu_endpoint/"))]


def _own(postgres: Server, stack: ExitStack) -> None:
    """A database whose owner is not who is lent its rows, both gone with the block."""
    postgres.tell("CREATE ROLE keeper LOGIN SUPERUSER")
    stack.callback(postgres.tell, "DROP ROLE IF EXISTS tenant, keeper")
    postgres.tell("CREATE DATABASE studio OWNER keeper")
    stack.callback(postgres.tell, "DROP DATABASE studio WITH (FORCE)")


def _working(postgres: Server) -> bool:
    """Whether a worker has said that it is there."""
    try:
        with psycopg.connect(f"postgresql://studio@127.0.0.1:{postgres.port}/studio") as line:
            found = line.execute("SELECT COUNT(*) FROM executor").fetchone()
    except psycopg.Error:
        return False
    return bool(found and found[0])


def _answers(port: int, host: str) -> int:
    try:
        with urlopen(Request(f"http://127.0.0.1:{port}/", headers={"Host": host}), timeout=30) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def _until(holds: Callable[[], bool], children: Sequence[subprocess.Popen[bytes]]) -> None:
    end = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < end
        assert not any(child.poll() for child in children)
        time.sleep(0.3)
