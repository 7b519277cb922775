"""Scripts and pitches of every size and script: huge, wordless, crowded, right to left, unreadable by any voice."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import av
import numpy as np
import pytest

from services.offline.voice.casting import cast_voices
from studio.story.breaking import break_down
from studio.story.fountain import read_fountain, write_fountain
from studio.takes.vault import FolderVault
from tests.journeys.studio import ROOT, answer, command, draft, refused, run
from tests.story.scripts import long_script

_MOST_MEMORY = 400 * 1024  # kB a plan of the longest film may take; it takes 170 MB
_MOST_WORK = 40.0  # seconds of one core the same may take; it takes 6
FIRST = ("ADA", "BEN", "CLEO", "DAN", "EVE", "FINN", "GUS", "HANA", "IDA", "JON")
LAST = ("STONE", "RIVERS", "FOX", "MOSS", "WREN", "COLE")
NAMES = [f"{first} {last}" for first in FIRST for last in LAST]
CROWD = "INT. HALL - NIGHT\n\nEverybody waits.\n\n" + "".join(
    f"{name}\nMy name is {name.title()}.\n\n" for name in NAMES
)
SAID = ("أين المفتاح يا سارة؟", "鍵は海の底だ。", "钥匙在哪里？")
FOREIGN = f"""Title: The Key

INT. KITCHEN - NIGHT

Two people wait.

@سارة
{SAID[0]}

@太郎
{SAID[1]}

@李雷
{SAID[2]}
"""


# A child is charged for what its parent held when it was begun, so a small one begins it instead of the tests.
_LAUNCHER = """
import os, subprocess, sys
with open(sys.argv[1], "w") as said:
    child = subprocess.Popen(sys.argv[2:], stdout=said)
    _, status, used = os.wait4(child.pid, 0)
print(used.ru_maxrss, used.ru_utime + used.ru_stime)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def measured(environment: dict[str, str], out: Path, *told: str) -> tuple[int, float]:
    """Run a command with its stdout in a file; gives its peak memory in kB and its work in seconds of one core."""
    launched = [sys.executable, "-S", "-c", _LAUNCHER, str(out), *told]
    said = subprocess.run(launched, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout
    memory, work = said.split()
    return int(memory), float(work)


def test_a_film_of_330_pages_is_planned_in_little_memory(environment: dict[str, str], tmp_path: Path) -> None:
    source, out = tmp_path / "long.fountain", tmp_path / "plan.json"
    source.write_text(write_fountain(long_script(330)))
    memory, work = measured(environment, out, *command("plan", str(source), "--json"))
    planned = json.loads(out.read_text().splitlines()[-1])
    said = sum(subject.startswith("speech:") for subject in planned["to_make"])
    assert said > 2000
    assert memory < _MOST_MEMORY
    assert work < _MOST_WORK


def test_a_film_of_300_pages_is_delivered_whole_in_little_memory(environment: dict[str, str], tmp_path: Path) -> None:
    out, home = tmp_path / "told.json", Path(environment["STUDIO_HOME"])
    memory, work = measured(environment, out, sys.executable, "-m", "tests.journeys.long_film", str(home))
    told = json.loads(out.read_text())
    assert told["lines"] >= 2000
    with sqlite3.connect(home / "studio.db") as rows:
        kept = dict(rows.execute("SELECT name, content FROM delivery").fetchall())
    files = {name: FolderVault(home / "vault").open(content) for name, content in kept.items()}
    assert files["captions.srt"].read_text("utf-8").count("-->") >= told["lines"]
    assert files["captions.vtt"].read_text("utf-8").count("-->") >= told["lines"]
    assert files["timeline.edl"].read_text("utf-8").count("* FROM CLIP NAME") >= told["shots"]
    assert files["timeline.otio"].read_text("utf-8").count('"Clip.2"') >= told["shots"] + told["lines"]
    assert files["timeline.fcpxml"].read_text("utf-8").count("<marker") >= told["lines"]
    assert files["storyboard.pdf"].read_bytes().count(b"/Type /Page\n") >= 300
    assert memory < _MOST_MEMORY
    assert work < _MOST_WORK


def test_a_pitch_of_a_megabyte_is_planned_like_any_other(environment: dict[str, str], tmp_path: Path) -> None:
    source, out = tmp_path / "pitch.txt", tmp_path / "plan.json"
    pitch = "A lighthouse keeper finds a key in the sand, and Mara wants to know which door it opens. "
    source.write_text(pitch * (1_000_000 // len(pitch) + 1))
    memory, work = measured(environment, out, *command("plan", str(source), "--length", "60", "--json"))
    planned = json.loads(out.read_text().splitlines()[-1])
    assert 10 < len(planned["to_make"]) < 300
    assert memory < _MOST_MEMORY
    assert work < _MOST_WORK


def test_an_empty_pitch_is_refused_wherever_it_is_asked(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text(" \n\t\n")
    refused(run(environment, "plan", " \n "), "empty", 2)
    refused(run(environment, "plan", str(tmp_path / "empty.txt")), "empty", 2)
    refused(run(environment, "draft", str(tmp_path / "empty.txt"), "--out", str(tmp_path / "out")), "empty", 2)


def test_a_script_of_sixty_characters_is_planned(environment: dict[str, str], tmp_path: Path) -> None:
    source = tmp_path / "crowd.fountain"
    source.write_text(CROWD)
    done = run(environment, "plan", str(source), "--json")
    assert done.returncode == 0, done.stderr
    kinds = Counter(subject.partition(":")[0] for subject in answer(done)["to_make"])
    assert (kinds["look"], kinds["speech"]) == (60, 60)
    assert kinds["board"] == kinds["clip"] >= 30


def test_sixty_characters_look_and_sound_different() -> None:
    found = break_down(read_fountain(CROWD), seed=0)
    cast = cast_voices(found.cast, found.language)
    assert [member.name for member in cast] == NAMES
    assert len({member.dna.model_dump_json() for member in cast}) == len(NAMES)
    assert len({member.casting.model_dump_json() for member in cast}) == len(NAMES)
    assert len({member.casting.voice for member in cast}) > 40


def test_a_script_without_a_word_said_becomes_a_film(environment: dict[str, str], tmp_path: Path) -> None:
    source = tmp_path / "snow.fountain"
    source.write_text("Title: Snow\n\nEXT. FIELD - DAWN\n\nIt snows on an empty field.\n")
    made = draft(environment, source, tmp_path / "out")
    assert made["failed"] == made["silent"] == []
    assert (tmp_path / "out" / "captions.srt").read_text() == ""
    with av.open(made["master"]) as film:
        assert film.streams.audio
        assert film.streams.video[0].frames / 24 == pytest.approx(made["duration_s"], abs=0.001)


def test_lines_no_voice_reads_are_captioned_timed_and_reported(environment: dict[str, str], tmp_path: Path) -> None:
    source = tmp_path / "foreign.fountain"
    source.write_text(FOREIGN, encoding="utf-8")
    done = run(environment, "draft", str(source), "--out", str(tmp_path / "out"), "--burn", "plain")
    assert done.returncode == 0, done.stderr
    told = "".join(done.stdout.split())
    captions = (tmp_path / "out" / "captions.srt").read_text(encoding="utf-8")
    assert all(captions.count(line) == 1 for line in SAID)
    (row,) = answer(run(environment, "status", "--json"))
    shown = answer(run(environment, "status", row["id"], "--json"))
    silent = {one["text"]: one["why"] for one in shown["silent"]}
    assert {SAID[1]} <= set(silent) <= set(SAID)
    assert all(why and "".join(why.split()) in told and "".join(line.split()) in told for line, why in silent.items())
    assert shown["silent"] == shown["progress"]["silent"]
    assert shown["progress"]["failures"] == []
    again = draft(environment, source, tmp_path / "out", "--burn", "plain")
    assert [one["text"] for one in again["silent"]] == [line for line in SAID if line in silent]
    assert again["takes_made"] == 0
    _burnt(Path(environment["STUDIO_HOME"]), len(SAID))


def _burnt(home: Path, lines: int) -> None:
    """Check that every line changed the lower part of its shot's pictures, and nothing above it."""
    vault = FolderVault(home / "vault")
    with sqlite3.connect(home / "studio.db") as rows:
        shots = rows.execute("SELECT recipe, content FROM take WHERE kind = 'shot' AND state = 'made'").fetchall()
    seen = 0
    for recipe, content in shots:
        told = json.loads(recipe)
        for caption in told["brief"]["captions"]:
            at = (caption["start"] + caption["end"]) // 2
            before, after = (_picture(vault.open(one), at) for one in (told["inputs"]["clip"], content))
            changed = np.abs(before - after) > 60
            assert changed[540:].mean() > 0.002, caption
            assert changed[:360].mean() < 0.0005, caption
            seen += 1
    assert seen >= lines


def _picture(film: Path, number: int) -> np.ndarray:
    with av.open(str(film)) as file:
        for at, picture in enumerate(file.decode(video=0)):
            if at == number:
                return picture.to_ndarray(format="gray").astype(np.int16)
    raise AssertionError(f"no picture {number}")
