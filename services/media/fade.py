"""Fades: the tail of one shot master over the head of the next, or black, encoded as a segment of the film."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import av
import numpy as np

from services.media import mp4
from services.media.encoding import Raw, encode
from services.media.ffmpeg import Ffmpeg
from services.media.lettering import Pixels
from studio.errors import RenderFailed, Unreadable
from studio.takes.briefs import FadeBrief
from studio.takes.frame import Frame


def fade(ffmpeg: Ffmpeg, brief: FadeBrief, out: Path | None, into: Path | None, made: Path) -> None:
    """Make a fade of exactly brief.frames frames; black stands for a shot that is None.

    Every picture of a dissolve shows both shots; a fade begins or ends with black itself. Raises Unreadable naming a
    shot that has too few pictures or cannot be decoded.
    """
    if out is None and into is None:
        raise RenderFailed("a fade needs a shot to come from or to go to")
    dark = _black(brief.frame)
    before = _pictures(out, mp4.read(out).frames - brief.frames, brief.frames) if out else repeat(dark, brief.frames)
    after = _pictures(into, 0, brief.frames) if into else repeat(dark, brief.frames)
    # One step more for a dissolve: its ends are already seen in the shots beside it.
    steps = brief.frames + 1 if out and into else brief.frames
    shown = range(0 if out is None else 1, brief.frames + 1)
    mixed = (_mixed(one, other, number, steps) for one, other, number in zip(before, after, shown, strict=False))
    encode(ffmpeg, Raw(mixed), brief.frame, made, what=made.name)


def _mixed(before: Pixels, after: Pixels, number: int, steps: int) -> bytes:
    """Blend two pictures, in whole numbers: every processor gives the same bytes."""
    total = before * np.uint16(steps - number) + after * np.uint16(number) + np.uint16(steps // 2)
    return (total // np.uint16(steps)).astype(np.uint8).tobytes()


def _black(frame: Frame) -> Pixels:
    """A black picture as yuv420p, limited range: luma rows, then chroma rows of half their number."""
    picture = np.full((frame.height * 3 // 2, frame.width), 128, np.uint8)
    picture[: frame.height] = 16
    return picture


def _pictures(shot: Path, first: int, count: int) -> Iterator[Pixels]:
    """Decode `count` pictures from the key frame at or before `first` on; Unreadable when there are fewer."""
    left = count
    if first < 0:
        raise Unreadable(f"{shot.name} is shorter than its fade")
    try:
        with av.open(str(shot)) as file:
            stream = file.streams.video[0]
            ticks = mp4.read(shot).ticks
            file.seek(first * ticks, stream=stream)
            for picture in file.decode(stream):
                if picture.pts is not None and picture.pts >= first * ticks and left:
                    left -= 1
                    yield np.asarray(picture.to_ndarray(format="yuv420p"), np.uint8)
                if not left:
                    return
    except av.FFmpegError as error:
        raise Unreadable(f"{shot.name} cannot be decoded: {error}", cause=error) from error
    raise Unreadable(f"{shot.name} has {count - left} pictures where {count} were needed")
