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

_STEPS = 8  # strengths a star has: few, so that most pictures differ in few stars
_QUICKEST, _SPREAD = 4.0, 5.0  # seconds: quicker, a star would go out from one picture to the next
_PARTS = 4  # of a pixel
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
        found.append(Twinkle(across, down, draw.random(), _QUICKEST + _SPREAD * draw.random()))
    return tuple(found)


def sparkle(
    picture: Planes, stars: tuple[Twinkle, ...], seconds: float, camera: Camera, about: tuple[float, float]
) -> None:
    """Brighten the stars of this instant in a picture, in place; `camera` as it moves their sheet."""
    width, height = picture.size
    for star in stars:
        across, left = _parted((star.x - about[0]) * camera.zoom + about[0] + camera.x)
        down, top = _parted((star.y - about[1]) * camera.zoom + about[1] + camera.y)
        patch = _glow(star.strength(seconds), max(2, round(height / 240)), across, down)
        size = patch.shape[0]
        x, y = left - size // 2, top - size // 2
        if patch.any() and 0 <= x <= width - size and 0 <= y <= height - size:
            region = picture.y[y : y + size, x : x + size]
            cv2.add(region, patch, dst=region)


def _parted(at: float) -> tuple[int, int]:
    """How many parts of a pixel a place is past one, and which: a star goes as smoothly as its sky."""
    parts = round(at * _PARTS)
    return parts % _PARTS, parts // _PARTS


@lru_cache(maxsize=256)
def _glow(strength: int, radius: int, across: int, down: int) -> Pixels:
    """A small star with a short cross of light, so many parts of a pixel past the middle."""
    size = 4 * radius + 3
    x, y = (np.abs(np.arange(size, dtype=np.float32) - size // 2 - part / _PARTS) / radius for part in (across, down))
    disc = np.exp(-2.2 * (y[:, None] ** 2 + x[None, :] ** 2))
    near, far = np.minimum(y[:, None], x[None, :]), np.maximum(y[:, None], x[None, :])
    cross = 0.45 * np.exp(-0.9 * far - 6 * near)
    return np.asarray(cv2.convertScaleAbs(disc + cross, alpha=_BRIGHT * strength / _STEPS), np.uint8)
