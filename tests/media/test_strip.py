"""A name lies over the lower third of its shot for its time, and the shot stays one that conforms."""

from __future__ import annotations

from pathlib import Path

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
