"""How alike pictures are without any model's weights: colours, edges and their places. It draws no conclusion.

The definition is the studio's own (its gate measures offline clips by it) and a test holds both to the same figures.
The face of another person in the same clothes is not seen, so this may show that a clip is bad, never that it is good.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import cv2
import numpy as np

from gpu_endpoint.motion import Floats, Pixels

_SAMPLES = 16
_COLOUR_SIZE, _GREY_SIZE, _KEPT = (96, 64), (128, 72), 384  # pixels; the last one is what is kept of a clip's pictures
_BINS = np.array([6, 8, 8])  # of L 0..100, a and b -80..80
_LOW, _SPAN = np.array([0, -80, -80]), np.array([100, 160, 160])
_GRIDS, _CELLS, _ANGLES = (1, 2, 4), ((16, 9), (8, 4)), 9
_SOFT = 0.05  # added to a cell's length, so that the grain of an empty one does not count as edges
_BOX = (7, 7)
_LUMA, _CONTRAST = (0.01 * 255) ** 2, (0.03 * 255) ** 2  # the constants of SSIM
_FAR = 0.25  # of a side a picture may have moved and still be laid over the other
_WEIGHTS = np.array([0.4, 0.3, 0.3])  # colour, structure, ssim


@dataclass(frozen=True)
class Signs:
    """What is compared of a picture: where which colours are, where which edges are, and its greys."""

    colour: Floats
    structure: Floats
    grey: Floats


@dataclass(frozen=True)
class Measures:
    """A clip in figures: similarity to its first picture (mean and worst), and in grey levels how it moves.

    `motion` is the 95th percentile over the pixels of how far they leave the first picture, `jerk` the mean change of
    the change from picture to picture.
    """

    raw: float
    worst: float
    motion: float
    jerk: float


def signs(picture: Pixels) -> Signs:
    """Read an RGB picture of any size."""
    greys = grey(picture)
    return Signs(_colour(picture), _structure(greys / np.float32(255)), greys)


def similarity(one: Signs, other: Signs) -> float:
    """How alike two pictures are, 0 to 1."""
    return float(_WEIGHTS @ (one.colour @ other.colour, one.structure @ other.structure, _laid(one.grey, other.grey)))


def alike(one: Signs, other: Signs) -> float:
    """How alike two crops of somebody are, 0 to 1: colour and structure, for a pose lies on no other."""
    parts = _WEIGHTS[:2] @ (one.colour @ other.colour, one.structure @ other.structure)
    return float(parts / _WEIGHTS[:2].sum())


def measured(pictures: Iterable[Pixels]) -> Measures:
    """Measure a clip of RGB pictures; ValueError for fewer than two."""
    kept = [(grey(one), _smaller(one)) for one in pictures]
    if len(kept) < 2:
        raise ValueError("a clip has at least two pictures")
    greys = np.stack([found for found, _ in kept])
    most = min(len(kept), _SAMPLES)
    seen = [signs(kept[round(turn * (len(kept) - 1) / (most - 1))][1]) for turn in range(most)]
    first = [similarity(seen[0], one) for one in seen[1:]]
    steps = [similarity(before, after) for before, after in pairwise(seen)]
    return Measures(
        raw=float(np.mean([first, steps])),
        worst=min(first),
        motion=float(np.percentile(np.abs(greys - greys[0]).max(axis=0), 95)),
        jerk=float(np.abs(np.diff(greys, 2, axis=0)).mean()) if len(greys) > 2 else 0.0,
    )


def chance(scenes: Sequence[Signs]) -> float:
    """How alike pictures of different scenes are on average: what similarity is worth nothing."""
    pairs = [similarity(one, other) for one, other in combinations(scenes, 2)]
    return float(np.mean(pairs)) if pairs else 0.0


def share(raw: float, floor: float, ceiling: float = 1.0) -> float:
    """A similarity with chance taken off it: 0 is as alike as strangers, 1 as alike as can be."""
    return min(max((raw - floor) / max(ceiling - floor, 1e-6), 0.0), 1.0)


def identity(crops: Sequence[Signs], references: Sequence[Signs], strangers: Sequence[Signs]) -> float:
    """How much somebody stays who they are, 0 to 1: crops against pictures of their own and of others.

    Each crop counts with its best reference; 1 is as alike as the references are to each other.
    """
    own = [max(alike(crop, one) for one in references) for crop in crops]
    floor = np.mean([alike(one, other) for one in references for other in strangers])
    among = [alike(one, other) for one, other in combinations(references, 2)]
    return share(float(np.mean(own)), float(floor), float(np.mean(among)) if among else 1.0)


def grey(picture: Pixels) -> Floats:
    """The greys of a picture, small: what motion is read from."""
    small = cv2.resize(picture, _GREY_SIZE, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.float32)


def _smaller(picture: Pixels) -> Pixels:
    if picture.shape[1] <= _KEPT:
        return picture
    size = (_KEPT, round(_KEPT * picture.shape[0] / picture.shape[1]))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _colour(picture: Pixels) -> Floats:
    """Histograms of Lab over grids of cells; the root of a share, so that a product of two is their overlap."""
    small = cv2.resize(picture, _COLOUR_SIZE, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
    bins = np.clip(((lab - _LOW) / _SPAN * _BINS).astype(int), 0, _BINS - 1)
    codes = (bins[..., 0] * _BINS[1] + bins[..., 1]) * _BINS[2] + bins[..., 2]
    levels = []
    for grid in _GRIDS:
        for row in np.split(codes, grid):
            for cell in np.split(row, grid, axis=1):
                levels.append(np.sqrt(np.bincount(cell.ravel(), minlength=int(_BINS.prod())) / cell.size) / grid)
    return _unit(np.concatenate(levels))


def _structure(grey: Floats) -> Floats:
    """Histograms of the directions of edges, whichever side is dark, in cells of two sizes."""
    across, down = np.zeros_like(grey), np.zeros_like(grey)
    across[:, 1:-1] = (grey[:, 2:] - grey[:, :-2]) / 2
    down[1:-1] = (grey[2:] - grey[:-2]) / 2
    strength = np.hypot(across, down)
    place = (np.arctan2(down, across) % np.pi) / np.pi * _ANGLES
    low = np.floor(place).astype(int)
    upper = place - low
    angles = np.arange(_ANGLES)
    channels = strength[..., None] * (
        (low[..., None] % _ANGLES == angles) * (1 - upper[..., None])
        + ((low[..., None] + 1) % _ANGLES == angles) * upper[..., None]
    )
    return _unit(np.concatenate([_cells(channels, *cells) for cells in _CELLS]))


def _cells(channels: Any, across: int, down: int) -> Any:
    high, wide = channels.shape[0] // down, channels.shape[1] // across
    summed = channels[: high * down, : wide * across].reshape(down, high, across, wide, -1).sum(axis=(1, 3))
    return (summed / (np.linalg.norm(summed, axis=2, keepdims=True) + _SOFT)).ravel()


def _laid(one: Floats, other: Floats) -> float:
    """SSIM as the pictures lie, or with the one moved over the other where that is better."""
    plain, (high, wide) = _ssim(one, other), one.shape
    window = cv2.createHanningWindow((wide, high), cv2.CV_32F)
    (right, lower), _ = cv2.phaseCorrelate(one.copy(), other.copy(), window)  # it lays the window over what it is given
    x, y = round(right), round(lower)
    if (x, y) == (0, 0) or abs(x) > wide * _FAR or abs(y) > high * _FAR:
        return plain
    return max(plain, _ssim(_part(one, -x, -y), _part(other, x, y)))


def _part(grey: Floats, x: int, y: int) -> Floats:
    """What of a picture lies over the other one, moved by so many pixels."""
    high, wide = grey.shape
    return grey[max(y, 0) : high + min(y, 0), max(x, 0) : wide + min(x, 0)]


def _ssim(one: Floats, other: Floats) -> float:
    def mean(values: Floats) -> Any:
        return cv2.boxFilter(values, -1, _BOX)

    first, second = mean(one), mean(other)
    spread, shared = mean(one * one) - first**2 + mean(other * other) - second**2, mean(one * other) - first * second
    above = (2 * first * second + _LUMA) * (2 * shared + _CONTRAST)
    return float(np.mean(above / ((first**2 + second**2 + _LUMA) * (spread + _CONTRAST))))


def _unit(vector: Any) -> Floats:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)
