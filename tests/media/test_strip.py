"""A name lies over the lower third of its shot for its time, and the shot stays one that conforms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
from moviepy import ColorClip

from services.media.conform import conforms
from services.media.encoding import Raw, encode
from services.media.ffmpeg import Ffmpeg
from services.media.strip import introduce, lower_third
from studio.takes.briefs import NameStrip, ShotBrief
from studio.takes.frame import Frame


def test_a_lower_third_shows_for_its_time_only() -> None:
    frame = Frame(width=320, height=180, fps=24)
    ground = ColorClip((320, 180), color=(20, 30, 40), duration=4.0)
    shown = lower_third(ground, "Mara", frame, accent="#d99a2b", start=0.4)
    before, during, after = (shown.get_frame(at).astype(int) for at in (0.1, 1.8, 3.8))
    assert (before == after).all()
    assert np.abs(during[122:] - before[122:]).max() > 120
    assert (during[:100] == before[:100]).all()


def test_a_clip_with_a_name_still_conforms(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    frame, plain, out = Frame(width=320, height=180, fps=24), tmp_path / "plain.mp4", tmp_path / "named.mp4"
    grey = bytes([90]) * (320 * 180 * 3 // 2)
    encode(ffmpeg, Raw([grey] * 48), frame, plain, what="a grey clip")
    name = NameStrip(text="Mara", start=6, accent="#d99a2b")
    introduce(ffmpeg, plain, ShotBrief(frame=frame, frames=48, names=(name,), key=12), out)
    assert conforms(ffmpeg, out, frame, 48, key=12)


def test_two_who_speak_at_once_have_a_strip_each(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    """The second name lies above the first while that is seen, and where nobody's is seen any more it lies below."""
    frame, plain, out = Frame(width=640, height=360, fps=24), tmp_path / "plain.mp4", tmp_path / "named.mp4"
    encode(ffmpeg, Raw([bytes([90]) * (640 * 360 * 3 // 2)] * 120), frame, plain, what="a grey clip")
    starts = {"Ann": 2, "Bo": 2, "Cy": 80}
    names = tuple(NameStrip(text=name, start=start, accent="#d99a2b") for name, start in starts.items())
    introduce(ffmpeg, plain, ShotBrief(frame=frame, frames=120, names=names), out)
    with av.open(str(out)) as file:
        pictures = [picture.to_ndarray(format="gray") for picture in file.decode(video=0)]
    assert [_strips(pictures[at]) for at in (0, 40, 100)] == [0, 2, 1]


def _strips(picture: Any) -> int:
    """How many paper strips begin, from the top, just inside the left edge of where they lie."""
    bright = picture[:, 48].astype(int) > 170
    return int((bright[1:] & ~bright[:-1]).sum())
