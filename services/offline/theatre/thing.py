"""A prop as the subject of a shot: large, lit as the place is, with a soft shadow of its own."""

from __future__ import annotations

import cv2
import numpy as np

from services.offline.theatre.moods import palette
from services.offline.theatre.props import drawn, hues, part
from services.offline.theatre.sprite import Pixels, Sprite, lay
from studio.story.places import Setting


def has_thing(name: str) -> bool:
    """Whether somebody has drawn a part of this name."""
    return bool(name) and part(name) is not None


def draw_thing(canvas: Pixels, name: str, setting: Setting, middle: tuple[float, float], height: float) -> None:
    """Lay the prop on a clear canvas, its middle and height in canvas pixels; what is too wide is made to fit."""
    found = part(name)
    if found is None:
        return
    indoors = setting.place.interior
    colours = hues(palette(setting.mood, setting.time, setting.weather, indoors=indoors))
    wide, high = found.box[2], found.box[3]
    ratio = min(height / high, 0.72 * canvas.shape[1] / wide)
    pixels = drawn(name, ratio, colours, False)
    x, y = middle[0] - pixels.shape[1] / 2, middle[1] - pixels.shape[0] / 2
    reach = 0.03 * height
    lay(canvas, Sprite(_shadow(pixels, 0.02 * height)), _at(x + 0.6 * reach - 0.06 * height, y + reach - 0.06 * height))
    lay(canvas, Sprite(pixels), _at(x, y))


def _shadow(pixels: Pixels, sigma: float) -> Pixels:
    """The soft shadow of a cut-out, three sigmas larger on every side."""
    pad = round(3 * sigma)
    alpha = cv2.copyMakeBorder(pixels[:, :, 3], pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    soft = cv2.GaussianBlur(alpha, (0, 0), max(sigma, 0.5))
    shadow = np.zeros((*soft.shape, 4), np.uint8)
    shadow[:, :, 3] = cv2.convertScaleAbs(soft, alpha=0.45)
    return shadow


def _at(x: float, y: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([[1.0, 0, x], [0, 1.0, y]])
