"""Dockerfiles, compose.yaml and the operator's page read as they stand, so that a test can run what they say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
NOBODY = 10001  # whom the images run as
_SPOKEN = re.compile(r"\$\{(\w+)(?::\?[^}]*)?\}")


def instructions(word: str, folder: Path = ROOT) -> list[str]:
    """What follows a word of the folder's Dockerfile, each time, its lines joined."""
    whole = re.sub(r"\\\n\s*", " ", (folder / "Dockerfile").read_text())
    return [line.partition(" ")[2].strip() for line in whole.splitlines() if line.startswith(f"{word} ")]


def environment(folder: Path = ROOT) -> dict[str, str]:
    """The image's own settings."""
    pairs = (pair.partition("=") for line in instructions("ENV", folder) for pair in line.split())
    return {name: value for name, _, value in pairs}


def files(folder: Path = ROOT) -> list[Path]:
    """What COPY puts into the image: the folder's files without those of .dockerignore, relative to the folder."""
    left_out = [line for line in (folder / ".dockerignore").read_text().splitlines() if line]
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=folder, check=True, capture_output=True, text=True).stdout
    found = [Path(name) for name in listed.split("\0") if name]
    return [one for one in found if (folder / one).exists() and not any(_covers(rule, one) for rule in left_out)]


def copied(folder: Path, home: Path) -> None:
    """Do what COPY does with a folder's files."""
    for file in files(folder):
        (home / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / file, home / file)


def reach() -> dict[str, str]:
    """What says where packages come from, which is the building machine's business."""
    return {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_", "SSL_", "HTTPS_"))}


def python() -> str:
    """A Python that the image's user may run: one below root's own folder is not, where root runs the tests."""
    if os.geteuid():
        return sys.executable
    for one in (sys.executable, "/usr/local/bin/python3", "/usr/bin/python3"):
        with suppress(OSError):
            if subprocess.run([one, "-c", "import ensurepip"], user=NOBODY, capture_output=True).returncode == 0:
                return one
    pytest.skip("no Python here can be run by others than root")


def _covers(rule: str, file: Path) -> bool:
    if rule.startswith("**/"):
        return any(fnmatch(part, rule[3:]) for part in file.parts)
    return file.is_relative_to(rule)


def operators_env() -> str:
    """The script with which the operator's page has .env written."""
    page = (ROOT / "docs" / "HOSTING.md").read_text()
    return next(one for one in re.findall(r"```sh\n(.*?)```", page, re.DOTALL) if "> .env" in one)


def services(values: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The services of compose.yaml with these values put in; KeyError for one that nothing gives."""
    whole = yaml.safe_load((ROOT / "compose.yaml").read_text())
    found: dict[str, dict[str, Any]] = _spoken(whole["services"], values)
    return found


def _spoken(part: Any, values: dict[str, str]) -> Any:
    if isinstance(part, dict):
        return {name: _spoken(one, values) for name, one in part.items()}
    if isinstance(part, list):
        return [_spoken(one, values) for one in part]
    return _SPOKEN.sub(lambda found: values[found[1]], part) if isinstance(part, str) else part
