"""Fits a model's film into a shot: its frame, rate and exact number of pictures, silent, encoded as the studio's own.

A film of fewer pictures a second gets moving pictures in between; what is too short ends in a slow camera move over
its last picture. Nothing is repeated, looped or frozen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from services.media.between import Between
from services.media.encoding import Raw, encode
from services.media.ffmpeg import Ffmpeg
from services.media.footage import count, decoded
from services.media.lettering import Pixels
from services.media.planes import to_planes
from services.media.probe import probe
from studio.errors import Unreadable
from studio.takes.frame import Frame

__all__ = ["count", "decoded", "filled", "fit"]

_NEAR = 0.02  # of the time between two pictures: nearer than this, a picture stands as it is
_PUSH = 0.025  # a second, how much the camera comes nearer at the end
_SETTLE = 0.6  # seconds it takes to come into motion


def fit(
    ffmpeg: Ffmpeg,
    films: Sequence[Path],
    frame: Frame,
    frames: int,
    out: Path,
    *,
    key: int = 0,
    stretch: float = 1.0,
) -> float:
    """Make `out`, exactly `frames` pictures, from films of which each begins with the last picture of the one before.

    Up to `stretch` times slower, if that saves a move at the end or pictures in between. A film that is longer is cut
    off. Gives the seconds that came from the films. Raises Unreadable naming a film that cannot be decoded.
    """
    rate, spans = probe(films[0]).fps, [count(film) - 1 for film in films]
    there, needed = sum(spans), (frames - 1) / frame.fps * rate
    slower = min(stretch, max(1.0, needed / there)) if there else 1.0
    if stretch > 1 and frame.fps < rate <= math.ceil(frame.fps * stretch):
        slower = rate / frame.fps  # picture for picture: nothing has to be put in between
    step = rate / frame.fps / slower
    pictures = _shot(_chain(films), step, there, frame, frames)
    encode(ffmpeg, Raw(pictures), frame, out, what=out.name, key=key)
    return min(frames / frame.fps, there / rate * slower)


def filled(picture: Pixels, width: int, height: int) -> Pixels:
    """A picture that fills this size: scaled, and cropped in the middle where its aspect differs."""
    high, wide = picture.shape[:2]
    scale = max(width / wide, height / high)
    across, down = min(wide, round(width / scale)), min(high, round(height / scale))
    left, top = (wide - across) // 2, (high - down) // 2
    part = picture[top : top + down, left : left + across]
    if part.shape[:2] == (height, width):
        return part
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, (width, height), interpolation=how), np.uint8)


def _chain(films: Sequence[Path]) -> Iterator[Pixels]:
    """All pictures in a row; the first of a later film is the last of the one before and shown once."""
    for number, film in enumerate(films):
        pictures = decoded(film)
        if number:
            next(pictures, None)
        yield from pictures


def _shot(pictures: Iterator[Pixels], step: float, there: int, frame: Frame, frames: int) -> Iterator[bytes]:
    """The shot's pictures as planes: `step` pictures of the film apart, then the camera's move."""
    reel = _Reel(pictures)
    held: Pixels | None = None
    for number in range(frames):
        place = number * step
        if place <= there + _NEAR:
            picture = filled(reel.at(min(place, there)), frame.width, frame.height)
        else:
            held = filled(reel.at(there), frame.width, frame.height) if held is None else held
            picture = _pushed(held, (place - there) / step / frame.fps)
        yield to_planes(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)).tobytes()


class _Reel:
    """A film run forwards once, seen at any place between its pictures."""

    def __init__(self, pictures: Iterator[Pixels]) -> None:
        self._pictures = pictures
        self._number, self._next = 0, next(pictures, None)
        self._here = self._after()
        self._next = None
        self._between: Between | None = None

    def at(self, place: float) -> Pixels:
        """The picture at a place, counted in pictures, never before the last one asked for."""
        while place > self._number + 1 - _NEAR:
            self._here = self._after()
            self._number, self._next, self._between = self._number + 1, None, None
        share = place - self._number
        if share < _NEAR:
            return self._here
        self._between = self._between or Between(self._here, self._after())
        return self._between.at(share)

    def _after(self) -> Pixels:
        if self._next is None:
            self._next = next(self._pictures, None)
        if self._next is None:
            raise Unreadable("the film has fewer pictures than its file says")
        return self._next


def _pushed(picture: Pixels, seconds: float) -> Pixels:
    """The camera nearer, so many seconds after it began to move; it sets off gently."""
    way = seconds - _SETTLE / 2 if seconds > _SETTLE else seconds * seconds / (2 * _SETTLE)
    zoom = 1 + _PUSH * way
    high, wide = picture.shape[:2]
    matrix = np.array([[zoom, 0, (1 - zoom) * wide / 2], [0, zoom, (1 - zoom) * high / 2]], np.float32)
    moved = cv2.warpAffine(picture, matrix, (wide, high), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.uint8)
