"""Sprites: pieces of paper rasterised once from SVG and laid on the canvas by affine warp.

A canvas is an h x w x 3 BGR uint8 array, or premultiplied BGRA that starts clear; a sprite is premultiplied BGRA, so
laying one is a warp and one blend.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import resvg_py
from numpy.typing import NDArray

from services.media.kept import kept
from studio.errors import RenderFailed

Pixels = NDArray[Any]  # uint8; cv2's own stubs lose the type
Matrix = NDArray[np.float64]  # 2 x 3, sprite pixels -> canvas pixels
Touched = tuple[int, int, int, int] | None  # left, top, right, bottom of what was drawn on; None for nothing


@dataclass(frozen=True)
class Sprite:
    """Premultiplied BGRA pixels (h x w x 4) and the pivot they turn about, in the sprite's own pixels."""

    pixels: Pixels
    pivot: tuple[float, float] = (0.0, 0.0)


_cache: Path | None = None


def keep_in(folder: Path) -> None:
    """Say where this process finds what any process rasterised before, and keeps what it does itself.

    Most of rasterising is packing the pixels into a PNG, the only form they are had in.
    """
    global _cache
    folder.mkdir(parents=True, exist_ok=True)
    _cache = folder


def rasterise(svg: str, *, fonts: list[str] | None = None, folders: list[str] | None = None) -> Pixels:
    """Draw an SVG document at its own width and height as premultiplied BGRA, its text in these fonts."""

    def drawn() -> bytes:
        return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=fonts, font_dirs=folders))

    png = drawn() if fonts or folders or not _cache else _found(_cache, svg, drawn)
    straight = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if straight is None:
        raise RenderFailed("a paper part could not be drawn")
    return premultiply(straight)


def _found(cache: Path, svg: str, drawn: Callable[[], bytes]) -> bytes:
    name = hashlib.sha256(f"{resvg_py.__version__} {svg}".encode()).hexdigest()[:40]
    try:
        return kept(cache / f"{name}.png", drawn)
    except OSError:  # where nothing can be kept it is drawn each time
        return drawn()


def premultiply(straight: Pixels) -> Pixels:
    """Straight-alpha BGRA -> premultiplied BGRA."""
    alpha = cv2.extractChannel(straight, 3)
    gain = cv2.merge([alpha, alpha, alpha, np.full_like(alpha, 255)])
    return cv2.multiply(straight, gain, scale=1 / 255)


def lay(canvas: Pixels, sprite: Sprite, matrix: Matrix, *, opacity: float = 1.0) -> Touched:
    """Lay a sprite on the canvas in place; only the rectangle returned is read and written."""
    height, width = sprite.pixels.shape[:2]
    corners = matrix @ np.array([[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1]], float)
    left, top = np.maximum(np.floor(corners.min(axis=1)).astype(int) - 1, 0)
    right, bottom = np.minimum(np.ceil(corners.max(axis=1)).astype(int) + 1, (canvas.shape[1], canvas.shape[0]))
    if right <= left or bottom <= top:
        return None
    shifted = matrix.copy()
    shifted[:, 2] -= (left, top)
    warped = cv2.warpAffine(sprite.pixels, shifted, (int(right - left), int(bottom - top)))
    if opacity < 1.0:
        warped = cv2.convertScaleAbs(warped, alpha=opacity)
    blend(canvas[top:bottom, left:right], warped)
    return int(left), int(top), int(right), int(bottom)


def union(one: Touched, other: Touched) -> Touched:
    """The rectangle around both."""
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def blend(under: Pixels, over: Pixels) -> None:
    """Premultiplied source-over, in place, on BGR or on premultiplied BGRA (a clear sheet to be laid elsewhere)."""
    keep = cv2.bitwise_not(cv2.extractChannel(over, 3))
    if under.shape[2] == 4:
        cv2.add(cv2.multiply(under, cv2.merge([keep] * 4), scale=1 / 255), over, dst=under)
    else:
        colour = cv2.cvtColor(over, cv2.COLOR_BGRA2BGR)
        cv2.add(cv2.multiply(under, cv2.cvtColor(keep, cv2.COLOR_GRAY2BGR), scale=1 / 255), colour, dst=under)
