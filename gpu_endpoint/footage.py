"""A film's pictures, one by one, in the colours it was made in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import Colorspace

from gpu_endpoint.errors import InvalidInput
from gpu_endpoint.motion import Pixels

_BT709 = 1


def decoded(file: Path) -> Iterator[Pixels]:
    """The RGB pictures of a film; InvalidInput when it has none or cannot be read."""
    try:
        with av.open(str(file)) as film:
            if not film.streams.video:
                raise InvalidInput("clip: there is no picture in it")
            frame = None
            for frame in film.decode(video=0):
                space = Colorspace.ITU709 if frame.colorspace == _BT709 else None
                yield np.ascontiguousarray(frame.to_ndarray(format="rgb24", src_colorspace=space))
            if frame is None:
                raise InvalidInput("clip: there is no picture in it")
    except (av.FFmpegError, OSError) as error:
        raise InvalidInput("clip: it cannot be read as a film") from error
