"""A model's few pictures a second as the many of a film, painted in between and never repeated; it writes no file."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise

from gpu_endpoint.between import Painter, painter
from gpu_endpoint.motion import Motion, Pixels

_AHEAD = 4  # pairs of pictures that are looked at side by side: a card that waits for a processor is paid for
_NEAR = 1e-6  # shares of an interval that are one of its ends


def length(frames: int, rate: float, fps: float) -> int:
    """How many pictures a film at `fps` has that runs from the first to the last of `frames` pictures at `rate`."""
    return math.floor((frames - 1) * fps / rate + _NEAR) + 1


def smoothed(pictures: Iterable[Pixels], rate: float, fps: float, *, by: Painter | None = None) -> Iterator[Pixels]:
    """Yield a film at `fps` from pictures at `rate`, holding a few at a time; their own where the times meet.

    Across a cut nothing lies in between: the nearer picture is shown there, the only case where one comes twice.
    """
    if rate <= 0 or fps <= 0:
        raise ValueError("a film has more than 0 pictures a second")
    if abs(rate - fps) < _NEAR:
        yield from pictures
        return
    turn, number, second = 0, -1, None
    begun: deque[Future[list[Pixels]]] = deque()
    with ThreadPoolExecutor(_AHEAD, thread_name_prefix="smooth") as pool:
        for number, (first, second) in enumerate(pairwise(_counted(pictures))):
            shares = []
            while (share := turn * rate / fps - number) < 1 - _NEAR:
                shares.append(share)
                turn += 1
            begun.append(pool.submit(_filled, first, second, shares, by or painter(first.shape[1], first.shape[0])))
            if len(begun) > _AHEAD:
                yield from begun.popleft().result()
        while begun:
            yield from begun.popleft().result()
    if second is not None and abs(turn * rate / fps - (number + 1)) < _NEAR:
        yield second


def _filled(first: Pixels, second: Pixels, shares: list[float], by: Painter) -> list[Pixels]:
    """The pictures at some shares of the way from one picture to the next."""
    if all(share < _NEAR for share in shares):
        return [first] * len(shares)
    motion = Motion(first, second)

    def at(share: float) -> Pixels:
        if share < _NEAR:
            return first
        if motion.cut:
            return first if share < 0.5 else second
        return by.paint(first, second, motion.at(share))

    return [at(share) for share in shares]


def _counted(pictures: Iterable[Pixels]) -> Iterator[Pixels]:
    """The pictures, all of one size."""
    size = None
    for picture in pictures:
        size = size or picture.shape
        if picture.shape != size or picture.ndim != 3 or picture.shape[2] != 3:
            raise ValueError("the pictures of a film are RGB and of one size")
        yield picture
