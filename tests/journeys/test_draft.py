"""The command line from a source to files, as a newcomer runs it."""

from __future__ import annotations

import sqlite3
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import pytest
from PIL import Image

from services.offline.writer.engine import TemplateWriter
from studio.crew import Pitch
from studio.story.fountain import write_fountain
from tests.journeys.conftest import Drafted
from tests.journeys.studio import ROOT, answer, draft, made, refused, run

PITCH = "A lighthouse keeper finds a letter from herself, dated next week."

CREW = tomllib.loads((ROOT / "data" / "crew.toml").read_text("utf-8"))["engine"]
WORK = {kind: seconds for card in reversed(CREW) if "vendor" not in card for kind, seconds in card["seconds"].items()}
NAMES = (
    "master.mp4",
    "captions.srt",
    "captions.vtt",
    "screenplay.fountain",
    "screenplay.fdx",
    "timeline.otio",
    "timeline.edl",
    "timeline.fcpxml",
    "storyboard.pdf",
    "poster.jpg",
)


def test_a_screenplay_becomes_every_file(drafted: Drafted) -> None:
    told = drafted.first
    folder = Path(told["master"]).parent
    assert set(told) == {
        "episode", "master", "duration_s", "wall_s", "takes_made", "takes_reused", "failed", "switched", "silent",
        "cost_usd",
    }  # fmt: skip
    assert told["cost_usd"] == 0
    assert told["failed"] == told["switched"] == []
    for name in NAMES:
        assert (folder / name).stat().st_size > 50, name
    with av.open(told["master"]) as film:
        picture, sound = film.streams.video[0], film.streams.audio[0]
        assert (picture.width, picture.height, picture.average_rate) == (1280, 720, 24)
        assert sound.rate == 48_000
        assert picture.frames / 24 == pytest.approx(told["duration_s"], abs=0.001)
        assert [stream.type for stream in film.streams if stream.type == "subtitle"]


def test_drafting_again_reuses_and_a_changed_line_remakes_little(drafted: Drafted) -> None:
    again = draft(drafted.environment, drafted.source, drafted.out)
    assert again["takes_made"] == 0
    assert again["episode"] == drafted.first["episode"]
    drafted.change("You kept it all these years.")
    two = drafted.environment | {"STUDIO_WORKERS": "2"}
    planned = answer(run(two, "plan", str(drafted.source), "--json"))
    changed = draft(drafted.environment, drafted.source, drafted.out)
    assert changed["takes_made"] == len(planned["to_make"]) == 5
    work = sum(WORK[subject.partition(":")[0]] for subject in planned["to_make"])
    assert planned["seconds"] == pytest.approx(work / 2, abs=0.06)
    assert "all these years" in (drafted.out / "captions.srt").read_text()


def test_keeping_stale_takes_keeps_the_old_voice(drafted: Drafted) -> None:
    drafted.change("You lost it.")
    kept = draft(drafted.environment, drafted.source, drafted.out, "--keep-stale")
    assert kept["takes_made"] == 1  # the master, for its captions
    planned = answer(run(drafted.environment, "plan", str(drafted.source), "--json"))
    assert any(subject.startswith("speech:") for subject in planned["stale"])


def test_the_screenplay_a_film_is_made_from_is_never_written_over(drafted: Drafted) -> None:
    drafted.out.mkdir()
    own = drafted.out / "screenplay.fountain"
    typed = drafted.source.read_text().replace("TOM\n", "\n\n   @Tom\n") + "\n\n\n"
    own.write_text(typed)
    told = draft(drafted.environment, own, drafted.out)
    assert own.read_text() == typed
    assert Path(told["master"]).parent == drafted.out
    assert "Tom" in (drafted.out / "screenplay.fdx").read_text()


def test_two_drafts_of_a_pitch_at_once_make_everything_once(
    environment: dict[str, str], home: Path, tmp_path: Path
) -> None:
    asked = ("--length", "20", "--seed", "3", "--title", "The Tide Table")
    with ThreadPoolExecutor() as both:
        answers = list(both.map(lambda n: draft(environment, PITCH, tmp_path / f"out{n}", *asked), range(2)))
    one, two = (tmp_path / f"out{n}" for n in range(2))
    for name in NAMES:
        told = (one / name).read_bytes().replace(str(one).encode(), str(two).encode())  # edit lists name their media
        assert told == (two / name).read_bytes(), name
    assert {tries for _, _, tries in made(home).values()} == {1}
    with sqlite3.connect(home / "studio.db") as rows:
        ((state,),) = rows.execute("SELECT state FROM run").fetchall()
        ((seed,),) = rows.execute("SELECT seed FROM episode").fetchall()
    assert (state, seed) == ("done", 3)
    assert max(answer["takes_made"] for answer in answers) == len(made(home))
    written = TemplateWriter().write(Pitch(PITCH, 20, 3, "The Tide Table"))
    assert (one / "screenplay.fountain").read_text("utf-8") == write_fountain(written)
    assert all(18 < answer["duration_s"] < 31 for answer in answers)  # so short a story has little to leave out


def test_a_high_square_film_is_staged_square_under_its_own_title(environment: dict[str, str], tmp_path: Path) -> None:
    source, asked = tmp_path / "door.fountain", ("--aspect", "1:1", "--quality", "high", "--title", "The Other Door")
    source.write_text("INT. HALL - NIGHT\n\nMARA\nOpen.\n\nTOM\nNo.\n")
    told = draft(environment, source, tmp_path / "out", *asked, "--seed", "7", "--no-music")
    with av.open(told["master"]) as film:
        picture = film.streams.video[0]
        assert (picture.width, picture.height, picture.average_rate) == (1080, 1080, 30)
        assert picture.sample_aspect_ratio in (None, 0, 1)
        assert picture.frames / 30 == pytest.approx(told["duration_s"], abs=0.001)
    with Image.open(tmp_path / "out" / "poster.jpg") as poster:
        assert poster.size == (1080, 1080)
    (row,) = answer(run(environment, "status", "--json"))
    assert row["title"] == "The Other Door"
    same, other = (
        answer(run(environment, "plan", str(source), *asked, "--seed", seed, "--no-music", "--json"))
        for seed in ("7", "8")
    )
    assert same["to_make"] == []
    assert any(subject.startswith("look:") for subject in other["to_make"])


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("broken.fdx", b"<FinalDraft><Content><Paragraph>", "line"),
        (
            "bomb.fdx",
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><FinalDraft>&c;</FinalDraft>',
            "holds no DTD or entities",
        ),
        (
            "secret.fdx",
            b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><FinalDraft><Text>&b;</Text></FinalDraft>',
            "holds no DTD or entities",
        ),
        ("binary.fountain", bytes(range(256)) * 40, "binary.fountain is not text in UTF-8"),
        ("nulls.fountain", b"INT. ROOM - DAY\n\nMARA\nHello.\0\n", "nulls.fountain is not a text file"),
        ("empty.fountain", b"  \n\n", "empty.fountain is empty"),
    ],
)
def test_bad_files_get_a_sentence_and_exit_code_2(
    environment: dict[str, str], tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(data)
    done = run(environment, "draft", str(tmp_path / name), "--out", str(tmp_path / "out"))
    refused(done, words, 2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("   ",), "empty"),
        (("missing.fountain",), "no file"),
        (("A pitch.", "--length", "5"), "length"),
        (("A pitch.", "--burn", "comic"), "burn"),
    ],
)
def test_bad_arguments_get_a_sentence_and_exit_code_2(
    environment: dict[str, str], tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    refused(run(environment, "draft", *arguments, "--out", str(tmp_path / "out")), words, 2)


def test_the_doctor_says_what_is_there(environment: dict[str, str]) -> None:
    done = run(environment, "doctor", "--json")
    found = {one["what"]: one for one in answer(done)}
    assert done.returncode == 0
    assert found["voice: espeak-ng"]["well"]
    assert found["ffmpeg"]["seen"]


def test_status_without_episodes_says_how_to_begin(environment: dict[str, str]) -> None:
    assert "draft" in run(environment, "status").stdout
