"""The last pass over every frame: a vignette and the grain of the paper, one multiplication."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from services.offline.theatre.sprite import Pixels

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
    xs = (np.arange(width, dtype=np.float32) / width - 0.5)[None, :]
    ys = (np.arange(height, dtype=np.float32) / height - 0.46)[:, None]
    far = np.clip((np.sqrt((xs * 1.02) ** 2 + (ys * 1.08) ** 2) - 0.36) / 0.42, 0, 1)
    dark = 1 - vignette * far**1.7
    draw = np.random.default_rng(5)
    fine = draw.standard_normal((height, width)).astype(np.float32)
    fibre = draw.standard_normal((height // 3 + 1, width // 3 + 1)).astype(np.float32)
    paper = fine * 0.7 + cv2.resize(cv2.GaussianBlur(fibre, (0, 0), 0.8), (width, height)) * 0.9
    gains = np.clip(dark * (1 + grain * paper) * _UNIT + 0.5, 0, 255)
    cool = np.array([1.0, 0.985, 0.985], np.float32)  # the corners lean a little to blue
    lean = 1 - (1 - cool) * far[:, :, None]
    return Grade(np.ascontiguousarray((gains[:, :, None] * lean).astype(np.uint8)))
