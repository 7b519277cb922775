"""One short film, drafted once for all journeys without a network; each works on a copy of its runtime folder."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.studio import answered, run_cut_off, short_script


@dataclass(frozen=True)
class Drafted:
    """A runtime folder in which a script was drafted: change the source and draft again."""

    environment: dict[str, str]
    home: Path
    source: Path
    out: Path
    first: dict[str, Any]  # what the first draft answered
    cold: float  # seconds it took, process and all

    def change(self, line: str) -> None:
        """Change Mara's line."""
        self.source.write_text(short_script(line))


@pytest.fixture(scope="session")
def first_draft(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with home, key.fountain, out, answer.json and took.json, made by whichever process comes first."""
    top = tmp_path_factory.getbasetemp()
    shared = (top.parent if "PYTEST_XDIST_WORKER" in os.environ else top) / "drafted"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "took.json").exists():
            shutil.rmtree(shared, ignore_errors=True)
            shared.mkdir()
            _draft(shared)
    return shared


def _draft(folder: Path) -> None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("STUDIO_")}
    (folder / "key.fountain").write_text(short_script())
    began = time.monotonic()
    asked = ("draft", str(folder / "key.fountain"), "--out", str(folder / "out"), "--json")
    answer = answered(run_cut_off(kept | {"STUDIO_HOME": str(folder / "home")}, folder / "cut off", *asked))
    (folder / "answer.json").write_text(json.dumps(answer))
    (folder / "took.json").write_text(json.dumps(time.monotonic() - began))


def first_of(folder: Path) -> tuple[dict[str, Any], float]:
    """What the first draft answered, and the seconds it took."""
    return json.loads((folder / "answer.json").read_text()), float((folder / "took.json").read_text())


@pytest.fixture
def drafted(first_draft: Path, environment: dict[str, str], home: Path, tmp_path: Path) -> Drafted:
    """A copy of the first draft whose episode belongs to a source of its own."""
    shutil.copytree(first_draft / "home", home, dirs_exist_ok=True)
    source = tmp_path / "key.fountain"
    shutil.copy(first_draft / "key.fountain", source)
    with sqlite3.connect(home / "studio.db") as rows:
        rows.execute("UPDATE episode SET source = ?", (f"file:{source}",))
    return Drafted(environment, home, source, tmp_path / "out", *first_of(first_draft))
