"""What cannot be used is refused at the door, in a sentence and with its exit code."""

from __future__ import annotations

import sqlite3
import subprocess
import threading
import time
from pathlib import Path

import av
import pytest

from services.media.ffmpeg import Ffmpeg
from tests.journeys.conftest import Drafted
from tests.journeys.studio import answer, draft, refused, run

PITCH = "A keeper finds a key."


@pytest.mark.parametrize("place", ["file/home", "/proc/studio"])
@pytest.mark.parametrize("arguments", [("status",), ("draft", PITCH, "--out", "OUT")])
def test_a_runtime_folder_that_cannot_be_written_is_named(
    environment: dict[str, str], tmp_path: Path, place: str, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "file").write_text("not a folder")
    home = str(tmp_path / place)
    arguments = tuple(str(tmp_path / "out") if part == "OUT" else part for part in arguments)
    refused(run(environment | {"STUDIO_HOME": home}, *arguments), "STUDIO_HOME: cannot write to", 2)


@pytest.mark.parametrize("place", ["file/out", "/proc/out"])
def test_a_folder_for_the_files_that_cannot_be_written_is_named_before_anything_is_made(
    environment: dict[str, str], home: Path, tmp_path: Path, place: str
) -> None:
    (tmp_path / "file").write_text("not a folder")
    refused(run(environment, "draft", PITCH, "--out", str(tmp_path / place)), "out: cannot write to", 2)
    assert list(home.iterdir()) == []


def test_a_runtime_folder_with_a_damaged_database_is_said(environment: dict[str, str], home: Path) -> None:
    (home / "studio.db").write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)
    refused(run(environment, "status"), "the database answers", 1)


def test_an_unknown_episode_is_bad_input(environment: dict[str, str]) -> None:
    refused(run(environment, "status", "nobody"), "no episode called nobody", 2)


def test_an_error_nobody_foresaw_is_a_sentence_and_its_traceback_is_in_the_log(drafted: Drafted) -> None:
    with sqlite3.connect(drafted.home / "studio.db") as rows:
        rows.execute("UPDATE run SET state = 'nonsense'")
    done = run(drafted.environment, "status")
    refused(done, "that nobody foresaw", 1)
    log = (drafted.home / "log" / "studio.log").read_text()
    found = log.split("unforeseen reference=")[1][:8]
    assert found in done.stderr
    assert "Traceback" in log


def test_a_database_locked_for_seconds_is_waited_for(drafted: Drafted, tmp_path: Path) -> None:
    drafted.change("You kept it all these years.")
    free = threading.Event()

    def lock() -> None:
        with sqlite3.connect(drafted.home / "studio.db", timeout=60, isolation_level=None) as rows:
            for _ in range(3):
                rows.execute("BEGIN IMMEDIATE")
                free.wait(2.0)
                rows.execute("COMMIT")
                time.sleep(0.3)

    other = threading.Thread(target=lock)
    other.start()
    try:
        assert draft(drafted.environment, drafted.source, drafted.out)["failed"] == []
    finally:
        free.set()
        other.join()


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    source = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=24:duration=1"]
    Ffmpeg().run([*source, "-pix_fmt", "yuv420p", str(folder / "one.mp4")], what="a clip")
    return folder


def assemble(environment: dict[str, str], folder: Path, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return run(environment, "assemble", str(folder), "--out", str(out), "--json", *more)


@pytest.mark.parametrize(
    ("asked", "shape", "fps"),
    [((), (1280, 720), 24), (("--aspect", "9:16", "--quality", "high"), (1080, 1920), 30)],
)
def test_one_clip_is_a_film_of_the_frame_that_was_asked_for(
    environment: dict[str, str], clips: Path, tmp_path: Path, asked: tuple[str, ...], shape: tuple[int, int], fps: int
) -> None:
    done = assemble(environment, clips, tmp_path / "film.mp4", *asked)
    assert done.returncode == 0, done.stderr
    assert answer(done)["frames"] == fps
    with av.open(str(tmp_path / "film.mp4")) as film:
        pictures = [picture.to_ndarray(format="gray") for picture in film.decode(video=0)]
        assert film.streams.video[0].average_rate == fps
    assert len(pictures) == fps
    assert pictures[0].shape[::-1] == shape
    across, down = (pictures[0].std(axis=axis).max() for axis in (0, 1))
    assert min(across, down) > 20


def test_what_cannot_be_assembled_is_named(environment: dict[str, str], clips: Path, tmp_path: Path) -> None:
    out, empty, broken = tmp_path / "film.mp4", tmp_path / "empty", tmp_path / "broken"
    empty.mkdir()
    refused(assemble(environment, empty, out), "no clip in", 2)
    refused(assemble(environment, tmp_path / "nowhere", out), "not a folder", 2)
    broken.mkdir()
    (broken / "torn.mp4").write_bytes((clips / "one.mp4").read_bytes()[:2000])
    refused(assemble(environment, broken, out), "torn.mp4", 2)
    captions = tmp_path / "captions.srt"
    captions.write_text("1\n00:00:00,000 --> 00:00:00,500\nFine.\n\n2\n00:00:01,000 -> later\nBroken.\n")
    refused(assemble(environment, clips, out, "--captions", str(captions)), "line 6", 2)
    refused(assemble(environment, clips, out, "--voice", str(captions)), "captions.srt", 2)
    refused(assemble(environment, clips, Path("/proc/film.mp4")), "out: cannot write to /proc", 2)
    refused(assemble(environment, clips, clips / "film.mp4"), "film.mp4 would lie among its own clips", 2)
    for no_film in (tmp_path / "film.mkv", tmp_path):
        refused(assemble(environment, clips, no_film), "is no name of a film; it ends in .mp4", 2)
    assert not out.exists()
