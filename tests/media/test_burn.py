from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.media.burn import filter_for, quoted
from studio.cut.fonts import FOLDER
from studio.takes.briefs import Caption, ShotBrief
from studio.takes.frame import Frame

FRAME = Frame(width=640, height=360, fps=24)


def drawn(ffmpeg: Any, graph: str, out: Path) -> bytes:
    source = ["-f", "lavfi", "-i", "color=0x304050:s=640x360:r=24", "-frames:v", "2"]
    ffmpeg.run([*source, "-vf", graph, "-f", "rawvideo", "-pix_fmt", "yuv420p", str(out)], what="a caption")
    return out.read_bytes()


@pytest.mark.parametrize(
    "text", ["Plain words", "Mixed 你好 and שלום: Ω, Ж, नमस्ते", "Signs ♪ № → ☂ “…” 5 €", "‘مرحبا’ 2"]
)
def test_the_fonts_beside_a_caption_draw_what_all_of_them_would(ffmpeg: Any, tmp_path: Path, text: str) -> None:
    brief = ShotBrief(frame=FRAME, frames=24, captions=(Caption(text=text, start=0, end=24),))
    graph = filter_for(brief, tmp_path)
    mine = drawn(ffmpeg, graph, tmp_path / "mine.yuv")
    everything = f"ass=filename={quoted(tmp_path / 'captions.ass')}:fontsdir={quoted(FOLDER)}"
    assert mine == drawn(ffmpeg, everything, tmp_path / "all.yuv")
    assert mine != drawn(ffmpeg, "null", tmp_path / "none.yuv")


def test_only_the_fonts_a_caption_needs_lie_beside_it(tmp_path: Path) -> None:
    brief = ShotBrief(frame=FRAME, frames=24, captions=(Caption(text="Hello नमस्ते", start=0, end=24),))
    filter_for(brief, tmp_path)
    assert {font.name for font in (tmp_path / "fonts").iterdir()} == {
        "NotoSans-Bold.ttf",
        "NotoSansDevanagari-Bold.ttf",
    }
