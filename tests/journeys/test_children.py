"""Processes the studio starts are killed in the middle: their take is tried again, or fails alone."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.journeys.conftest import Drafted
from tests.journeys.studio import (
    PATIENCE,
    ROOT,
    answer,
    command,
    die_with_the_tests,
    draft,
    family,
    run,
    short_script,
)

pytestmark = pytest.mark.slow


def draft_with(
    drafted: Drafted, strike: Callable[[list[psutil.Process]], bool], *more: str
) -> subprocess.CompletedProcess[str]:
    """Draft while something strikes at its processes, until that says it has done enough."""
    arguments = command("draft", str(drafted.source), "--out", str(drafted.out), "--json", *more)
    with subprocess.Popen(
        arguments,
        cwd=ROOT,
        env=drafted.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=die_with_the_tests,
    ) as child:
        struck = False
        while child.poll() is None and not struck:
            struck = strike(family(child.pid)[1:])
            time.sleep(0.01)  # looking takes a core, which the draft needs
        said, errors = child.communicate(timeout=PATIENCE)
    return subprocess.CompletedProcess(arguments, child.returncode, said, errors)


def named(processes: list[psutil.Process], *words: str) -> list[psutil.Process]:
    """Those whose command line holds all the words."""
    found = []
    for one in processes:
        try:
            line = " ".join(one.cmdline())
        except psutil.Error:
            continue
        if all(word in line for word in words):
            found.append(one)
    return found


def parents(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those who started processes, as far as these still run."""
    found: list[psutil.Process | None] = []
    for one in processes:
        with suppress(psutil.NoSuchProcess):
            found.append(one.parent())
    return [one for one in found if one]


def killed(processes: list[psutil.Process]) -> bool:
    """Kill processes; whether one was hit while it ran."""
    hit = False
    for one in processes:
        try:
            one.kill()
            hit = True
        except psutil.NoSuchProcess:
            continue
    return hit


def test_an_ffmpeg_killed_in_the_middle_is_run_again(drafted: Drafted) -> None:
    drafted.source.write_text(short_script("You kept it all these years.").replace("The Key", "The Lost Key"))
    waiting = ["/.card-", "/.shot-"]  # what a title and a captioned shot are written to while they are encoded

    def strike(processes: list[psutil.Process]) -> bool:
        for name in tuple(waiting):
            if killed(named(processes, "ffmpeg", name)[:1]):
                waiting.remove(name)
        return not waiting

    done = draft_with(drafted, strike, "--burn", "plain")
    assert waiting == [], "some ffmpeg was never seen"
    assert done.returncode == 0, done.stderr
    assert answer(done)["failed"] == []
    assert draft(drafted.environment, drafted.source, drafted.out, "--burn", "plain")["takes_made"] == 0


def test_a_process_of_the_crew_killed_in_the_middle_is_replaced(drafted: Drafted) -> None:
    drafted.source.write_text(short_script("You kept it all these years.").replace("The Key", "The Lost Key"))
    struck: list[bool] = []

    def strike(processes: list[psutil.Process]) -> bool:
        struck.append(killed(parents(named(processes, "ffmpeg", "/.card-")[:1])))
        return struck[-1]

    done = draft_with(drafted, strike)
    assert struck[-1], "nobody of the crew was seen at work"
    assert done.returncode == 0, done.stderr
    assert answer(done)["failed"] == []


# Read by every Python that finds it: whoever is to speak is killed before the first word.
_STRUCK_DUMB = """
import os, signal, sys
if any("voice.speaker" in word for word in sys.orig_argv):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_voice_that_dies_whenever_it_is_to_speak_fails_alone(drafted: Drafted, tmp_path: Path) -> None:
    drafted.change("You kept it all these years.")
    (tmp_path / "sitecustomize.py").write_text(_STRUCK_DUMB)
    struck = drafted.environment | {"PYTHONPATH": str(tmp_path)}
    done = run(struck, "draft", str(drafted.source), "--out", str(drafted.out), "--json")
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    failed = answer(done)["failed"]
    assert [one["subject"].split(":")[0] for one in failed] == ["speech"]
    assert "died while reading" in failed[0]["why"]
    assert Path(answer(done)["master"]).stat().st_size > 100_000
    status = run(drafted.environment, "status")
    assert "not made: Mara's line in 1B: The engine's answer could not be used" in " ".join(status.stdout.split())
    again = draft(drafted.environment, drafted.source, drafted.out)
    assert again["failed"] == []
    assert again["takes_made"] >= 1
