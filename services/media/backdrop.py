"""What a card stands on: a plate out of focus, or the mood's sky over paper ridges. Draws no words."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from services.media.lettering import Pixels
from services.media.planes import Planes
from studio.errors import Unreadable
from studio.story.noun import Noun
from studio.story.places import Mood
from studio.takes.frame import Frame

_FILE = Path(__file__).parents[2] / "data" / "cards.toml"
_BITS = 4  # of a pixel's fraction, for smooth edges
_FINE = 1 << _BITS
_OVER = 1.08  # the backdrop is this much larger than the frame, so that the camera can push in


class Palette(Noun):
    """A mood's colours on a card."""

    sky: tuple[str, ...]
    ridges: tuple[str, str, str]
    accent: str


class Cards(Noun):
    """The whole of cards.toml."""

    version: int
    paper: str
    shade: str
    mood: dict[Mood, Palette]


@cache
def cards() -> Cards:
    """Read data/cards.toml once."""
    return Cards.model_validate(tomllib.loads(_FILE.read_text("utf-8")))


def backdrop(mood: Mood, frame: Frame, plate: Path | None) -> Pixels:
    """Draw the backdrop as (h, w, 3) RGB, a little larger than the frame; darkened so that words can be read."""
    width, height = (2 * round(side * _OVER / 2) for side in (frame.width, frame.height))
    picture = _plate(plate, width, height) if plate else _paper(cards().mood[mood], width, height)
    y, x = (np.linspace(-1, 1, side, dtype=np.float32) for side in (height, width))
    light = 0.92 if plate is None else 0.62
    grain = np.random.default_rng(7)
    for row, down in zip(picture, y, strict=True):
        fall = light * (1 - 0.34 * np.clip(np.sqrt(x * x + down * down) - 0.45, 0, 1))
        speck = grain.standard_normal(width, np.float32) * 2.2
        row[:] = np.clip(row * fall[:, None] + speck[:, None], 0, 255)
    return picture


def pushed(picture: Planes, frame: Frame, share: float) -> Planes:
    """The frame's view of the backdrop after `share` (0 to 1) of a slow push in, placed between pixels."""
    zoom = frame.width / picture.y.shape[1] * (1 + (_OVER - 1) * share)
    return picture.moved(zoom, frame.width, frame.height)


def _plate(plate: Path, width: int, height: int) -> Pixels:
    found = cv2.imread(str(plate), cv2.IMREAD_COLOR)
    if found is None:
        raise Unreadable(f"{plate.name} cannot be read as a picture")
    scale = max(width / found.shape[1], height / found.shape[0])
    grown = cv2.resize(found, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    top, left = (grown.shape[0] - height) // 2, (grown.shape[1] - width) // 2
    cut = grown[top : top + height, left : left + width]
    soft = cv2.GaussianBlur(cut, (0, 0), height / 70)
    if soft.shape[:2] != (height, width):
        soft = cv2.resize(soft, (width, height))
    return np.asarray(cv2.cvtColor(soft, cv2.COLOR_BGR2RGB), np.uint8)


def _paper(palette: Palette, width: int, height: int) -> Pixels:
    """A sky and three ridges, each throwing a soft shadow up onto what is behind it."""
    tops = [int(colour[i : i + 2], 16) for colour in palette.sky for i in (1, 3, 5)]
    stops = np.array(tops, np.float32).reshape(-1, 3)
    heights = np.linspace(0, 0.85 * height, len(stops))
    column = np.stack([np.interp(np.arange(height), heights, stops[:, c]) for c in range(3)], axis=1)
    picture = [np.repeat(tone[:, None], width, axis=1) for tone in column.astype(np.float32).T]
    shapes = [(palette.accent, _disc(width, height))]
    shapes += [(colour, _hill(layer, width, height)) for layer, colour in enumerate(palette.ridges)]
    for colour, outline in shapes:
        mask = np.zeros((height, width), np.uint8)
        cv2.fillPoly(mask, [np.round(outline * _FINE).astype(np.int32)], 255, cv2.LINE_AA, _BITS)
        small = cv2.resize(mask, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
        soft = cv2.resize(cv2.GaussianBlur(small, (0, 0), height / 240), (width, height))
        left, top, across, down = cv2.boundingRect(soft)
        part = slice(top, top + down), slice(left, left + across)
        dark, cover = 1 - soft[part] * np.float32(0.4 / 255), mask[part] * np.float32(1 / 255)
        dark *= 1 - cover
        for plane, at in zip(picture, (1, 3, 5), strict=True):
            plane[part] *= dark
            plane[part] += cover * np.float32(int(colour[at : at + 2], 16))
    return np.asarray(cv2.merge([plane.astype(np.uint8) for plane in picture]), np.uint8)


def _disc(width: int, height: int) -> NDArray[np.float64]:
    turn = np.linspace(0, 2 * math.pi, 120, endpoint=False)
    across = min(width, height) * 0.12
    return np.stack([width * 0.74 + across * np.cos(turn), height * 0.69 + across * np.sin(turn)], axis=1)


def _hill(layer: int, width: int, height: int) -> NDArray[np.float64]:
    """A hill's outline: two slow waves whose phases differ by layer, cut as from paper."""
    base, swing = height * (0.75 + 0.085 * layer), height * (0.05 - 0.008 * layer)
    x = np.linspace(0, 1, 120)
    wave = np.sin(2.1 * math.pi * x + 1.7 * layer + 0.6) + 0.45 * np.sin(5.3 * math.pi * x + 2.9 * layer)
    edge = np.stack([x * width, base - swing * wave], axis=1)
    return np.concatenate((edge, [[width, height + 2], [0, height + 2]]))
