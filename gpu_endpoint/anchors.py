"""What a cosine is worth: nothing between strangers, everything between two views of the same; VBench's sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np

from gpu_endpoint.motion import Floats, Pixels

_ZOOM, _LIGHT = 0.94, 1.05  # a mildly different view: a little nearer, a little lighter


@dataclass(frozen=True)
class Anchors:
    """The mean cosine of strangers and that of two views of the same."""

    strangers: float
    same: float

    def share(self, cosine: float) -> float:
        """A cosine with chance taken off, 0 to 1."""
        return min(max((cosine - self.strangers) / max(self.same - self.strangers, 1e-6), 0.0), 1.0)


def anchored(groups: Sequence[Floats], again: Sequence[Floats]) -> Anchors:
    """Anchors from rows of vectors, one group each for everything that is the same; `again` are other views of it.

    A group of several rows is its own other view. ValueError with fewer than two groups: nothing is strange then.
    """
    if len(groups) < 2:
        raise ValueError("what strangers are like is learned from at least two")
    strange = [float(np.mean(one @ other.T)) for one, other in combinations(groups, 2)]
    pairs = zip(groups, again, strict=True)
    same = [_among(group) if len(group) > 1 else float(np.mean(group @ more.T)) for group, more in pairs]
    return Anchors(float(np.mean(strange)), float(np.mean(same)))


def nearby(picture: Pixels) -> Pixels:
    """A mildly different view of a picture."""
    high, wide = picture.shape[:2]
    top, left = round(high * (1 - _ZOOM) / 2), round(wide * (1 - _ZOOM) / 2)
    nearer = cv2.resize(picture[top : high - top, left : wide - left], (wide, high), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.convertScaleAbs(nearer, alpha=_LIGHT), np.uint8)


def steady(frames: Floats) -> float:
    """VBench's subject or background consistency of one clip: to the picture before and to the first, cut at 0."""
    before, first = np.sum(frames[:-1] * frames[1:], axis=1), frames[1:] @ frames[0]
    return float(np.mean((np.maximum(before, 0) + np.maximum(first, 0)) / 2))


def conforming(keyframe: Floats, frames: Floats) -> float:
    """VBench-I2V's subject consistency of one clip with the picture it was made from."""
    near, before = frames @ keyframe, np.sum(frames[:-1] * frames[1:], axis=1)
    return float(0.4 * near.max() + 0.3 * before.mean() + 0.3 * before.min())


def best(rows: Floats, references: Floats) -> float:
    """The best cosine of any row with any reference."""
    return float((rows @ references.T).max())


def _among(group: Floats) -> float:
    pairs = [float(one @ other) for one, other in combinations(group, 2)]
    return float(np.mean(pairs))
