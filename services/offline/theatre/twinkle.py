"""Stars that twinkle: a little light added where stars stand in the picture, each in its own time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import pi, sin
from random import Random

import cv2
import numpy as np

from services.offline.theatre.camera import Camera
from services.offline.theatre.layer import Set
from services.offline.theatre.mark import Composition
from services.offline.theatre.planes import Planes
from services.offline.theatre.sprite import Pixels

_STEPS = 6  # strengths a star has: few, so that most pictures differ in few stars
_BRIGHT = 120  # levels of luma a star gains at its brightest
_SHARP = 1.0  # pixels of blur beyond which a sky shows no stars


@dataclass(frozen=True)
class Twinkle:
    """One star in the frame with the camera at rest: when it is bright, and how often (seconds)."""

    x: float
    y: float
    phase: float
    period: float

    def strength(self, seconds: float) -> int:
        """How bright it is, 0 to the number of steps."""
        wave = max(0.0, sin(2 * pi * (seconds / self.period + self.phase)))
        return round(_STEPS * wave**3)


def twinkles(place: Set, composition: Composition) -> tuple[Twinkle, ...]:
    """The stars of a set that are seen in a shot, none where it is out of focus."""
    view, frame = composition.view, composition.frame
    if view.blur > _SHARP:
        return ()
    found = []
    for x, y in place.stars:
        draw = Random(f"twinkle:{x:.1f}:{y:.1f}")
        across, down = (x - view.x) * view.zoom + frame.width / 2, (y - view.y) * view.zoom + frame.height / 2
        found.append(Twinkle(across, down, draw.random(), 1.4 + 2.8 * draw.random()))
    return tuple(found)


def sparkle(
    picture: Planes, stars: tuple[Twinkle, ...], seconds: float, camera: Camera, about: tuple[float, float]
) -> None:
    """Brighten the stars of this instant in a picture, in place; `camera` as it moves their sheet."""
    width, height = picture.size
    for star in stars:
        patch = _glow(star.strength(seconds), max(2, round(height / 240)))
        size = patch.shape[0]
        x = round((star.x - about[0]) * camera.zoom + about[0] + camera.x) - size // 2
        y = round((star.y - about[1]) * camera.zoom + about[1] + camera.y) - size // 2
        if patch.any() and 0 <= x <= width - size and 0 <= y <= height - size:
            region = picture.y[y : y + size, x : x + size]
            cv2.add(region, patch, dst=region)


@lru_cache(maxsize=32)
def _glow(strength: int, radius: int) -> Pixels:
    """A small star with a short cross of light."""
    size = 4 * radius + 1
    away = np.abs(np.arange(size, dtype=np.float32) - 2 * radius) / radius
    disc = np.exp(-2.2 * (away[:, None] ** 2 + away[None, :] ** 2))
    near, far = np.minimum(away[:, None], away[None, :]), np.maximum(away[:, None], away[None, :])
    cross = 0.45 * np.exp(-0.9 * far - 6 * near)
    return np.asarray(cv2.convertScaleAbs(disc + cross, alpha=_BRIGHT * strength / _STEPS), np.uint8)
