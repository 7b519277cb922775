"""The last pass over every frame: a vignette and the grain of the paper, one multiplication."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from services.offline.theatre.sprite import Pixels

Sheet = NDArray[np.float32]
_TILE = 512  # pixels after which the paper repeats: at two hundredths nobody sees it
_UNIT = 232  # the map's value that leaves a pixel as it is: grain may brighten by a tenth


@dataclass(frozen=True)
class Grade:
    """Gains for every pixel of a frame (h x w x 3 uint8; `_UNIT` is 1)."""

    gains: Pixels

    def apply(self, canvas: Pixels) -> None:
        """Darken the corners and grain the paper of a BGR frame, in place."""
        cv2.multiply(canvas, self.gains, dst=canvas, scale=1 / _UNIT)


@lru_cache(maxsize=4)
def finish(size: tuple[int, int], *, vignette: float = 0.42, grain: float = 0.022) -> Grade:
    """Prepare the grade of frames of a size (width, height); the same bytes every time."""
    width, height = size
    across, down = -(-width // _TILE), -(-height // _TILE)
    gains = np.tile(1 + grain * _paper(), (down, across))[:height, :width] if grain else np.ones((height, width))
    gains = gains.astype(np.float32) * _UNIT
    if not vignette:
        plain = np.clip(gains + 0.5, 0, 255).astype(np.uint8)
        return Grade(cv2.merge([plain] * 3))
    far = _far(size)
    gains = np.clip(gains * (1 - vignette * far**1.7) + 0.5, 0, 255)
    lean = gains * (1 - 0.015 * far)  # the corners lean a little to blue
    return Grade(cv2.merge([part.astype(np.uint8) for part in (gains, lean, lean)]))


@cache
def _paper() -> Sheet:
    """The fibres of one tile of paper, about 0, repeating without a seam."""
    draw = np.random.default_rng(5)
    fine = draw.standard_normal((_TILE, _TILE)).astype(np.float32)
    fibre = draw.standard_normal((_TILE // 4, _TILE // 4)).astype(np.float32)
    wrapped = cv2.copyMakeBorder(fibre, 4, 4, 4, 4, cv2.BORDER_WRAP)
    coarse = cv2.resize(cv2.GaussianBlur(wrapped, (0, 0), 0.7), None, fx=4, fy=4)[16:-16, 16:-16]
    return np.asarray(fine * 0.7 + coarse * 0.9, np.float32)


def _far(size: tuple[int, int]) -> Sheet:
    """How far into the corners each pixel is, 0 to 1; drawn small, for it is smooth."""
    width, height = size[0] // 4, size[1] // 4
    xs = (np.arange(width, dtype=np.float32) / width - 0.5)[None, :]
    ys = (np.arange(height, dtype=np.float32) / height - 0.46)[:, None]
    far = np.clip((np.sqrt((xs * 1.02) ** 2 + (ys * 1.08) ** 2) - 0.36) / 0.42, 0, 1)
    return np.asarray(cv2.resize(far, size), np.float32)
