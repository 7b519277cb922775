"""Looks at a result before it is kept: whether it can be read, shows anything, and, as a clip, moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np

from gpu_endpoint.engine import Pixels
from gpu_endpoint.likeness import grey
from gpu_endpoint.motion import Floats

_SEEN = 12  # of 255: what is darker throughout is black
_MOVED = 3.0  # of 255: how much the most changed part of a picture must differ from the first picture's
_CELLS = 16  # parts of each side that are compared


@dataclass
class Look:
    """What was seen of the pictures that went by. `guard` is the motion a clip must have, as clips are scored by."""

    guard: float = 0.0
    brightest: int = 0
    moved: float = 0.0
    _first: np.ndarray | None = field(default=None, repr=False)
    _begun: Floats | None = field(default=None, repr=False)
    _swing: Floats | None = field(default=None, repr=False)

    def over(self, pictures: Iterable[Pixels]) -> Iterator[Pixels]:
        """The same pictures, looked at as they go by."""
        for picture in pictures:
            self.brightest = max(self.brightest, int(picture.max()))
            cells = _cells(picture)
            if self._first is None:
                self._first = cells
            self.moved = max(self.moved, float(np.abs(cells - self._first).max()))
            if self.guard:
                self._swung(grey(picture))
            yield picture

    @property
    def motion(self) -> float:
        """Grey levels by which all but the stillest parts left the first picture; 0 where no guard was set."""
        return 0.0 if self._swing is None else float(np.percentile(self._swing, 95))

    def _swung(self, seen: Floats) -> None:
        if self._begun is None or self._swing is None:
            self._begun, self._swing = seen, np.zeros_like(seen)
        self._swing = np.maximum(self._swing, np.abs(seen - self._begun))

    def flaw(self, file: Path, *, clip: bool) -> str:
        """What makes the result one nobody should keep; empty when nothing does."""
        if self.brightest < _SEEN:
            return "black"
        if clip and (self.moved < _MOVED or self.motion < self.guard):
            return "still"
        return "unreadable" if clip and not _readable(file) else ""


def _cells(picture: Pixels) -> np.ndarray:
    """The mean brightness of the parts of a picture."""
    high, wide = (side - side % _CELLS for side in picture.shape[:2])
    grey = picture[:high, :wide].mean(axis=2)
    cells: np.ndarray = grey.reshape(_CELLS, high // _CELLS, _CELLS, wide // _CELLS).mean(axis=(1, 3))
    return cells


def _readable(file: Path) -> bool:
    try:
        with av.open(str(file)) as film:
            return sum(1 for _ in film.decode(video=0)) > 0
    except av.error.FFmpegError:
        return False
