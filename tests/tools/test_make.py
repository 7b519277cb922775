"""The two gates: `make test` fails when a lot of tests is lost, `make check` when the exported lock is an old one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tools import exported

ROOT = Path(__file__).parents[2]
MARKS: tuple[tuple[str, ...], ...] = ((), ("browser",), ("slow",), ("slow", "browser"))  # what a test may have
NO_TESTS = 5  # how pytest ends when it found none
EXPORT = 'case "$*" in *--no-dev*) f=requirements.txt;; *) f=requirements-dev.txt;; esac; grep -v "^#" $f'


def program(path: Path, body: str) -> None:
    """An executable shell script."""
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


@pytest.fixture
def bin_of(tmp_path: Path) -> Path:
    """A folder of programs that comes first on the path, with an environment that looks installed beside it."""
    folder = tmp_path / "venv" / "bin"
    folder.mkdir(parents=True)
    for installed in (".ready", ".ready-dev"):
        (tmp_path / "venv" / installed).touch()
    program(folder / "chromium", "exit 0")
    return folder


def make_test(folder: Path, ends: str, *arguments: str, target: str = "test") -> int:
    """How `make test` ends when pytest ends so."""
    program(folder / "python", ends)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "ARGS"))}
    command = ["make", target, f"VENV={folder.parent}", f"GPU={folder.parent}", "UV=", *arguments]
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(command, cwd=ROOT, env=environment | {"PATH": path}, capture_output=True).returncode


def test_a_lot_without_a_single_test_is_a_failure(bin_of: Path) -> None:
    assert make_test(bin_of, "exit 0") == 0
    assert make_test(bin_of, f'case "$*" in *"not browser"*) exit 0;; esac; exit {NO_TESTS}') != 0
    assert make_test(bin_of, f'case "$*" in *"not browser"*) exit {NO_TESTS};; esac; exit 0') != 0
    assert make_test(bin_of, "exit 0", target="slow") == 0
    assert make_test(bin_of, f"exit {NO_TESTS}", target="slow") != 0


def test_every_test_is_in_a_lot_that_ci_runs(bin_of: Path, tmp_path: Path) -> None:
    for target in ("test", "slow"):
        make_test(bin_of, f'for one; do echo "$one" >> {tmp_path / "told"}; done', target=target)
    asked = [told for told in (tmp_path / "told").read_text().splitlines() if "soak" in told]
    assert [sum(chosen(lot, *marks) for lot in asked) for marks in MARKS] == [1] * len(MARKS)
    assert {"make test ARGS=", "make slow ARGS="} <= {
        row.partition(" #")[0] for row in (ROOT / ".ci" / "run").read_text().splitlines()
    }


@pytest.mark.parametrize(("mark", "folders"), [("browser", {"browser"}), ("slow", {"browser", "hosting", "journeys"})])
def test_a_mark_is_set_only_where_its_lot_looks_for_it(mark: str, folders: set[str]) -> None:
    tests = ROOT / "tests"
    marked = {file.relative_to(tests).parts[0] for file in tests.rglob("*.py") if f"mark.{mark}" in file.read_text()}
    assert marked == folders


def chosen(lot: str, *marks: str) -> bool:
    """Whether pytest would take a test with these marks for what it was told with -m."""
    return bool(eval(lot, {name: name in marks for name in ("browser", "slow", "soak")}))


def test_a_choice_of_tests_may_leave_a_lot_empty_but_not_fail(bin_of: Path) -> None:
    assert make_test(bin_of, f"exit {NO_TESTS}", "ARGS=-k 'captions or cards'") == 0
    assert make_test(bin_of, "exit 1", "ARGS=-k captions") != 0


@pytest.fixture
def uv(tmp_path: Path) -> Path:
    """A uv that exports what the two files say."""
    program(tmp_path / "uv", EXPORT)
    return tmp_path / "uv"


def test_requirements_that_are_the_locks_pass(uv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exported.main(str(uv)) == 0
    assert capsys.readouterr().out.count("is what uv.lock says") == 2


def test_requirements_that_are_not_the_locks_are_shown(uv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program(uv, f"{EXPORT} | sed 's/^dbos==.*/dbos==9.9.9/'")
    assert exported.main(str(uv)) == 1
    said = capsys.readouterr().out
    assert "+dbos==9.9.9" in said
    assert "run: make lock" in said


def test_a_lock_that_is_not_the_projects_fails_in_uvs_words(uv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program(uv, "echo 'The lockfile needs to be updated' >&2; exit 2")
    assert exported.main(str(uv)) == 1
    assert "The lockfile needs to be updated" in capsys.readouterr().out
