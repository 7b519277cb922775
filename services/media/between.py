"""Pictures between two pictures: motion is found both ways and followed, so that nothing is repeated or ghosts.

Dense optical flow on the processor: a few milliseconds a picture where ffmpeg's minterpolate takes hundreds.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from services.media.lettering import Pixels

Field = NDArray[np.float32]
_SEARCHED = 384  # pixels of the longer side motion is looked for in
_STRAYED = 1.5  # pixels two ways may disagree before a place counts as covered
_UNSURE = np.float32(1e-3)


class Between:
    """Two neighbouring BGR pictures of equal size."""

    def __init__(self, first: Pixels, second: Pixels) -> None:
        """Find how the first moves to the second, and back."""
        self._pair = first, second
        scale = min(1.0, _SEARCHED / max(first.shape[:2]))
        small = [cv2.cvtColor(cv2.resize(one, None, fx=scale, fy=scale), cv2.COLOR_BGR2GRAY) for one in self._pair]
        high, wide = first.shape[:2]
        self._there = _flow(small[0], small[1], wide, high)
        self._back = _flow(small[1], small[0], wide, high)
        self._x, self._y = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
        self._seen = tuple(self._kept(*pair) for pair in ((self._there, self._back), (self._back, self._there)))

    def at(self, share: float) -> Pixels:
        """The picture at this share of the way, 0 being the first; what only one picture shows comes from that one."""
        first, second = self._pair
        # Where a pixel of the picture in between came from, as if both motions went on evenly.
        to_first = self._there * (-(1 - share) * share) + self._back * (share * share)
        to_second = self._there * ((1 - share) ** 2) + self._back * (-(1 - share) * share)
        one, other = self._shifted(first, to_first), self._shifted(second, to_second)
        # Where nothing fits, the one turns into the other.
        weight = (self._shifted(self._seen[0], to_first) + _UNSURE) * (1 - share)
        opposite = (self._shifted(self._seen[1], to_second) + _UNSURE) * share
        return np.asarray(cv2.blendLinear(one, other, weight, opposite), np.uint8)

    def _kept(self, there: Field, back: Field) -> Field:
        """How surely each place is in both pictures, 0 to 1: going there and back leads home."""
        home = there + self._shifted(back, there)
        away = (home * home).sum(axis=2)
        return np.asarray(np.exp(-away / (2 * _STRAYED**2)), np.float32)

    def _shifted(self, picture: Any, by: Field) -> Any:
        x, y = self._x + by[..., 0], self._y + by[..., 1]
        return cv2.remap(picture, x, y, cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE)


def _flow(first: Any, second: Any, wide: int, high: int) -> Field:
    """How each pixel of a small grey picture moves to the second one, in pixels of the size given."""
    finder: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    small = finder.calc(first, second, None)
    ratio = np.array([wide / first.shape[1], high / first.shape[0]], np.float32)
    return np.asarray(cv2.resize(small, (wide, high)) * ratio, np.float32)
