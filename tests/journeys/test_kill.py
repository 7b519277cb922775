"""Killed with -9 at any moment, nothing already made is lost or made again, and drafting again goes on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from studio.takes.vault import FolderVault
from tests.journeys.conftest import Drafted, first_of
from tests.journeys.studio import PATIENCE, ROOT, command, die_with_the_tests, draft, made, short_script, started, until

_FIRST = 0.2  # seconds after which the earliest kill falls


def kill_soon(environment: Mapping[str, str], source: Path, out: Path, seconds: float) -> bool:
    """Draft, and kill the process after so long; False when it was done before."""
    with source.with_suffix(".log").open("w") as said:
        child = subprocess.Popen(
            command("draft", str(source), "--out", str(out)),
            cwd=ROOT,
            env=dict(environment),
            stdout=subprocess.DEVNULL,
            stderr=said,
            preexec_fn=die_with_the_tests,
        )
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        return True
    assert child.returncode == 0, source.with_suffix(".log").read_text()[-2000:]
    return False


def torment(drafted: Drafted, kills: int, seed: int, *, span: float) -> None:
    """Kill drafts `kills` times within a span of seconds; whenever one was quicker, change a line and go on.

    A draft that made all of a changed line undisturbed says how long the span of the next ones is on this machine.
    """
    chance = random.Random(seed)
    killed, rounds, seen, whole = 0, 0, made(drafted.home), False
    while killed < kills:
        began = time.monotonic()
        if kill_soon(drafted.environment, drafted.source, drafted.out, chance.uniform(_FIRST, span)):
            killed, whole = killed + 1, False
        else:
            rounds, span = rounds + 1, time.monotonic() - began if whole else span
            drafted.change(f"You kept it {rounds} years.")
            whole = True
        now = made(drafted.home)
        assert seen.items() <= now.items(), "a made take was lost or made again"
        seen = now
    _goes_on(drafted)


def _goes_on(drafted: Drafted) -> None:
    """Check that the next draft ends well and lost nothing."""
    seen = made(drafted.home)
    answer = draft(drafted.environment, drafted.source, drafted.out)
    assert answer["failed"] == []
    final = made(drafted.home)
    assert seen.items() <= final.items()
    vault = FolderVault(drafted.home / "vault")
    assert all(vault.intact(content) for _, content, _ in final.values())
    assert Path(answer["master"]).stat().st_size > 100_000


@pytest.fixture
def fresh(first_draft: Path, environment: dict[str, str], home: Path, tmp_path: Path) -> Drafted:
    """A runtime folder with nothing in it, and how long a first draft takes on this machine today."""
    source = tmp_path / "key.fountain"
    source.write_text(short_script())
    return Drafted(environment, home, source, tmp_path / "out", *first_of(first_draft))


@pytest.mark.timeout(900)
def test_ten_kills_of_a_first_draft_lose_nothing(fresh: Drafted) -> None:
    torment(fresh, kills=10, seed=2, span=fresh.cold)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [3, 4])
def test_ten_kills_of_a_changed_line_lose_nothing(drafted: Drafted, seed: int) -> None:
    drafted.change("You kept it long.")
    torment(drafted, kills=10, seed=seed, span=drafted.cold / 2)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_a_hundred_kills_lose_nothing(fresh: Drafted) -> None:
    seed = int(time.time())
    torment(fresh, kills=40, seed=seed, span=fresh.cold)
    torment(fresh, kills=60, seed=seed + 1, span=fresh.cold / 2)


def test_no_process_outlives_a_killed_draft(fresh: Drafted, tmp_path: Path) -> None:
    arguments = ("draft", str(fresh.source), "--out", str(fresh.out))
    with started(fresh.environment, *arguments, log=tmp_path / "log") as child:
        until(lambda: made(fresh.home))
        assert len(_with_home(fresh.home)) > 1
        child.kill()
        child.wait()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and (left := _with_home(fresh.home)):
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
