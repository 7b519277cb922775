"""From the SVG of a part to a finished piece of paper: lit and shaded plane, rim, and the soft shadow it throws."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from services.offline.theatre.parts import Box, Cutter
from services.offline.theatre.pose import Light
from services.offline.theatre.puppet_palette import read
from services.offline.theatre.sprite import Pixels, Sprite, rasterise


@dataclass(frozen=True)
class Finish:
    """How a part is lit and what it throws, in units. `side` is where the light is in the part's own frame."""

    side: int = 1
    plane: float = 14.0  # width of the shaded plane, 0 none
    rim: float = 1.6  # width of the rim
    drop: float = 3.0  # how far the shadow falls, 0 none
    depth: float = 0.34  # how dark the shaded plane is
    soft: float = 0.9  # how soft the edge of the shaded plane is


FLAT = Finish(plane=0, rim=0, drop=0)


def cut(cutter: Cutter, scale: float, light: Light, finish: Finish = FLAT, box: Box | None = None) -> Sprite:
    """Rasterise what the cutter wrote at `scale` pixels a unit; the pivot is the origin of the units."""
    left, top, right, bottom = box or cutter.box
    snapped = [math.floor(edge * scale) - 2 for edge in (left, top)]
    snapped += [math.ceil(edge * scale) + 2 for edge in (right, bottom)]  # whole pixels, so that parts stack
    sheet = (snapped[0] / scale, snapped[1] / scale, snapped[2] / scale, snapped[3] / scale)
    pixels = rasterise(cutter.document(sheet, scale))
    # Room for the shadow is added afterwards: resvg takes 50 ns for every clear pixel.
    pad = math.ceil(finish.drop * 2.6 * scale)
    pixels = np.asarray(cv2.copyMakeBorder(pixels, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0)))
    if finish.plane:
        pixels = shade(pixels, light, finish, scale)
    if finish.rim and light.rim:
        over(pixels, rim(pixels, light, finish, scale))
    if finish.drop:
        pixels = throw(pixels, finish, scale)
    return cropped(Sprite(pixels, (float(pad - snapped[0]), float(pad - snapped[1]))))


def cropped(sprite: Sprite) -> Sprite:
    """The same sprite without its empty margins."""
    left, top, wide, high = cv2.boundingRect(np.ascontiguousarray(sprite.pixels[:, :, 3]))
    if not wide:
        return sprite
    inside = sprite.pixels[top : top + high, left : left + wide]
    return Sprite(np.ascontiguousarray(inside), (sprite.pivot[0] - left, sprite.pivot[1] - top))


def shifted(alpha: NDArray[np.uint8], dx: float, dy: float) -> NDArray[np.uint8]:
    """The same mask moved by a vector of pixels."""
    move = np.array([[1, 0, dx], [0, 1, dy]], np.float64)
    return np.asarray(cv2.warpAffine(alpha, move, (alpha.shape[1], alpha.shape[0])), np.uint8)


def shade(pixels: Pixels, light: Light, finish: Finish, scale: float) -> Pixels:
    """Darken the plane turned away from the light."""
    alpha = np.ascontiguousarray(pixels[:, :, 3])
    width = finish.plane * scale
    lit = shifted(alpha, finish.side * width, -0.45 * width)
    lit = np.asarray(cv2.GaussianBlur(lit, (0, 0), max(finish.soft * scale, 0.6)), np.uint8)
    tone = 0.45 + 0.55 * np.array(read(light.shade)[::-1], np.float32) / 255
    dark = np.asarray(cv2.subtract(alpha, lit), np.float32)[:, :, None] * (finish.depth / 255)
    out = pixels[:, :, :3] * (1 - dark * (1 - 0.55 * tone))
    return np.dstack([out.astype(np.uint8), alpha])


def rim(pixels: Pixels, light: Light, finish: Finish, scale: float) -> Pixels:
    """The light along the edge turned to it (both edges for light from behind), as pixels to lay over the piece."""
    width = finish.rim * scale * (0.7 + 0.8 * light.rim)
    alpha = np.asarray(np.clip((pixels[:, :, 3].astype(np.float32) - 110) * (255 / 145), 0, 255), np.uint8)
    alpha = np.asarray(cv2.GaussianBlur(alpha, (0, 0), 0.7), np.uint8)
    inner = shifted(alpha, -(finish.side or 1) * width, width * (0.4 if finish.side else 1))
    if not finish.side:
        inner = np.asarray(cv2.min(inner, shifted(alpha, width, width)), np.uint8)
    edge = cv2.GaussianBlur(cv2.subtract(alpha, inner), (0, 0), max(0.5 * scale, 0.5))
    glow = np.asarray(cv2.multiply(edge, alpha, scale=1.15 / 255), np.float32)[:, :, None]
    glow *= min(1.0, 0.25 + 0.7 * light.rim)
    key = np.array([*read(light.key)[::-1], 255.0], np.float32) / 255
    return np.asarray(glow * key, np.uint8)


def over(under: Pixels, above: Pixels) -> None:
    """Premultiplied source-over of BGRA on BGRA, in place."""
    keep = cv2.merge([255 - above[:, :, 3]] * 4)
    np.copyto(under, cv2.add(cv2.multiply(under, keep, scale=1 / 255), above))


def throw(pixels: Pixels, finish: Finish, scale: float) -> Pixels:
    """Put the soft shadow of a piece of paper under it."""
    drop = finish.drop * scale
    alpha = shifted(np.ascontiguousarray(pixels[:, :, 3]), -finish.side * 0.6 * drop, 0.9 * drop)
    soft = np.asarray(cv2.GaussianBlur(alpha, (0, 0), max(0.55 * drop, 0.5)), np.float32) * 0.42
    keep = 1 - pixels[:, :, 3].astype(np.float32) / 255
    under = soft * keep
    ink = np.array([26, 12, 10], np.float32) / 255  # a blue black, BGR
    out = np.empty_like(pixels)
    out[:, :, :3] = np.clip(pixels[:, :, :3] + under[:, :, None] * ink, 0, 255)
    out[:, :, 3] = np.clip(pixels[:, :, 3] + under, 0, 255)
    return out


def stack(pieces: list[Sprite]) -> Sprite | None:
    """Lay sprites with whole-pixel pivots over each other, None for none."""
    if len(pieces) < 2:
        return pieces[0] if pieces else None
    left = max(piece.pivot[0] for piece in pieces)
    top = max(piece.pivot[1] for piece in pieces)
    right = max(piece.pixels.shape[1] - piece.pivot[0] for piece in pieces)
    bottom = max(piece.pixels.shape[0] - piece.pivot[1] for piece in pieces)
    sheet: Pixels = np.zeros((int(top + bottom), int(left + right), 4), np.uint8)
    for piece in pieces:
        x, y = int(left - piece.pivot[0]), int(top - piece.pivot[1])
        under = sheet[y : y + piece.pixels.shape[0], x : x + piece.pixels.shape[1]]
        over(under, piece.pixels)
    return Sprite(sheet, (left, top))


def clipped(piece: Sprite, base: Sprite) -> Sprite:
    """The part of a sprite that lies on another one."""
    x, y = int(base.pivot[0] - piece.pivot[0]), int(base.pivot[1] - piece.pivot[1])
    high, wide = piece.pixels.shape[:2]
    mask = np.zeros((high, wide), np.uint8)
    inside = base.pixels[max(0, y) : y + high, max(0, x) : x + wide, 3]
    top, left = max(0, -y), max(0, -x)
    mask[top : top + inside.shape[0], left : left + inside.shape[1]] = inside
    return Sprite(cv2.multiply(piece.pixels, cv2.merge([mask] * 4), scale=1 / 255), piece.pivot)


def within(piece: Sprite, frame: Sprite) -> Pixels:
    """The piece's pixels that lie within the hull of another sprite."""
    rows, columns = np.nonzero(frame.pixels[:, :, 3] > 120)
    filled = np.zeros_like(frame.pixels)
    if len(rows):
        hull = cv2.convexHull(np.column_stack([columns, rows]).astype(np.int32))
        cv2.fillConvexPoly(filled, hull, (255, 255, 255, 255))
    return clipped(piece, Sprite(filled, frame.pivot)).pixels
