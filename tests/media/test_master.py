from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from services.media import mp4
from services.media.conform import conform
from services.media.encoding import encoder, tagged
from services.media.ffmpeg import Ffmpeg
from services.media.master import Film, master
from services.media.mix import mix
from services.media.sound import open_wav
from services.media.stretch import Placed, Score
from services.media.whole import whole
from studio.errors import RenderFailed, Unreadable
from studio.takes.briefs import Caption, ShotBrief
from studio.takes.frame import Frame


@pytest.fixture
def shots(ffmpeg: Ffmpeg, tiny: Frame, source: Any, tmp_path: Path) -> list[tuple[str, Path]]:
    made = []
    for i, frames in enumerate((24, 7, 61)):
        out = tmp_path / f"shot{i}.mp4"
        conform(ffmpeg, source(3.0, hue=60 * i), ShotBrief(frame=tiny, frames=frames), out)
        made.append((f"{i}A", out))
    return made


def soundtrack(wav: Any, tmp_path: Path, frames: int) -> Path:
    """Silence with a click at the first sample of the frames 24 and 31, where the shots change."""
    samples = np.zeros(frames * 2000)
    for at in (24, 31):
        samples[at * 2000 : at * 2000 + 48] = 0.5
    sound = open_wav(wav("clicks.wav", samples))
    assert sound
    out = tmp_path / "mix.m4a"
    mix(Score(frames * 2000, (Placed(sound, "clicks", 0),), ()), out, tmp_path / "cache")
    return out


def test_the_film_is_its_shots_picture_for_picture(ffmpeg: Ffmpeg, shots: Any, tmp_path: Path, pictures: Any) -> None:
    out = tmp_path / "master.mp4"
    assert master(ffmpeg, Film("Tide", 24, shots), out, tmp_path / "cache") == 92
    joined = pictures(out)
    assert len(joined) == 92
    assert (joined == np.concatenate([pictures(path) for _, path in shots])).all()


def test_sound_picture_and_captions_start_and_end_together(
    ffmpeg: Ffmpeg, shots: Any, tmp_path: Path, wav: Any, heard: Any
) -> None:
    out = tmp_path / "master.mp4"
    captions = (Caption(text="Hé <b>\nthere", start=24, end=48), Caption(text="Again", start=40, end=60))
    track = soundtrack(wav, tmp_path, 92)
    master(ffmpeg, Film("Tïde & time", 24, shots, track, captions, "fr-CA"), out, tmp_path / "cache")
    loud = np.abs(heard(out)).max(axis=1)
    assert len(loud) == 92 * 2000
    for at in (24, 31):
        around = loud[at * 2000 - 1000 : at * 2000 + 1000]
        assert abs(int(np.argmax(around > 0.5 * around.max())) - 1000) <= 8
    with av.open(str(out)) as file:
        assert file.metadata["title"] == "Tïde & time"
        assert [s.type for s in file.streams] == ["video", "audio", "subtitle"]
        assert file.streams[1].language == file.streams[2].language == "fra"
        assert abs(file.duration / av.time_base - 92 / 24) < 0.001
    assert b"colrnclx" + bytes([0, 1, 0, 1, 0, 1, 0]) in out.read_bytes()  # BT.709, limited range
    assert out.read_bytes().index(b"moov") < out.read_bytes().index(b"mdat")


def test_soft_captions_come_back_as_they_were(ffmpeg: Ffmpeg, shots: Any, tmp_path: Path) -> None:
    out, srt = tmp_path / "master.mp4", tmp_path / "back.srt"
    captions = (Caption(text="One\ntwo", start=24, end=48), Caption(text="Three", start=60, end=90))
    master(ffmpeg, Film("T", 24, shots, None, captions), out, tmp_path / "cache")
    ffmpeg.run(["-i", str(out), "-map", "0:s:0", str(srt)], what="captions")
    text = srt.read_text("utf-8")
    assert "00:00:01,000 --> 00:00:02,000\nOne\ntwo" in text
    assert "00:00:02,500 --> 00:00:03,750\nThree" in text


def test_soft_captions_keep_every_sign_a_writer_typed(ffmpeg: Ffmpeg, shots: Any, tmp_path: Path) -> None:
    """What looks like a mark of SubRip or ASS is words, and one caption stands right after another."""
    texts = ("<b>No</b> & never", "{\\b1}braces{\\b0} in C:\\new", "<i>אני</i>\n1 < 2 --> 3")
    captions = tuple(Caption(text=text, start=10 + 20 * n, end=30 + 20 * n) for n, text in enumerate(texts))
    out = tmp_path / "master.mp4"
    master(ffmpeg, Film("T", 24, shots, None, captions), out, tmp_path / "cache")
    with av.open(str(out)) as file:
        track = file.streams.subtitles[0]
        found = [
            (bytes(one)[2:].decode(), round((one.pts or 0) * float(track.time_base or 0) * 24, 3))
            for one in file.demux(track)
            if one.size
        ]
    assert found == [("", 0), *((one.text, one.start) for one in captions)]
    assert out.read_bytes().count(b"btrt") == 2  # one for the pictures, one for the captions


def test_the_same_film_has_the_same_bytes(ffmpeg: Ffmpeg, shots: Any, tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        master(ffmpeg, Film("T", 24, shots, None, (Caption(text="x", start=1, end=5),)), tmp_path / name, tmp_path)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_a_shot_of_another_size_is_named_and_nothing_is_left(ffmpeg: Ffmpeg, shots: Any, tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"
    ffmpeg.run(["-i", str(shots[0][1]), "-vf", f"scale=96:96,{tagged()}", *encoder(24), str(other)], what="another")
    out = tmp_path / "master.mp4"
    with pytest.raises(RenderFailed, match="shot 7B cannot be joined"):
        master(ffmpeg, Film("T", 24, [*shots, ("7B", other)]), out, tmp_path / "cache")
    assert not list(tmp_path.glob("*master*"))


def test_a_shot_of_an_earlier_version_is_encoded_as_today_s_once(
    ffmpeg: Ffmpeg, shots: Any, tmp_path: Path, pictures: Any
) -> None:
    earlier, out, cache = tmp_path / "earlier.mp4", tmp_path / "master.mp4", tmp_path / "cache"
    settings = encoder(24)
    settings[settings.index("-crf") + 1] = "27"
    ffmpeg.run(["-i", str(shots[2][1]), "-vf", tagged(), *settings, str(earlier)], what="an earlier shot")
    film = Film("T", 24, [shots[0], ("2A", earlier), shots[1]], spans={"2A": (5, 61)})
    with pytest.raises(Unreadable, match="cannot be joined from frame 5"):
        master(ffmpeg, Film("T", 24, [("2A", earlier)], spans={"2A": (5, 61)}), out, cache)  # nothing to be like
    assert master(ffmpeg, film, out, cache) == 24 + 56 + 7
    seen, first = pictures(out), out.read_bytes()
    assert (seen[:24] == pictures(shots[0][1])).all()
    assert np.abs(seen[24:80].astype(int) - pictures(earlier)[5:]).mean() < 2
    kept = {file: file.stat().st_ino for file in cache.iterdir()}
    assert len(kept) == 2  # today's look and the shot
    master(ffmpeg, film, out, cache)
    assert ({file: file.stat().st_ino for file in cache.iterdir()}, out.read_bytes()) == (kept, first)


def test_shots_that_are_all_of_an_earlier_version_are_joined_as_they_are(
    ffmpeg: Ffmpeg, shots: Any, tmp_path: Path, pictures: Any
) -> None:
    earlier, out = tmp_path / "earlier.mp4", tmp_path / "master.mp4"
    settings = encoder(24)
    settings[settings.index("-crf") + 1] = "27"
    ffmpeg.run(["-i", str(shots[1][1]), "-vf", tagged(), *settings, str(earlier)], what="an earlier shot")
    master(ffmpeg, Film("T", 24, [("a", earlier), ("b", earlier)]), out, tmp_path / "cache")
    assert (pictures(out) == np.concatenate([pictures(earlier)] * 2)).all()


def test_a_damaged_shot_is_named(ffmpeg: Ffmpeg, shots: Any, tmp_path: Path) -> None:
    shots[1][1].write_bytes(shots[1][1].read_bytes()[:300])
    with pytest.raises(Unreadable, match="1A"):
        master(ffmpeg, Film("T", 24, shots), tmp_path / "master.mp4", tmp_path)


def test_no_file_is_left_half_written_when_the_disk_is_full(tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    target.write_bytes(b"the one before")

    def half() -> None:
        with whole(target) as fresh:
            fresh.write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(RenderFailed, match="disk is full"):
        half()
    assert target.read_bytes() == b"the one before"
    assert [p.name for p in tmp_path.iterdir()] == ["film.mp4"]


def test_an_hours_worth_of_frames_adds_up(ffmpeg: Ffmpeg, shots: Any, tmp_path: Path) -> None:
    out = tmp_path / "master.mp4"
    many = shots * 40
    frames = master(ffmpeg, Film("T", 24, many), out, tmp_path / "cache")
    track = mp4.read(out)
    assert frames == track.frames == 92 * 40
    assert track.ticks == 512
