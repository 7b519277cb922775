from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.media import mp4
from services.media.assemble import assemble, clips_in
from services.media.cutting import Cutting
from services.media.ffmpeg import Ffmpeg
from services.media.job import Job, Record
from studio.errors import BadRequest, Unreadable
from studio.takes.frame import Frame
from tests.media.hearing import band
from tests.media.hearing import heard as sound_of

TONE = 2000.0  # Hz
SRT = "1\n00:00:00,500 --> 00:00:01,500\nAcross the cut\n"


@pytest.fixture
def clips(source: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "clips"
    folder.mkdir()
    for i, name in enumerate(("clip10.mp4", "clip2.mp4", "clip1.mp4")):
        shutil.copy(source(1.0, hue=70 * i), folder / name)
    (folder / "notes.txt").write_text("not a clip")
    return folder


def test_clips_come_in_name_order_with_numbers_counted(clips: Path) -> None:
    assert [path.name for path in clips_in(clips)] == ["clip1.mp4", "clip2.mp4", "clip10.mp4"]


def test_a_raised_figure_is_no_number(tmp_path: Path) -> None:
    for name in ("²1.mp4", "clip².mp4", "12.mp4", "٣.mp4"):
        (tmp_path / name).touch()
    assert [path.name for path in clips_in(tmp_path)][:2] == ["clip².mp4", "²1.mp4"]


def test_a_folder_without_clips_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="no clip"):
        clips_in(tmp_path)
    with pytest.raises(BadRequest, match="not a folder"):
        clips_in(tmp_path / "nowhere")


def test_the_cut_is_whole_and_only_what_changed_is_made_again(
    clips: Path, tiny: Frame, tmp_path: Path, wav: Any, source: Any, pictures: Any, heard: Any, loudness: Any
) -> None:
    out, srt = tmp_path / "out" / "film.mp4", tmp_path / "c.srt"
    srt.write_text(SRT)
    voice = wav("voice.wav", 0.3 * np.sin(np.arange(2 * 48_000) / 30))
    music = wav("music.wav", 0.2 * np.sin(np.arange(2 * 30_000).reshape(-1, 2) / 7))

    def cut() -> Any:
        return assemble(
            clips_in(clips), out=out, frame=tiny, cache=tmp_path / "cache", voice=voice, captions=srt, music=music
        )

    cold = cut()
    assert (cold.made, cold.reused, cold.frames) == (3, 0, 72)
    assert len(pictures(out)) == 72
    assert len(heard(out)) == 72 * 2000
    assert abs(loudness(out)[0] + 16) <= 1
    before = out.stat().st_mtime_ns
    again = cut()
    assert (again.made, again.reused) == (0, 3)
    assert out.stat().st_mtime_ns == before
    old = pictures(out)
    shutil.copy(source(1.0, hue=200), clips / "clip2.mp4")
    changed = cut()
    assert (changed.made, changed.reused) == (1, 2)
    new = pictures(out)
    assert (old[:24] == new[:24]).all()
    assert (old[24:48] != new[24:48]).any()
    assert (old[48:] == new[48:]).all()


def test_captions_are_seen_while_they_last_and_where_captions_stand(
    clips: Path, tiny: Frame, tmp_path: Path, pictures: Any
) -> None:
    srt = tmp_path / "c.srt"
    srt.write_text(SRT)
    bare, told = tmp_path / "bare.mp4", tmp_path / "told.mp4"
    for out, captions in ((bare, None), (told, srt)):
        assemble(clips_in(clips), out=out, frame=tiny, cache=tmp_path / "cache", captions=captions)
    changed = np.abs(pictures(bare).astype(int) - pictures(told)) > 60
    written, above = changed[:, 60:].mean(axis=(1, 2)), changed[:, :45].mean(axis=(1, 2))
    assert written[13:35].min() > 0.01  # from half a second to one and a half, across the cut
    assert written[:12].max() < 0.001
    assert written[37:].max() < 0.001
    assert above.max() < 0.001


def test_music_is_heard_to_the_end_and_goes_down_under_the_voice(
    clips: Path, tiny: Frame, tmp_path: Path, wav: Any
) -> None:
    at = np.arange(48_000)
    voice = wav("voice.wav", 0.3 * np.sin(np.arange(30_000) / 30))
    music = wav("music.wav", 0.2 * np.sin(2 * np.pi * TONE * at / 48_000))
    levels = []
    for name, bed in (("bare", None), ("scored", music)):
        out = tmp_path / f"{name}.mp4"
        assemble(clips_in(clips), out=out, frame=tiny, cache=tmp_path / "cache", voice=voice, music=bed)
        levels.append(band(sound_of(out), TONE))
    bare, scored = levels
    assert len(scored) == 60  # twentieths of a second: the music is a second long, the film three
    assert (scored[2:58] - bare[2:58]).min() > 10
    assert scored[30:56].mean() - scored[2:12].mean() > 6


def test_a_changed_clip_is_seen_though_its_size_and_time_are_put_back(clips: Path, tiny: Frame, tmp_path: Path) -> None:
    clip, cache = clips / "clip2.mp4", tmp_path / "cache"

    def made() -> int:
        return assemble(clips_in(clips), out=tmp_path / "film.mp4", frame=tiny, cache=cache).made

    def put(data: bytes) -> None:
        clip.write_bytes(data)
        os.utime(clip, ns=(before.st_atime_ns, before.st_mtime_ns))

    before, data = clip.stat(), clip.read_bytes()
    assert (made(), made()) == (3, 0)
    put(data[:-1] + bytes([data[-1] ^ 1]))
    assert made() == 1
    put(data)
    assert made() == 0


def test_a_film_that_is_there_is_found_without_loading_what_makes_films(
    clips: Path, tiny: Frame, tmp_path: Path
) -> None:
    script = (
        "import sys\n"
        "heavy = {'av', 'cv2', 'dbos', 'numpy', 'sqlalchemy', 'streamlit'}\n"
        "from services.cli import app\n"
        "app(sys.argv[1:], standalone_mode=False)\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script, "assemble", str(clips), "--out", str(tmp_path / "film.mp4")]

    def loaded() -> str:
        environment = os.environ | {"STUDIO_HOME": str(tmp_path / "home")}
        said = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
        return said.splitlines()[-1]

    assert "numpy" in loaded()
    assert loaded() == "[]"


def test_a_longer_voice_holds_the_last_picture(
    clips: Path, tiny: Frame, tmp_path: Path, wav: Any, pictures: Any
) -> None:
    voice = wav("voice.wav", 0.3 * np.sin(np.arange(4 * 48_000) / 30))
    out = tmp_path / "film.mp4"
    report = assemble(clips_in(clips), out=out, frame=tiny, cache=tmp_path / "cache", voice=voice)
    assert report.seconds == 4.0
    assert len(pictures(out)) == 96


def test_clips_keep_their_own_sound_without_a_voice(tiny: Frame, tmp_path: Path, source: Any, heard: Any) -> None:
    out = tmp_path / "film.mp4"
    both = [source(1.0), source(1.0, sound=True)]
    assemble(both, out=out, frame=tiny, cache=tmp_path / "cache")
    loud = np.abs(heard(out)[:, 0])
    assert loud[: 24 * 2000 - 4000].max() < 0.01
    assert loud[24 * 2000 + 4000 :].max() > 0.05


@pytest.mark.parametrize(("sound", "frames"), [(1.04, 24), (1.5, 36)])
def test_sound_that_goes_on_for_a_packet_holds_no_picture(
    ffmpeg: Any, tiny: Frame, tmp_path: Path, wav: Any, sound: float, frames: int
) -> None:
    folder = tmp_path / "made"
    folder.mkdir()
    picture = ["-f", "lavfi", "-i", "testsrc2=s=160x90:r=24:d=1", "-f", "lavfi", "-i", f"sine=d={sound}"]
    ffmpeg.run([*picture, "-c:v", "libx264", "-c:a", "pcm_s16le", str(folder / "1.mov")], what="a clip")

    def cut(**more: Any) -> int:
        return assemble(
            clips_in(folder), out=tmp_path / "film.mp4", frame=tiny, cache=tmp_path / "cache", **more
        ).frames

    assert cut() == frames
    assert cut(voice=wav("voice.wav", 0.3 * np.sin(np.arange(9_000) / 30))) == 24  # nobody hears the clip's own


def test_without_any_sound_the_film_has_no_sound_track(tiny: Frame, tmp_path: Path, source: Any) -> None:
    out = tmp_path / "film.mp4"
    assert assemble([source(1.0)], out=out, frame=tiny, cache=tmp_path / "cache").lufs is None
    assert mp4.read(out).frames == 24


def test_a_broken_clip_is_named_and_the_old_film_stays(clips: Path, tiny: Frame, tmp_path: Path) -> None:
    out = tmp_path / "film.mp4"
    out.write_bytes(b"the one before")
    (clips / "clip2.mp4").write_bytes(b"rubbish")
    with pytest.raises(Unreadable, match=r"clip2\.mp4"):
        assemble(clips_in(clips), out=out, frame=tiny, cache=tmp_path / "cache")
    assert out.read_bytes() == b"the one before"


def test_captions_that_make_no_sense_name_the_line(clips: Path, tiny: Frame, tmp_path: Path) -> None:
    srt = tmp_path / "c.srt"
    srt.write_text("1\n00:00:01 -> 2\nHi\n")
    with pytest.raises(BadRequest, match="line 1"):
        assemble(clips_in(clips), out=tmp_path / "f.mp4", frame=tiny, cache=tmp_path / "cache", captions=srt)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_captions_of_any_editor_are_read(clips: Path, tiny: Frame, tmp_path: Path, encoding: str) -> None:
    srt, plain = tmp_path / "c.srt", tmp_path / "plain.srt"
    srt.write_bytes(SRT.replace("Across", "Où ça").replace("\n", "\r\n").encode(encoding))
    plain.write_text(SRT.replace("Across", "Où ça"), "utf-8")
    for out, captions in (("a.mp4", srt), ("b.mp4", plain)):
        assemble(clips_in(clips), out=tmp_path / out, frame=tiny, cache=tmp_path / "cache", captions=captions)
    assert [len(mp4.read(tmp_path / out).sizes) for out in ("a.mp4", "b.mp4")] == [72, 72]
    assert (mp4.read(tmp_path / "a.mp4").sizes == mp4.read(tmp_path / "b.mp4").sizes).all()


def test_captions_nobody_can_read_are_named(clips: Path, tiny: Frame, tmp_path: Path) -> None:
    (tmp_path / "c.srt").write_bytes(bytes(range(128, 256)) * 40)
    with pytest.raises(BadRequest, match=r"c\.srt is not text"):
        assemble(clips_in(clips), out=tmp_path / "f.mp4", frame=tiny, cache=tmp_path, captions=tmp_path / "c.srt")


def test_captions_in_other_fonts_are_burnt_in_again_and_nothing_else(
    clips: Path, tiny: Frame, tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    (tmp_path / "c.srt").write_text("1\n00:00:00,500 --> 00:00:00,800\nIn the first clip\n")
    job = Job(clips_in(clips), tmp_path / "film.mp4", tiny, captions=tmp_path / "c.srt")
    made = [Cutting(Record(job, tmp_path / "cache", ffmpeg), fonts=fonts).run(None).made for fonts in (1, 1, 2)]
    assert made == [3, 0, 1]


@pytest.mark.parametrize("left", [0, 600, -1])
def test_damaged_cache_files_are_made_again(
    clips: Path, tiny: Frame, tmp_path: Path, ffmpeg: Any, source: Any, left: int
) -> None:
    """Each file of the cache loses all but `left` bytes; the film comes out with the bytes it had."""
    voice, music, cache, out = tmp_path / "v.mp3", tmp_path / "m.ogg", tmp_path / "cache", tmp_path / "film.mp4"
    for path in (voice, music):
        ffmpeg.run(["-i", str(source(1.0, sound=True)), "-vn", str(path)], what="a sound")

    def cut() -> tuple[bytes, int]:
        out.unlink(missing_ok=True)
        report = assemble(clips_in(clips), out=out, frame=tiny, cache=cache, voice=voice, music=music)
        return out.read_bytes(), report.made

    before, _ = cut()
    files = [path for path in cache.iterdir() if not path.name.startswith("job")]
    assert {path.suffix for path in files} >= {".aac", ".mp4", ".powers", ".wav"}
    whole = {path: path.read_bytes() for path in files}
    for path, data in whole.items():
        path.write_bytes(data[:left])
    assert cut() == (before, 3)
    assert {path: path.read_bytes() for path in files} == whole
    assert cut() == (before, 0)


def test_shots_are_told_as_they_are_there(clips: Path, tiny: Frame, tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):  # made, then reused
        told: list[tuple[int, int]] = []
        assemble(
            clips_in(clips),
            out=tmp_path / name,
            frame=tiny,
            cache=tmp_path / "cache",
            told=lambda done, total: told.append((done, total)),  # noqa: B023
        )
        assert told == [(1, 3), (2, 3), (3, 3)]
