"""Films written as H.264 in BT.709, ready to be shown while they load; pictures go in one by one and none is kept."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from gpu_endpoint.motion import Pixels

_BT709 = 1  # ITU-T H.273: primaries, transfer and matrix share the number
# x264's macroblock tree reads what it never wrote where there is AVX-512: the same pictures became other bytes.
_ENCODER = {"crf": "16", "preset": "medium", "mbtree": "0"}
_LARGEST = 1001000  # the finest a rate is written as, which holds 24000/1001


def written(pictures: Iterable[Pixels], fps: float, file: Path) -> int:
    """Write RGB pictures at `fps` into an mp4 file, whole or not at all, and return how many there were.

    ValueError where there are none, or where their size is odd or changes.
    """
    half = file.with_name(f".{file.name}.part")
    try:
        count = _encoded(pictures, fps, half)
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
    return count


def _encoded(pictures: Iterable[Pixels], fps: float, file: Path) -> int:
    count, stream, size = 0, None, (0, 0)
    with av.open(str(file), "w", format="mp4", options={"movflags": "+faststart"}) as film:
        for picture in pictures:
            if stream is None:
                size = picture.shape[1], picture.shape[0]
                stream = _stream(film, fps, *size)
            if (picture.shape[1], picture.shape[0]) != size:
                raise ValueError(
                    f"a picture of {picture.shape[1]} x {picture.shape[0]} in a film of {size[0]} x {size[1]}"
                )
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            film.mux(stream.encode(_in_bt709(frame)))
            count += 1
        if stream is None:
            raise ValueError("a film of no pictures")
        film.mux(stream.encode(None))
    return count


def _stream(film: av.container.OutputContainer, fps: float, width: int, height: int) -> av.VideoStream:
    if width % 2 or height % 2:
        raise ValueError(f"a film of {width} x {height}: both must be even")
    rate = Fraction(fps).limit_denominator(_LARGEST)
    stream = film.add_stream("libx264", rate=rate, options=_ENCODER)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    context = stream.codec_context
    context.color_primaries = context.color_trc = context.colorspace = _BT709
    context.color_range = ColorRange.MPEG
    return stream


def _in_bt709(frame: av.VideoFrame) -> av.VideoFrame:
    made = frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG)
    # What is not said here is taken for BT.601 by whoever shows a small film.
    made.color_primaries = made.color_trc = made.colorspace = _BT709
    return made
