"""Tiles of light that pass a vehicle: street lamps out of focus, and broad bars; they wrap round sideways."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np

from services.offline.theatre.moods import Palette
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
