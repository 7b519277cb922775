"""A film's pictures, one after the other, in the colours they were meant to have; measures and makes nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from services.media.lettering import Pixels
from services.media.probe import probe
from studio.errors import Unreadable

_WEIGHTS = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722)}  # red and blue in luma
_ZERO = np.array([16.0, 128.0, 128.0])


def decoded(film: Path) -> Iterator[Pixels]:
    """A film's pictures, BGR; Unreadable naming it when it cannot be decoded."""
    matrix = _to_bgr(probe(film).guessed_matrix)
    try:
        with av.open(str(film)) as file:
            for picture in file.decode(video=0):
                planes = picture.to_ndarray(format="yuv420p")
                yield _coloured(np.asarray(planes, np.uint8), picture.width, picture.height, matrix)
    except (av.FFmpegError, OSError, ValueError, IndexError) as error:
        raise _unreadable(film, error) from error


def last(film: Path) -> Pixels:
    """A film's last picture, BGR; Unreadable naming it when it has none."""
    matrix = _to_bgr(probe(film).guessed_matrix)
    try:
        with av.open(str(film)) as file:
            (picture,) = deque(file.decode(video=0), maxlen=1)
            planes = np.asarray(picture.to_ndarray(format="yuv420p"), np.uint8)
            return _coloured(planes, picture.width, picture.height, matrix)
    except (av.FFmpegError, OSError, ValueError, IndexError) as error:
        raise _unreadable(film, error) from error


def luma(film: Path) -> Iterator[Pixels]:
    """The brightness alone of a film's pictures, as it is kept, mostly 16 to 235; a fifth of the work of colours."""
    try:
        with av.open(str(film)) as file:
            for picture in file.decode(video=0):
                planes = picture.to_ndarray(format="yuv420p")
                yield np.asarray(planes[: picture.height], np.uint8)
    except (av.FFmpegError, OSError, ValueError, IndexError) as error:
        raise _unreadable(film, error) from error


def count(film: Path) -> int:
    """How many pictures are shown of a film, as far as can be told without decoding it; Unreadable naming it."""
    try:
        with av.open(str(film)) as file:
            return sum(1 for packet in file.demux(video=0) if packet.size and not packet.is_discard)
    except (av.FFmpegError, OSError, ValueError, IndexError) as error:
        raise _unreadable(film, error) from error


def _coloured(planes: Pixels, width: int, height: int, matrix: NDArray[np.float64]) -> Pixels:
    """Planes as PyAV stacks them, as BGR. libav's own conversion rounds down: 2 levels darker each time."""
    y, chroma = planes[:height], planes[height:].reshape(2, height // 2, width // 2)
    u, v = (cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR) for plane in chroma)
    return np.asarray(cv2.transform(cv2.merge([y, u, v]), matrix), np.uint8)


@cache
def _to_bgr(name: str) -> NDArray[np.float64]:
    """Limited-range YUV to BGR as an affine matrix, by the YUV matrix's name in ffmpeg's words."""
    red, blue = _WEIGHTS.get(name, _WEIGHTS["bt709"])
    luma = np.array([red, 1 - red - blue, blue])
    rows = [
        luma * 219,
        (np.array([0, 0, 1.0]) - luma) / (2 * (1 - blue)) * 224,
        (np.array([1.0, 0, 0]) - luma) / (2 * (1 - red)) * 224,
    ]
    back = np.linalg.inv(np.array(rows) / 255)[::-1]
    return np.column_stack([back, -back @ _ZERO])


def _unreadable(film: Path, error: Exception) -> Unreadable:
    return Unreadable(f"{film.name} cannot be decoded: {error}", cause=error)
