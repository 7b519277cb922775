"""Tiles that pass a vehicle: houses, street lamps out of focus, broad bars of light; they wrap round sideways."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np

from services.offline.theatre.moods import Palette, mix, scale
from services.offline.theatre.set_paper import bgr
from services.offline.theatre.sprite import Pixels
from studio.takes.frame import Frame


def bokeh(frame: Frame, colours: Palette, draw: Random, *, count: int, size: float) -> Pixels:
    """Lamps out of focus, of a street's colours, across the whole height: windows show what they show."""
    tile, unit = np.zeros((frame.height, frame.width, 3), np.uint8), min(frame.width, frame.height) / 720
    tones = (colours.key, colours.key, "#ffd9a0", "#ff8f6b", "#9fd0ff", colours.accent)
    for _ in range(count):
        x, y = draw.random() * frame.width, (0.1 + 0.55 * draw.random()) * frame.height
        radius, power = size * unit * (0.6 + 0.8 * draw.random()), 0.3 + 0.4 * draw.random()
        tone = tuple(part * power for part in bgr(draw.choice(tones)))
        for dx in (0, -frame.width, frame.width):
            centre = (round((x + dx) * 16), round(y * 16))
            cv2.circle(tile, centre, round(radius * 16), tone, -1, cv2.LINE_AA, 4)
    return np.asarray(cv2.GaussianBlur(tile, (0, 0), max(0.8, 0.12 * size * unit)), np.uint8)


def bars(frame: Frame, colour: str, draw: Random, *, strength: float) -> Pixels:
    """Two broad soft bars of light that wrap round sideways."""
    across = np.arange(frame.width, dtype=np.float32) / frame.width
    glow = np.zeros_like(across)
    for start in (0.15 + 0.2 * draw.random(), 0.65 + 0.2 * draw.random()):
        far = np.minimum(np.abs(across - start), 1 - np.abs(across - start))
        glow += np.exp(-((far / 0.07) ** 2))
    rows = np.linspace(1.0, 0.35, frame.height, dtype=np.float32)
    light = strength * rows[:, None, None] * glow[None, :, None] * np.array(bgr(colour), np.float32)
    return np.ascontiguousarray(light.astype(np.uint8))


def houses(frame: Frame, colours: Palette, draw: Random) -> tuple[Pixels, Pixels]:
    """A row of houses a little out of focus: what it adds, and what it lets through of what is behind it."""
    unit = min(frame.width, frame.height) / 720
    tile, cover = np.zeros((frame.height, frame.width, 3), np.uint8), np.zeros((frame.height, frame.width), np.uint8)
    wall = mix(colours.haze, colours.shade, 0.62)
    glass = mix(colours.key, "#ffdf9a", 0.4) if colours.lamps else mix(wall, colours.sky[2], 0.45)
    left = 0.0
    while left < frame.width - 30 * unit:
        wide = min((60 + 110 * draw.random()) * unit, frame.width - left)
        if draw.random() < 0.8:
            top = (0.06 + 0.22 * draw.random()) * frame.height
            _house(
                tile, cover, (left, top, left + wide - 6 * unit), (scale(wall, 0.8 + 0.3 * draw.random()), glass), draw
            )
        left += wide
    soft = 2.2 * unit
    pad = int(4 * soft) + 1
    blurred = [
        cv2.GaussianBlur(cv2.copyMakeBorder(one, 0, 0, pad, pad, cv2.BORDER_WRAP), (0, 0), soft)[:, pad:-pad]
        for one in (tile, cover)
    ]
    keep = cv2.merge([cv2.bitwise_not(blurred[1])] * 3)
    return np.ascontiguousarray(blurred[0]), keep


def _house(tile: Pixels, cover: Pixels, span: tuple[float, float, float], tones: tuple[str, str], draw: Random) -> None:
    """One house from its top down to the bottom, with windows of which some are lit."""
    left, top, right = (round(edge) for edge in span)
    cv2.rectangle(tile, (left, top), (right, tile.shape[0]), bgr(tones[0]), -1)
    cv2.rectangle(cover, (left, top), (right, tile.shape[0]), 255, -1)
    step = max((right - left) // 4, 12)
    for y in range(top + step // 2, round(0.6 * tile.shape[0]), round(1.4 * step)):
        for x in range(left + step // 2, right - step // 2, step):
            if draw.random() < 0.36:
                cv2.rectangle(tile, (x, y), (x + step // 2, y + round(0.7 * step)), bgr(tones[1]), -1)
