"""A model's few pictures a second as the many of a film, painted in between and never repeated; it writes no file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise

from gpu_endpoint.between import Painter, painter
from gpu_endpoint.motion import Motion, Pixels

_NEAR = 1e-6  # shares of an interval that are one of its ends


def length(frames: int, rate: float, fps: float) -> int:
    """How many pictures a film at `fps` has that runs from the first to the last of `frames` pictures at `rate`."""
    return math.floor((frames - 1) * fps / rate + _NEAR) + 1


def smoothed(pictures: Iterable[Pixels], rate: float, fps: float, *, by: Painter | None = None) -> Iterator[Pixels]:
    """Yield a film at `fps` from pictures at `rate`, holding two at a time; their own where the times meet.

    Across a cut nothing lies in between: the nearer picture is shown there, the only case where one comes twice.
    """
    if rate <= 0 or fps <= 0:
        raise ValueError("a film has more than 0 pictures a second")
    if abs(rate - fps) < _NEAR:
        yield from pictures
        return
    turn, last = 0, None
    for number, (first, second) in enumerate(pairwise(_counted(pictures))):
        last, motion = second, None
        chosen = by or painter(first.shape[1], first.shape[0])
        while (share := turn * rate / fps - number) < 1 - _NEAR:
            turn += 1
            if share < _NEAR:
                yield first
                continue
            motion = motion or Motion(first, second)
            if motion.cut:
                yield first if share < 0.5 else second
            else:
                yield chosen.paint(first, second, motion.at(share))
    if last is not None and abs(turn * rate / fps - (number + 1)) < _NEAR:
        yield last


def _counted(pictures: Iterable[Pixels]) -> Iterator[Pixels]:
    """The pictures, all of one size."""
    size = None
    for picture in pictures:
        size = size or picture.shape
        if picture.shape != size or picture.ndim != 3 or picture.shape[2] != 3:
            raise ValueError("the pictures of a film are RGB and of one size")
        yield picture
