"""The image, which nobody builds here: its lines, its files, and its start in a clean place."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

import gpu_endpoint
from gpu_endpoint.preflight import fit
from gpu_endpoint.registry import engines
from gpu_endpoint.settings import Settings
from gpu_endpoint.wire import read

FOLDER = Path(gpu_endpoint.__file__).parent
LINES = re.sub(r"\\\n", " ", (FOLDER / "Dockerfile").read_text("utf-8")).splitlines()
HUB = json.loads((FOLDER / ".runpod" / "hub.json").read_text("utf-8"))


def told(word: str) -> list[str]:
    """What a Dockerfile's lines of one kind say."""
    return [line.removeprefix(word).strip() for line in LINES if line.startswith(word + " ")]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the image holds, under /app."""
    app = tmp_path_factory.mktemp("image") / "app"
    ignored = [one.removeprefix("**/") for one in (FOLDER / ".dockerignore").read_text("utf-8").split()]

    def left_out(_: str, names: list[str]) -> set[str]:
        return {name for name in names if any(fnmatch.fnmatch(name, one) for one in ignored)}

    shutil.copytree(FOLDER, app / "gpu_endpoint", ignore=left_out)
    return app


def started(app: Path, home: Path, *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the image's start command with nothing of this process's environment."""
    command = json.loads(told("CMD")[0])
    script = str(app / Path(command[1]).relative_to("/app"))
    bins = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    clean = {"PATH": bins, "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1", **environment}
    line = [command[0], script, *more]
    return subprocess.run(line, cwd=app, env=clean, capture_output=True, text=True, timeout=240, check=False)


def test_the_image_runs_as_somebody_without_rights_and_names_existing_files() -> None:
    assert told("USER") == ["worker"]
    for line in told("COPY"):
        if not line.startswith("--from"):
            *sources, target = shlex.split(line)
            assert target == "gpu_endpoint/"
            assert all((FOLDER / source).exists() for source in sources)
    install = next(line for line in told("RUN") if "pip install" in line)
    assert "-r gpu_endpoint/requirements.txt -c gpu_endpoint/constraints.txt" in install
    assert Path(json.loads(told("CMD")[0])[1]).name == "start.sh"


def test_what_is_tested_is_what_the_install_lines_install() -> None:
    pins = dict(
        line.split("==")
        for name in ("requirements.txt", "constraints.txt")
        for line in (FOLDER / name).read_text("utf-8").splitlines()
        if "==" in line and not line.startswith("#")
    )
    assert {"torch", "diffusers", "runpod", "av"} <= set(pins)
    for name, pinned in pins.items():
        assert version(name).partition("+")[0] == pinned.partition(";")[0].strip()


def test_the_start_command_does_a_job_in_a_clean_place(image: Path, tmp_path: Path) -> None:
    given = (FOLDER / "test_input.json").read_text("utf-8")
    assert read(json.loads(given)["input"]).engine.startswith("tiny-")
    ran = started(
        image, tmp_path, "--test_input", given, ENDPOINT_DEVICE="cpu", ENDPOINT_RESULTS=str(tmp_path / "results")
    )
    assert ran.returncode == 0, ran.stderr[-800:]
    assert "a processor" in ran.stdout + ran.stderr
    assert list((tmp_path / "results").glob("*.json"))


def test_without_a_card_the_image_does_not_start(image: Path, tmp_path: Path) -> None:
    ran = started(image, tmp_path, CUDA_VISIBLE_DEVICES="")
    assert ran.returncode == 1
    assert "no CUDA card" in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_processor_is_fit() -> None:
    assert fit("cpu") == "a processor"


def test_the_hub_offers_engines_and_settings_there_are() -> None:
    keys = {one["key"] for one in HUB["config"]["env"]}
    fields = {f"ENDPOINT_{name.upper()}" for name in Settings.model_fields}
    assert {one for one in keys if one.startswith("ENDPOINT_")} <= fields
    for preset in HUB["config"]["presets"]:
        assert set(preset["defaults"]) <= keys
        assert preset["defaults"]["ENDPOINT_ENGINE"] in engines()
    assert HUB["type"] == "serverless"


def test_the_image_holds_its_data_and_not_its_environment(image: Path) -> None:
    held = {str(one.relative_to(image)) for one in image.rglob("*")}
    assert "gpu_endpoint/data/cards.toml" in held
    assert not [one for one in held if ".venv" in one or "__pycache__" in one]
    for file in (image / "gpu_endpoint" / "data").glob("*.toml"):
        tomllib.loads(file.read_text("utf-8"))
    assert os.access(FOLDER / "start.sh", os.R_OK)


def test_the_operators_page_names_settings_there_are() -> None:
    page = (FOLDER / "README.md").read_text("utf-8")
    named = set(re.findall(r"`ENDPOINT_([A-Z0-9]+)`", page))
    fields = {name.upper() for name in Settings.model_fields} - {"BUCKET", "VOLUME", "WEIGHTS"}
    assert named == fields | {"SERVE"}
