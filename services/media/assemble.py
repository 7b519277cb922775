"""A finished cut from clips somebody already has; one that lies there already is found, not made."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from services.media.ffmpeg import Ffmpeg
from services.media.job import Job, Record, Report
from studio.errors import BadRequest
from studio.takes.frame import Frame

SUFFIXES = frozenset({".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".gif"})

Told = Callable[[int, int], None]  # shots there, of how many


def clips_in(folder: Path) -> list[Path]:
    """List a folder's clips in name order, numbers counted; raises BadRequest when there are none."""
    if not folder.is_dir():
        raise BadRequest(f"{folder} is not a folder", field="CLIPS_DIR")
    found = [path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")]
    if not found:
        raise BadRequest(f"there is no clip in {folder}", field="CLIPS_DIR")
    return sorted(found, key=lambda path: [(int(p), "") if p.isdecimal() else (0, p) for p in _parts(path)])


def assemble(
    clips: Sequence[Path],
    *,
    out: Path,
    frame: Frame,
    cache: Path,
    voice: Path | None = None,
    captions: Path | None = None,
    music: Path | None = None,
    ffmpeg: Path | None = None,
    told: Told | None = None,
) -> Report:
    """Cut the clips together in this order and write `out`.

    `told` hears of each shot as it is there, made or reused, from any thread.
    Clips keep their own sound only when there is no voice. A voice longer than the picture holds the last picture.
    Raises BadRequest, Unreadable or RenderFailed naming the file; nothing is left under `out`'s name then.
    """
    if not clips:
        raise BadRequest("there is no clip to cut", field="clips")
    record = Record(Job(tuple(clips), out, frame, voice, captions, music), cache, Ffmpeg(ffmpeg))
    before = record.found()
    if before:
        return before
    # numpy and libav take a third of a second to load: a film that is there needs neither.
    from services.media.cutting import Cutting

    report = Cutting(record).run(told)
    record.keep(report)
    return report


def _parts(path: Path) -> list[str]:
    return [part for part in re.split(r"(\d+)", path.name.casefold()) if part]
