from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
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


# Letters that stand on the line, one of them as high as a capital: what hangs below differs from script to script.
LETTERS = {
    "latin": "HELLO",
    "greek": "ΓΕΙΑ",
    "arabic": "الكتلة",
    "hebrew": "שלום",
    "devanagari": "नमक",
    "bengali": "কলম",
    "tamil": "கடல",
    "thai": "ปาน",
    "georgian": "ამია",
    "armenian": "ԲԱՐ",
    "cjk": "你好",
}


def test_letters_are_as_high_in_every_script(ffmpeg: Any, tmp_path: Path) -> None:
    texts = [*LETTERS.values(), *(f"HELLO {letters}" for letters in LETTERS.values())]
    captions = tuple(Caption(text=text, start=at, end=at + 1) for at, text in enumerate(texts))
    high = Frame(width=640, height=1280, fps=24)
    source = ["-f", "lavfi", "-i", "color=black:s=640x1280:r=24", "-frames:v", str(len(texts))]
    graph = filter_for(ShotBrief(frame=high, frames=len(texts), captions=captions), tmp_path)
    drawn = ["-vf", f"{graph},format=gray", "-f", "rawvideo", str(tmp_path / "captions.gray")]
    ffmpeg.run([*source, *drawn], what="captions")
    seen = np.fromfile(tmp_path / "captions.gray", np.uint8).reshape(len(texts), 1280, 640)
    heights = (seen > 128).any(axis=2).sum(axis=1)
    shares = dict(zip(texts, heights / heights[0], strict=True))
    assert not {text: share for text, share in shares.items() if not 0.85 < share < 1.3}
