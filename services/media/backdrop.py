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
    width, height = round(frame.width * _OVER), round(frame.height * _OVER)
    picture = _plate(plate, width, height) if plate else _paper(cards().mood[mood], width, height)
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    light = 0.92 if plate is None else 0.62
    fall = (light * (1 - 0.34 * np.clip(np.sqrt(x * x + y * y) - 0.45, 0, 1))).astype(np.float32)
    grain = np.random.default_rng(7).standard_normal((height, width), np.float32) * 2.2
    shaded = picture * fall[..., None] + grain[..., None]
    made: Pixels = np.clip(shaded, 0, 255).astype(np.uint8)
    return made


def pushed(picture: Pixels, frame: Frame, share: float) -> Pixels:
    """The frame's view of the backdrop after `share` (0 to 1) of a slow push in, placed between pixels."""
    height, width = picture.shape[:2]
    zoom = frame.width / width * (1 + (_OVER - 1) * share)
    matrix = np.array(
        [[zoom, 0, (frame.width - zoom * width) / 2], [0, zoom, (frame.height - zoom * height) / 2]], np.float32
    )
    seen = cv2.warpAffine(picture, matrix, (frame.width, frame.height), flags=cv2.INTER_LINEAR)
    return np.asarray(seen, np.uint8)


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
    picture = np.repeat(column.astype(np.float32)[:, None], width, axis=1)
    shapes = [(palette.accent, _disc(width, height))]
    shapes += [(colour, _hill(layer, width, height)) for layer, colour in enumerate(palette.ridges)]
    for colour, outline in shapes:
        mask = np.zeros((height, width), np.uint8)
        cv2.fillPoly(mask, [np.round(outline * _FINE).astype(np.int32)], 255, cv2.LINE_AA, _BITS)
        small = cv2.resize(mask, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
        soft = cv2.resize(cv2.GaussianBlur(small, (0, 0), height / 240), (width, height))
        picture *= 1 - soft[..., None] * np.float32(0.4 / 255)
        tone = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], np.float32)
        picture += (tone - picture) * (mask[..., None] * np.float32(1 / 255))
    return picture.astype(np.uint8)


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
