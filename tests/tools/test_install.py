"""Installing happens once, one at a time, is mended when it was cut off, and is not needed again: with venv and pip."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.chromium import find_chromium
from tests.tools.test_make import ROOT, program

# A venv's python appears half a second before its pip, as with the real one; what it is asked for is written down.
PYTHON = """
[ "$2" = venv ] || exit 0
echo venv >> {log}
for venv; do :; done
mkdir -p $venv/bin
printf '#!/bin/sh\\nexit 1\\n' > $venv/bin/python
chmod +x $venv/bin/python
sleep 0.5
cp {whole} $venv/bin/python
"""
WHOLE = """
case "$*" in *--version*) exit 0;; *) echo $2 $3 >> {log};; esac
"""


@dataclass(frozen=True)
class Machine:
    """A Python without uv, where a venv would be, and what was asked of them in order."""

    python: Path
    venv: Path
    log: Path

    def make(self, target: str) -> subprocess.Popen[bytes]:
        """Begin `make` with them."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "ARGS"))}
        told = ["make", target, f"VENV={self.venv}", f"PYTHON={self.python}", "UV="]
        with self.said.open("wb") as said:
            return subprocess.Popen(told, cwd=ROOT, env=environment, stdout=said, stderr=said)

    @property
    def said(self) -> Path:
        """What make said, to a person."""
        return self.log.with_name("said")

    @property
    def asked(self) -> list[str]:
        """What was asked of python, in order."""
        return self.log.read_text().splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    log, whole = tmp_path / "log", tmp_path / "whole"
    program(whole, WHOLE.format(log=log))
    program(tmp_path / "python3", PYTHON.format(log=log, whole=whole))
    return Machine(tmp_path / "python3", tmp_path / "venv", log)


def test_two_at_once_install_once_and_then_both_open_the_studio(machine: Machine) -> None:
    both = [machine.make("run") for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]
    assert machine.asked == ["venv", "pip install", "studio up", "studio up"]


def test_a_venv_that_was_cut_off_is_made_anew(machine: Machine) -> None:
    (machine.venv / "bin").mkdir(parents=True)
    program(machine.venv / "bin" / "python", "exit 1")
    assert machine.make("run").wait() == 0
    assert machine.asked == ["venv", "pip install", "studio up"]


def test_a_machine_without_venv_is_told_how_to_get_it(machine: Machine) -> None:
    program(machine.python, '[ "$2" != venv ] || { mkdir -p $4/bin; exit 1; }')
    assert machine.make("run").wait() != 0
    assert "python3-venv is missing: sudo apt-get install python3-venv" in machine.said.read_text()
    assert not machine.venv.exists()


@pytest.mark.parametrize(("version", "fits"), [((3, 10), False), ((3, 11), True), ((3, 14), True), ((3, 15), False)])
def test_a_python_nothing_was_made_for_is_refused(machine: Machine, version: tuple[int, int], fits: bool) -> None:
    program(machine.python, f"""shift; exec {sys.executable} -c "import sys; sys.version_info = {version}; $1" """)
    machine.make("run").wait()
    assert ("needs Python 3.11 to 3.14; set PYTHON=" in machine.said.read_text()) is not fits


def test_what_is_installed_is_not_asked_for_again(machine: Machine) -> None:
    assert machine.make("run").wait() == 0
    machine.log.write_text("")
    assert machine.make("run").wait() == 0
    assert machine.asked == ["studio up"]


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """The only folder on the path: no Chromium, an apt-get that writes down what it is asked, nobody logged in yet."""
    folder = tmp_path / "bare"
    folder.mkdir()
    program(folder / "apt-get", f"echo $* >> {tmp_path / 'apt'}")
    return folder


@pytest.mark.parametrize(("uid", "installed"), [(0, True), (1000, False)])
def test_root_gets_chromium_and_others_the_line_that_installs_it(
    bare: Path, tmp_path: Path, uid: int, installed: bool
) -> None:
    program(bare / "id", f"echo {uid}")
    told = [str(shutil.which("make")), "browser"]
    done = subprocess.run(told, cwd=ROOT, env={"PATH": str(bare)}, capture_output=True, text=True, check=True)
    apt = tmp_path / "apt"
    assert apt.exists() is installed
    assert ("install it with: sudo apt-get install chromium" in done.stdout.lower()) is not installed
    if installed:
        assert apt.read_text().splitlines() == ["update -qq", "install -y -qq --no-install-recommends chromium"]


def test_root_gets_postgresql_without_a_server_of_its_own(bare: Path, tmp_path: Path) -> None:
    program(bare / "id", "echo 0")
    program(bare / "sed", f"echo sed $* >> {tmp_path / 'apt'}")
    told = [str(shutil.which("make")), "postgres"]
    subprocess.run(told, cwd=ROOT, env={"PATH": str(bare)}, capture_output=True, check=True)
    _, common, no_cluster, server = (tmp_path / "apt").read_text().splitlines()
    assert common == "install -y -qq --no-install-recommends postgresql-common"
    assert no_cluster.startswith("sed -i")
    assert "create_main_cluster = false" in no_cluster
    assert server == "install -y -qq --no-install-recommends postgresql"
    assert "export STUDIO_REQUIRE_POSTGRES=1" in (ROOT / ".ci" / "run").read_text().splitlines()


def test_two_at_once_ask_for_chromium_once(bare: Path, tmp_path: Path) -> None:
    flock, link, sleep = (str(shutil.which(name)) for name in ("flock", "ln", "sleep"))
    (bare / "flock").symlink_to(flock)
    program(bare / "id", "echo 0")
    chromium = f"{sleep} 0.3; {link} -s /bin/true {bare / 'chromium'}"
    program(bare / "apt-get", f'echo $* >> {tmp_path / "apt"}; [ "$1" = update ] || {{ {chromium}; }}')
    both = [subprocess.Popen([str(shutil.which("make")), "browser"], cwd=ROOT, env={"PATH": str(bare)}) for _ in "ab"]
    assert [one.wait() for one in both] == [0, 0]
    asked = (tmp_path / "apt").read_text().splitlines()
    assert asked == ["update -qq", "install -y -qq --no-install-recommends chromium"]


def test_without_chromium_its_tests_are_skipped_by_name_but_fail_where_it_is_required(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(bare))
    with pytest.raises(pytest.skip.Exception, match="install it with: apt-get install"):
        find_chromium(required=False)
    with pytest.raises(pytest.fail.Exception, match="install it with: apt-get install"):
        find_chromium(required=True)
    program(bare / "google-chrome", "exit 0")
    assert find_chromium(required=True) == str(bare / "google-chrome")
    assert "export STUDIO_REQUIRE_BROWSER=1" in (ROOT / ".ci" / "run").read_text().splitlines()


def test_make_alone_lists_every_command() -> None:
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    told = {row.split()[0] for row in said.splitlines()}
    assert {"run", "test", "check", "bench", "soak", "demo-cloud"} <= told
