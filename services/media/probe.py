"""What a media file is, through PyAV; decodes pictures only of a file whose head says too little."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av

from studio.errors import Unreadable

# Most files say all of it in their heads: opening one decodes up to 18 pictures (30 ms) only to be sure of their order.
_HASTY = {"skip_frame": "all"}
_BT601, _BT709, _UNSPECIFIED = (5, 6), 1, 2
_PQ, _HLG = 16, 18


@dataclass(frozen=True)
class Probe:
    """A file's first picture stream and whether there is sound; zeros where there is no picture."""

    width: int
    height: int
    fps: float
    seconds: float
    matrix: int  # ITU-T H.273; 2 is unspecified
    sound: bool
    transfer: int = _UNSPECIFIED  # as the matrix
    pixel: float = 1.0  # how many times as wide as high a pixel is shown
    shown: float = 0.0  # seconds of pictures, where the head says so: sound may go on a little longer

    @property
    def guessed_matrix(self) -> str:
        """The YUV matrix in ffmpeg's words: the tag, or what players assume for the size when there is none."""
        if self.matrix == _UNSPECIFIED:
            return "bt709" if max(self.width, self.height) >= 1280 or min(self.width, self.height) >= 720 else "bt601"
        return "bt601" if self.matrix in _BT601 else "auto" if self.matrix != _BT709 else "bt709"

    @property
    def bright(self) -> bool:
        """Whether it is of high dynamic range, as phones film: shown as it is, it is dull."""
        return self.transfer in (_PQ, _HLG)


def probe(path: Path, *, picture: bool = True) -> Probe:
    """Look into a file; raises Unreadable naming it when it cannot be read or has no picture (or no sound)."""
    try:
        seen = _look(path, picture, _HASTY)
        if picture and not (seen.width and seen.fps and seen.seconds and seen.matrix != _UNSPECIFIED):
            seen = _look(path, picture, {})
    except (av.FFmpegError, OSError, ValueError) as error:
        raise Unreadable(f"{path.name} cannot be read: {error}", cause=error) from error
    if picture and not seen.width:
        raise Unreadable(f"{path.name} has no picture in it")
    if not picture and not seen.sound:
        raise Unreadable(f"{path.name} has no sound in it")
    return seen


def _look(path: Path, picture: bool, options: dict[str, str]) -> Probe:
    with av.open(str(path), options=options) as file:
        seconds = file.duration / av.time_base if file.duration else 0.0
        sound = bool(file.streams.audio)
        if not picture or not file.streams.video:
            return Probe(0, 0, 0.0, seconds, _UNSPECIFIED, sound)
        stream = file.streams.video[0]
        rate, context = float(stream.average_rate or stream.guessed_rate or 0), stream.codec_context
        size, matrix, transfer = (stream.width, stream.height), int(context.colorspace), int(context.color_trc)
        shown = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
        return Probe(*size, rate, seconds, matrix, sound, transfer, float(stream.sample_aspect_ratio or 1), shown)
