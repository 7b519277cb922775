"""The doctor's looks touch the thing itself: what is broken is found, and said in one sentence."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from services.commands import looks
from services.commands.looks import Look
from services.settings import ROOT, Settings
from tests.journeys.studio import run

BROKEN = (sys.executable, "-c", "raise SystemExit('a library is missing')")


def program(path: Path, body: str) -> Path:
    """An executable shell script."""
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_everything_is_well_here(home: Path) -> None:
    found = [look.find() for look in looks.looks(Settings(studio_home=home))]
    assert [one for one in found if not one.well] == []
    assert {"voice: espeak-ng", "painter: paper-painter", "editor: editor", "keys"} <= {one.what for one in found}


@pytest.mark.parametrize("see", [looks.draw, looks.move])
def test_a_library_that_cannot_be_loaded_is_said(tmp_path: Path, see: Callable[[str], str]) -> None:
    python = program(tmp_path / "python", "echo 'ImportError: libGL.so.1 is missing' >&2; exit 1")
    found = Look("painter", lambda: see(str(python))).find()
    assert not found.well
    assert found.seen.endswith("ImportError: libGL.so.1 is missing")


def test_a_voice_that_dies_is_said() -> None:
    found = Look("voice", lambda: looks.speak(BROKEN)).find()
    assert not found.well
    assert "died" in found.seen


def test_an_ffmpeg_without_what_the_editor_needs_is_said(tmp_path: Path) -> None:
    bare = program(tmp_path / "ffmpeg", "echo ' .. scale   V->V  Scale.'")
    found = Look("ffmpeg", lambda: looks.ffmpeg(bare)).find()
    assert not found.well
    assert "the filter ass" in found.seen
    assert "the encoder libx264" in found.seen
    assert "the filter scale" not in found.seen


def test_a_folder_without_drawings_is_named(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data" / "paper", tmp_path / "paper")
    shutil.rmtree(tmp_path / "paper" / "hands")
    found = Look("paper parts", lambda: looks.parts(tmp_path / "paper")).find()
    assert (found.well, found.seen) == (False, f"{tmp_path / 'paper' / 'hands'} has no drawing")


def test_the_doctor_ends_with_1_when_something_is_not_well(environment: dict[str, str], tmp_path: Path) -> None:
    done = run(environment | {"STUDIO_FFMPEG": str(tmp_path / "nowhere")}, "doctor", "--json")
    found = {one["what"]: one for one in json.loads(done.stdout.splitlines()[-1])}
    assert done.returncode == 1
    assert not found["ffmpeg"]["well"]
    assert "nowhere" in found["ffmpeg"]["seen"]
    assert found["voice: espeak-ng"]["well"]
