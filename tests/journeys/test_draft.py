"""The command line from a source to files, as a newcomer runs it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import pytest

from tests.journeys.conftest import Drafted
from tests.journeys.studio import answer, draft, refused, run, short_script

NAMES = (
    "master.mp4",
    "captions.srt",
    "captions.vtt",
    "screenplay.fountain",
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
        "episode", "master", "duration_s", "wall_s", "takes_made", "takes_reused", "failed", "silent", "cost_usd"
    }  # fmt: skip
    assert told["cost_usd"] == 0
    assert told["failed"] == []
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
    planned = answer(run(drafted.environment, "plan", str(drafted.source), "--json"))
    changed = draft(drafted.environment, drafted.source, drafted.out)
    assert changed["takes_made"] == len(planned["to_make"]) == 5
    assert "all these years" in (drafted.out / "captions.srt").read_text()


def test_keeping_stale_takes_keeps_the_old_voice(drafted: Drafted) -> None:
    drafted.change("You lost it.")
    kept = draft(drafted.environment, drafted.source, drafted.out, "--keep-stale")
    assert kept["takes_made"] == 1  # the master, for its captions
    planned = answer(run(drafted.environment, "plan", str(drafted.source), "--json"))
    assert any(subject.startswith("speech:") for subject in planned["stale"])


def test_two_drafts_at_once_make_everything_once(environment: dict[str, str], tmp_path: Path) -> None:
    source = tmp_path / "key.fountain"
    source.write_text(short_script())
    with ThreadPoolExecutor() as both:
        answers = list(both.map(lambda n: draft(environment, source, tmp_path / f"out{n}"), range(2)))
    assert answers[0]["episode"] == answers[1]["episode"]
    status = answer(run(environment, "status", answers[0]["episode"], "--json"))
    assert status["progress"]["state"] == "done"
    assert (tmp_path / "out0" / "master.mp4").read_bytes() == (tmp_path / "out1" / "master.mp4").read_bytes()
    assert max(one["takes_made"] for one in answers) == status["progress"]["made"]


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
        ("binary.fountain", bytes(range(256)) * 40, "not"),
        ("empty.fountain", b"  \n\n", "empty"),
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
