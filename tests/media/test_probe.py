from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.media.inspecting import inspect
from services.media.probe import Probe, probe
from studio.errors import Unreadable

X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
CASES = {
    "tagged.mp4": [*X264, "-vf", "setparams=colorspace=smpte170m"],
    "bt709.mp4": [*X264, "-preset", "fast", "-bf", "3", "-vf", "setparams=colorspace=bt709"],
    "untagged.mkv": X264,
    "stream.ts": [*X264, "-vf", "setparams=colorspace=smpte170m"],
    "vp9.webm": ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-vf", "setparams=colorspace=smpte170m"],
    "jpegs.avi": ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p"],
    "drawn.gif": [],
    "old.mpg": ["-c:v", "mpeg2video"],
}
MATRIX = {"tagged.mp4": 6, "bt709.mp4": 1, "untagged.mkv": 2, "stream.ts": 6, "vp9.webm": 6}


@pytest.mark.parametrize("name", CASES)
def test_a_file_is_known_whatever_it_is(ffmpeg: Any, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    ffmpeg.run(["-f", "lavfi", "-i", "testsrc2=s=192x108:r=25:d=1", *CASES[name], str(path)], what=name)
    seen = probe(path)
    assert (seen.width, seen.height, round(seen.fps), seen.sound) == (192, 108, 25, False)
    assert abs(seen.seconds - 1) < 0.1
    if name in MATRIX:
        assert seen.matrix == MATRIX[name]


def test_what_is_not_there_is_said(ffmpeg: Any, source: Any, tmp_path: Path) -> None:
    tone = tmp_path / "tone.m4a"
    ffmpeg.run(["-f", "lavfi", "-i", "sine=d=1", str(tone)], what="a tone")
    assert probe(tone, picture=False).sound
    with pytest.raises(Unreadable, match="no picture"):
        probe(tone)
    with pytest.raises(Unreadable, match="no sound"):
        probe(source(1.0), picture=False)
    matrix = probe(source(1.0)).matrix
    assert probe(source(1.0, sound=True)) == Probe(200, 150, 25.0, 1.0, matrix, sound=True, shown=1.0)


def test_what_somebody_brings_is_decoded_before_it_is_believed(source: Any, tmp_path: Path) -> None:
    film = source(seconds=1.0)
    seen = inspect(film)
    assert (seen.width, seen.height) == (probe(film).width, probe(film).height)
    assert abs(seen.seconds - 1) < 0.1
    head = tmp_path / "head.mp4"
    data = bytearray(film.read_bytes())
    at = data.index(b"mdat") + 4
    data[at : at + 4000] = bytes(4000)
    head.write_bytes(data)
    with pytest.raises(Unreadable, match="head"):
        inspect(head)
