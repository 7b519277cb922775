"""A prop as the subject of a shot: large, in a pool of light, on a table top or in the hand of whoever has it."""

from __future__ import annotations

import cv2
import numpy as np

from services.offline.theatre.moods import Palette, mix, palette
from services.offline.theatre.pose import Light
from services.offline.theatre.props import Hues, drawn, hues, part
from services.offline.theatre.puppet_palette import materials, read, things
from services.offline.theatre.set_paper import cut, stack, stroke
from services.offline.theatre.sprite import Pixels, Sprite, lay
from services.offline.theatre.thing_hand import holds
from studio.story.cast import DNA
from studio.story.places import Setting

_HELD = "table"  # what stands on tables can be held
_FALL, _REACH = 0.14, 0.42  # how far a shadow falls down and aside, in heights of the thing


def has_thing(name: str) -> bool:
    """Whether somebody has drawn a part of this name."""
    return bool(name) and part(name) is not None


def draw_thing(
    canvas: Pixels,
    name: str,
    setting: Setting,
    middle: tuple[float, float],
    height: float,
    holder: DNA | None,
    own: str = "",
) -> None:
    """Lay the prop on a clear canvas, its middle and height in canvas pixels; what is too wide is made to fit."""
    found = part(name)
    if found is None:
        return
    colours = palette(setting.mood, setting.time, setting.weather, indoors=setting.place.interior)
    inks, light = hues(colours), colours.light(-1)
    ratio = min(height / found.box[3], 0.72 * canvas.shape[1] / found.box[2])
    pixels = drawn(name, ratio, _as_held(light, own or materials().get(found.own, "")), False)
    x, y = middle[0] - pixels.shape[1] / 2, middle[1] - pixels.shape[0] / 2
    _pool(canvas, middle, 0.85 * height, colours)
    if holder is not None and found.stand == _HELD:
        reach = 0.03 * height
        lay(canvas, Sprite(_shadow(pixels, 0.02 * height)), _at(x - 0.4 * reach, y + reach))
        lay(canvas, Sprite(pixels), _at(x, y))
        holds(canvas, name, holder, light, (x, y, ratio, height))
        return
    base = y + pixels.shape[0]
    _table(canvas, base - 0.07 * height, colours, inks, indoors=setting.place.interior)
    _fallen(canvas, pixels, (x, base), height)
    lay(canvas, Sprite(pixels), _at(x, y))


def _as_held(light: Light, own: str) -> Hues:
    """The colours of a thing near a face: the same as in a hand, so that it is known again."""
    return Hues(tokens=tuple(sorted(things(light, own).items())), key=light.key, shade=light.shade)


def _pool(canvas: Pixels, middle: tuple[float, float], radius: float, colours: Palette) -> None:
    """A soft round light behind the thing."""
    axis = np.linspace(-1, 1, 64, dtype=np.float32)
    fall = np.clip(1 - np.sqrt(axis[None, :] ** 2 + axis[:, None] ** 2), 0, 1) ** 1.4
    tone = np.array([*read(mix(colours.key, "#ffffff", 0.35))[::-1], 255.0], np.float32)
    glow = cv2.resize(fall[:, :, None] * tone * 0.55, (round(2 * radius), round(2 * radius)))
    stack(canvas, glow.astype(np.uint8), round(middle[0] - radius), round(middle[1] - radius))


def _table(canvas: Pixels, top: float, colours: Palette, inks: Hues, *, indoors: bool) -> None:
    """A table top, or a piece of the ground, across the lower part of the picture, lit along its far edge."""
    tokens = dict(inks.tokens)
    plain = tokens["walnut"] if indoors else mix(tokens["oak"], colours.shade, 0.22)
    height, width = canvas.shape[:2]
    for share, tone in ((0.0, 0.0), (0.16, 0.12), (0.42, 0.26), (0.74, 0.4)):
        y = top + share * (height - top)
        rise = 0.02 * (height - top) * (1 if share else 0)
        edge = [(-4, y - rise), (width * 0.4, y), (width * 0.7, y + rise), (width + 4, y - rise)]
        cut(canvas, [*edge, (width + 4, height + 4), (-4, height + 4)], mix(plain, colours.shade, tone))
    stroke(canvas, [(-4, top), (width + 4, top)], mix(plain, colours.key, 0.5), max(2.0, height / 300), 0.6)


def _fallen(canvas: Pixels, pixels: Pixels, foot: tuple[float, float], height: float) -> None:
    """The shadow a standing thing throws on the table, towards us and away from the light on the left."""
    alpha = cv2.convertScaleAbs(np.ascontiguousarray(pixels[:, :, 3]), alpha=0.5)
    tall, wide = alpha.shape
    size = int(wide + (_REACH + 0.3) * tall), int((_FALL + 0.12) * tall + 24)
    lean = np.array([[1, -_REACH, _REACH * tall + 12], [0, -_FALL, _FALL * tall + 8]])
    soft = cv2.GaussianBlur(cv2.warpAffine(alpha, lean, size), (0, 0), max(0.012 * height, 0.8))
    shadow = np.zeros((*soft.shape, 4), np.uint8)
    shadow[:, :, 3] = soft
    lay(canvas, Sprite(shadow), _at(foot[0] - 12, foot[1] - 12))


def _shadow(pixels: Pixels, sigma: float) -> Pixels:
    """The soft shadow of a cut-out, three sigmas larger on every side."""
    pad = round(3 * sigma)
    alpha = cv2.copyMakeBorder(pixels[:, :, 3], pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    soft = cv2.GaussianBlur(alpha, (0, 0), max(sigma, 0.5))
    shadow = np.zeros((*soft.shape, 4), np.uint8)
    shadow[:, :, 3] = cv2.convertScaleAbs(soft, alpha=0.45)
    return shadow[pad:, pad:] if pad else shadow


def _at(x: float, y: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([[1.0, 0, x], [0, 1.0, y]])
