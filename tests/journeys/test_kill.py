"""Killed with -9 at any moment, nothing already made is lost or made again, and drafting again goes on."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from studio.takes.vault import FolderVault
from tests.journeys.studio import ROOT, command, draft, short_script

Rows = dict[str, tuple[str, str, int]]  # fingerprint -> when it was made, content, tries


def made(home: Path) -> Rows:
    """Every made take, read as a stranger to our own code would."""
    file = home / "studio.db"
    if not file.exists():
        return {}
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30) as rows:
        if not rows.execute("SELECT 1 FROM sqlite_master WHERE name = 'take'").fetchone():
            return {}
        return {
            fingerprint: (when, content, tries)
            for fingerprint, when, content, tries in rows.execute(
                "SELECT fingerprint, made, content, tries FROM take WHERE state = 'made'"
            )
        }


def kill_soon(environment: Mapping[str, str], source: Path, out: Path, seconds: float) -> bool:
    """Draft, and kill the process after so long; False when it was done before."""
    child = subprocess.Popen(
        command("draft", str(source), "--out", str(out)),
        cwd=ROOT,
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        return True
    return False


def torment(environment: Mapping[str, str], home: Path, tmp_path: Path, kills: int, seed: int) -> None:
    """Kill drafts `kills` times; whenever one was quicker, change a line and go on."""
    chance = random.Random(seed)
    source, out = tmp_path / "key.fountain", tmp_path / "out"
    killed, rounds, seen = 0, 0, dict[str, tuple[str, str, int]]()
    source.write_text(short_script())
    while killed < kills:
        if kill_soon(environment, source, out, chance.uniform(0.3, 6.0)):
            killed += 1
        else:
            rounds += 1
            source.write_text(short_script(f"You kept it {rounds} years."))
        now = made(home)
        assert seen.items() <= now.items(), "a made take was lost or made again"
        seen = now
    answer = draft(environment, source, out)
    assert answer["failed"] == []
    final = made(home)
    assert seen.items() <= final.items()
    vault = FolderVault(home / "vault")
    assert all(vault.intact(content) for _, content, _ in final.values())
    assert Path(answer["master"]).stat().st_size > 100_000


@pytest.mark.timeout(900)
def test_thirty_kills_lose_nothing(environment: dict[str, str], home: Path, tmp_path: Path) -> None:
    torment(environment, home, tmp_path, kills=30, seed=2)


@pytest.mark.soak
def test_a_hundred_kills_lose_nothing(environment: dict[str, str], home: Path, tmp_path: Path) -> None:
    torment(environment, home, tmp_path, kills=100, seed=int(time.time()))


def test_no_process_outlives_a_killed_draft(environment: dict[str, str], home: Path, tmp_path: Path) -> None:
    source = tmp_path / "key.fountain"
    source.write_text(short_script())
    assert kill_soon(environment, source, tmp_path / "out", 3.0)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and (left := _with_home(home)):
        time.sleep(0.2)
    assert left == []


def _with_home(home: Path) -> list[int]:
    """Processes that were started with this runtime folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"STUDIO_HOME={home}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found
