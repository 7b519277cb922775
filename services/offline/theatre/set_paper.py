"""Sheets of paper: cut, shaded, stacked with soft shadows, lit. Pixels are premultiplied BGRA; alpha 0 adds light."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from services.offline.theatre.moods import rgb
from services.offline.theatre.sprite import Pixels

Points = Iterable[tuple[float, float]]
_SUB = 4  # bits of sub-pixel position


def bgr(colour: str) -> tuple[float, float, float]:
    """#rrggbb -> blue, green, red of 0..255."""
    red, green, blue = rgb(colour)
    return blue * 255, green * 255, red * 255


def sheet(width: int, height: int) -> Pixels:
    """An empty sheet."""
    return np.zeros((height, width, 4), np.uint8)


def cut(canvas: Pixels, points: Points, colour: str, opacity: float = 1.0) -> None:
    """Lay a flat polygon with a clean edge on a sheet, in place."""
    corners = np.round(np.array(list(points)) * (1 << _SUB)).astype(np.int32)
    if opacity >= 1.0:
        cv2.fillPoly(canvas, [corners], (*bgr(colour), 255), cv2.LINE_AA, _SUB)
        return
    left, top = np.maximum(corners.min(axis=0) // (1 << _SUB) - 1, 0)
    right, bottom = np.minimum(corners.max(axis=0) // (1 << _SUB) + 2, (canvas.shape[1], canvas.shape[0]))
    if right <= left or bottom <= top:
        return
    piece = np.zeros((int(bottom - top), int(right - left), 4), np.uint8)
    shade = tuple(part * opacity for part in (*bgr(colour), 255.0))
    cv2.fillPoly(piece, [corners - np.array([left, top]) * (1 << _SUB)], shade, cv2.LINE_AA, _SUB)
    stack(canvas, piece, int(left), int(top))


def stroke(canvas: Pixels, points: Points, colour: str, width: float, opacity: float = 1.0) -> None:
    """Draw a line on what a sheet already holds, in place."""
    corners = np.round(np.array(list(points)) * (1 << _SUB)).astype(np.int32)
    shade = (*bgr(colour), 255)
    if opacity >= 1.0:
        cv2.polylines(canvas, [corners], False, shade, max(1, round(width)), cv2.LINE_AA, _SUB)
        return
    left, top = np.maximum(corners.min(axis=0) // (1 << _SUB) - 2 - round(width), 0)
    right, bottom = corners.max(axis=0) // (1 << _SUB) + 3 + round(width)
    region = canvas[int(top) : max(0, int(bottom)), int(left) : max(0, int(right))]
    if not region.size:
        return
    inked = region.copy()
    moved = corners - np.array([left, top]) * (1 << _SUB)
    cv2.polylines(inked, [moved], False, shade, max(1, round(width)), cv2.LINE_AA, _SUB)
    inked = np.minimum(inked, region[:, :, 3:4])
    cv2.addWeighted(inked, opacity, region, 1 - opacity, 0, dst=inked)
    region[:, :, :3] = inked[:, :, :3]


def stack(under: Pixels, over: Pixels, left: int = 0, top: int = 0) -> None:
    """Lay one piece over another at a place, clipped, in place."""
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(under.shape[1], left + over.shape[1]), min(under.shape[0], top + over.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    piece = over[y0 - top : y1 - top, x0 - left : x1 - left]
    region = under[y0:y1, x0:x1]
    keep = cv2.merge([cv2.bitwise_not(cv2.extractChannel(piece, 3))] * 4)
    cv2.add(cv2.multiply(region, keep, scale=1 / 255), piece, dst=region)


def drop(
    under: Pixels,
    over: Pixels,
    left: int = 0,
    top: int = 0,
    *,
    colour: str = "#05070d",
    offset: tuple[float, float],
    blur: float,
    depth: float = 0.45,
) -> None:
    """Lay a piece with its soft shadow on what is behind it, in place; offset and blur in pixels."""
    small = max(1, int(blur / 2))
    pad = int(3 * blur) + small
    alpha = cv2.copyMakeBorder(over[:, :, 3], pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    if left <= 0 and left + over.shape[1] >= under.shape[1]:  # the sheet goes on beyond the picture
        alpha = cv2.copyMakeBorder(over[:, :, 3], pad, pad, pad, pad, cv2.BORDER_REPLICATE)
    size = (alpha.shape[1], alpha.shape[0])
    less = cv2.resize(alpha, (max(1, size[0] // small), max(1, size[1] // small)), interpolation=cv2.INTER_AREA)
    tone = np.array([part * depth / 255 for part in (*bgr(colour), 255.0)]).reshape(4, 1)
    shade = cv2.resize(cv2.transform(cv2.GaussianBlur(less, (0, 0), max(0.6, blur / small))[:, :, None], tone), size)
    stack(under, shade, left - pad + round(offset[0]), top - pad + round(offset[1]))
    stack(under, over, left, top)


def edge(piece: Pixels, colour: str, *, side: int, strength: float, width: int = 2) -> None:
    """Light the cut edges that face the light, in place: side -1 left, 1 right; the top always."""
    alpha = piece[:, :, 3]
    shift = np.array([[1, 0, -side * width], [0, 1, width]], np.float64)
    behind = cv2.warpAffine(alpha, shift, (alpha.shape[1], alpha.shape[0]), borderMode=cv2.BORDER_REPLICATE)
    lit = cv2.subtract(alpha, behind)
    tone = np.array([*(part * strength / 255 for part in bgr(colour)), 0.0]).reshape(4, 1)
    cv2.add(piece, cv2.transform(lit[:, :, None], tone), dst=piece)
    cv2.min(piece, cv2.cvtColor(alpha, cv2.COLOR_GRAY2BGRA), dst=piece)


def tint(piece: Pixels, gains: NDArray[np.float32]) -> None:
    """Multiply a sheet by a small map (h x w x 3, BGR gains) stretched over it, in place."""
    eighths = np.clip(gains * 128, 0, 255).astype(np.uint8)
    with_alpha = np.dstack([eighths, np.full(eighths.shape[:2], 128, np.uint8)])
    spread = cv2.resize(with_alpha, (piece.shape[1], piece.shape[0]), interpolation=cv2.INTER_LINEAR)
    cv2.multiply(piece, spread, dst=piece, scale=1 / 128)


def pool(
    size: tuple[int, int],
    centre: tuple[float, float],
    reach: tuple[float, float],
    near: str,
    far: str,
    gains: tuple[float, float],
) -> NDArray[np.float32]:
    """Gains of a pool of light, for tint: `near` colour at the centre, `far` beyond reach (pixels of size w, h)."""
    width, height = size[0] // 16, size[1] // 16
    xs = (np.arange(width, dtype=np.float32) * 16 + 8 - centre[0]) / reach[0]
    ys = (np.arange(height, dtype=np.float32) * 16 + 8 - centre[1]) / reach[1]
    share = np.exp(-(xs[None, :] ** 2 + ys[:, None] ** 2))[:, :, None]
    inner = np.array([0.4 + 0.6 * part / 255 for part in bgr(near)]) * gains[0]
    outer = np.array([0.55 + 0.45 * part / 255 for part in bgr(far)]) * gains[1]
    return (outer + (inner - outer) * share).astype(np.float32)


def shine(canvas: Pixels, centre: tuple[float, float], radius: float, colour: str, strength: float) -> None:
    """Add a round glow of light, in place, without covering anything."""
    small = 64
    axis = np.linspace(-1, 1, small, dtype=np.float32)
    distance = np.sqrt(axis[None, :] ** 2 + axis[:, None] ** 2)
    fall = np.clip(1 - distance, 0, 1) ** 2.2
    size = max(2, round(2 * radius))
    disc = np.asarray(cv2.resize(fall, (size, size), interpolation=cv2.INTER_CUBIC), np.float32)
    add(canvas, disc, colour, strength, (round(centre[0] - radius), round(centre[1] - radius)))


def add(canvas: Pixels, mask: NDArray[np.float32], colour: str, strength: float, corner: tuple[int, int]) -> None:
    """Add light through a mask of 0..1 at a corner, clipped, in place."""
    left, top = corner
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(canvas.shape[1], left + mask.shape[1]), min(canvas.shape[0], top + mask.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    part = mask[y0 - top : y1 - top, x0 - left : x1 - left]
    tone = np.array([*(c * strength for c in bgr(colour)), 0.0], np.float32).reshape(4, 1)
    light = cv2.transform(part[:, :, None], tone)
    region = canvas[y0:y1, x0:x1]
    cv2.add(region, np.clip(light, 0, 255, out=light).astype(np.uint8), dst=region)


def beam(canvas: Pixels, points: Points, colour: str, strength: float, blur: float, fade: float = 1.0) -> None:
    """Add a soft-edged shaft of light, in place; it fades downwards to `fade` of its strength."""
    shape = 4
    mask = np.zeros((canvas.shape[0] // shape, canvas.shape[1] // shape), np.uint8)
    corners = np.round(np.array(list(points)) / shape * (1 << _SUB)).astype(np.int32)
    cv2.fillPoly(mask, [corners], 255, cv2.LINE_AA, _SUB)
    soft = cv2.GaussianBlur(mask, (0, 0), max(0.8, blur / shape)).astype(np.float32) / 255
    rows = np.nonzero(soft.max(axis=1) > 0.01)[0]
    if not rows.size:
        return
    ramp = np.ones(soft.shape[0], np.float32)
    ramp[rows[0] : rows[-1] + 1] = np.linspace(1.0, fade, rows[-1] - rows[0] + 1)
    full: NDArray[np.float32] = np.asarray(
        cv2.resize(soft * ramp[:, None], (canvas.shape[1], canvas.shape[0])), np.float32
    )
    there = np.nonzero(soft.max(axis=0))[0], np.nonzero(soft.max(axis=1))[0]
    (left, right), (top, bottom) = ((max(0, int(one[0]) - 1) * shape, (int(one[-1]) + 3) * shape) for one in there)
    add(canvas, full[top:bottom, left:right], colour, strength, (left, top))


def soften(canvas: Pixels, blur: float) -> Pixels:
    """A sheet out of focus: blurred at a reduced size."""
    small = max(1, int(blur / 2))
    size = (canvas.shape[1], canvas.shape[0])
    less = cv2.resize(canvas, (size[0] // small, size[1] // small), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(cv2.resize(cv2.GaussianBlur(less, (0, 0), max(0.5, blur / small)), size))
