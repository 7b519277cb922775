"""The large hand that holds a prop in an insert: a forearm from below, fingers round the prop's grip."""

from __future__ import annotations

import math

import numpy as np

from services.offline.theatre.parts import load
from services.offline.theatre.pose import Light
from services.offline.theatre.puppet_palette import palette
from services.offline.theatre.puppet_wardrobe import Wardrobe
from services.offline.theatre.rig import ARM, FOREARM, skeleton
from services.offline.theatre.sprite import Pixels, Sprite, lay
from studio.story.cast import DNA

_AIM = math.radians(152)  # fingers up and a little to the left: the arm comes from the lower right
_LARGEST = 1 / 105  # pixels a unit, of the prop's height: beside a ring a hand would fill the picture


def holds(canvas: Pixels, name: str, holder: DNA, light: Light, prop: tuple[float, float, float, float]) -> None:
    """Lay the hand over a prop drawn at x, y (its upper left corner) with `ratio` pixels a unit, `height` high."""
    x, y, ratio, height = prop
    body = skeleton(holder)
    scale = min(ratio, _LARGEST * height)
    wardrobe = Wardrobe(holder, body, palette(holder, light), light, scale)
    found = load("props", name)
    pivot, box = found.point("pivot"), found.box
    # Held low, so that the hand hides little of it and the arm leaves the picture below.
    level = max(pivot[1] - box[1], 0.8 * (box[3] - box[1]))
    grip = (x + (pivot[0] - box[0]) * ratio, y + level * ratio)
    inside, size = wardrobe.grip("hold"), wardrobe.hand_size * scale
    cos, sin = math.cos(_AIM), math.sin(_AIM)
    wrist = grip[0] - size * (cos * inside[0] - sin * inside[1]), grip[1] - size * (sin * inside[0] + cos * inside[1])
    long = FOREARM * body.arms * scale
    elbow = wrist[0] + sin * long, wrist[1] - cos * long
    long = ARM * body.arms * scale
    _lay(canvas, wardrobe.arm("upper", -1), (elbow[0] + sin * long, elbow[1] - cos * long))
    _lay(canvas, wardrobe.hand("hold", -1), wrist)
    _lay(canvas, wardrobe.arm("fore", -1), elbow)


def _lay(canvas: Pixels, sprite: Sprite | None, joint: tuple[float, float]) -> None:
    if sprite is None:
        return
    cos, sin = math.cos(_AIM), math.sin(_AIM)
    x, y = sprite.pivot
    lay(
        canvas,
        sprite,
        np.array([[cos, -sin, joint[0] - cos * x + sin * y], [sin, cos, joint[1] - sin * x - cos * y]]),
    )
