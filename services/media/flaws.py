"""What is wrong with a film or picture a model made, in a sentence's end; empty when nothing is. Raises nothing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from services.media.footage import luma
from services.media.lettering import Pixels
from services.media.probe import probe
from studio.errors import Unreadable

_SEEN = (128, 72)  # pixels a picture is looked at with
_DARK = 20.0  # grey levels of 255: the brightest hundredth of a black picture
_FLAT = 1.5  # grey levels about the mean: one colour all over
_STILL = 4.0  # grey levels the moving part of a film changes by at least
_BLACK, _STRETCH = 16, 255 / 219  # a film's brightness is kept between 16 and 235
_SAME = 0.04  # mean grey levels between two pictures that are one and the same but for the codec
_REST = 0.4  # of a film may stand still in one piece
Grey = NDArray[np.float32]


def film_flaw(film: Path, *, size: tuple[int, int], frames: int, fps: float) -> str:
    """What is wrong with a film that should have this size and so many pictures; half a picture's time is no matter."""
    try:
        seen = probe(film)
        if seen.fps <= 0:
            return "cannot be decoded: it does not say how fast it runs"
        greys = [_small(grey) for grey in luma(film)]
    except Unreadable as error:
        return f"cannot be decoded: {error.detail}"
    if (seen.width, seen.height) != size:
        return f"is {seen.width}x{seen.height} where {size[0]}x{size[1]} was asked for"
    if abs((len(greys) - 1) / seen.fps - (frames - 1) / fps) > 0.5 / min(fps, seen.fps):
        return f"has {len(greys)} pictures at {seen.fps:g} a second where {frames} at {fps:g} were asked for"
    return _dull(greys) or _frozen(greys)


def picture_flaw(file: Path, *, size: tuple[int, int]) -> str:
    """What is wrong with a picture that should have this size."""
    found = cv2.imread(str(file), cv2.IMREAD_COLOR)
    if found is None:
        return "cannot be decoded"
    return flaw_in(np.asarray(found, np.uint8), size=size)


def flaw_in(picture: Pixels, *, size: tuple[int, int] | None) -> str:
    """What is wrong with a picture, BGR, that should have this size; None when any will do."""
    height, width = picture.shape[:2]
    if size and (width, height) != size:
        return f"is {width}x{height} where {size[0]}x{size[1]} was asked for"
    return _dull([_grey(picture)])


def _dull(greys: list[Grey]) -> str:
    if not greys:
        return "has no picture in it"
    if all(np.percentile(grey, 99) < _DARK for grey in greys):
        return "is black"
    return "is of one colour" if all(grey.std() < _FLAT for grey in greys) else ""


def _frozen(greys: list[Grey]) -> str:
    """Whether nothing moves in it, or nothing for a long part of it."""
    if len(greys) < 2:
        return "has one picture only"
    changed = np.max([np.abs(grey - greys[0]) for grey in greys], axis=0)
    steps = [float(np.abs(after - before).mean()) for before, after in pairwise(greys)]
    longest = run = 0
    for step in steps:
        run = run + 1 if step < _SAME else 0
        longest = max(longest, run)
    still = np.percentile(changed, 95) < _STILL or longest > len(steps) * _REST
    return "does not move" if still else ""


def _grey(picture: Pixels) -> Grey:
    small = cv2.resize(picture, _SEEN, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.float32)


def _small(luma: Pixels) -> Grey:
    """A film's brightness as grey levels of a picture."""
    small = np.asarray(cv2.resize(luma, _SEEN, interpolation=cv2.INTER_AREA), np.float32)
    return np.asarray(np.clip((small - _BLACK) * _STRETCH, 0, 255), np.float32)
