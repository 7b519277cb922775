"""Captions into the picture, with libass and the shipped fonts only."""

from __future__ import annotations

from pathlib import Path

from studio.cut.captions import CaptionStyle, to_ass
from studio.cut.fonts import runs, script_of
from studio.takes.briefs import ShotBrief


def filter_for(brief: ShotBrief, folder: Path) -> str:
    """Write a shot's captions beside the work and give the ffmpeg filter that draws them."""
    style = CaptionStyle(brief.style) if brief.style else CaptionStyle.PLAIN
    script = folder / "captions.ass"
    script.write_text(to_ass(brief.captions, brief.frame, style), "utf-8")
    return f"ass=filename={quoted(script)}:fontsdir={quoted(_fonts(brief, folder / 'fonts'))}"


def _fonts(brief: ShotBrief, folder: Path) -> Path:
    """A folder of the fonts these captions need: libass reads every file of it, 6 MB of all there are."""
    folder.mkdir(exist_ok=True)
    used = {found.path for caption in brief.captions for found, _ in runs(caption.text)}
    for font in used | {script_of("").path}:
        link = folder / font.name
        if not link.exists():
            link.symlink_to(font)
    return folder


def quoted(path: Path) -> str:
    """A path as a value in a filter graph: escaped once for the filter's options, once for the graph."""
    value = str(path).replace("\\", "\\\\").replace(":", "\\:").replace("'", "\\'")
    return "".join(f"\\{char}" if char in "\\'[],;" else char for char in value)
