"""How consistent a clip is with its first picture, measured without any model's weights.

Colours, edges and their places are compared, so the face of another person in the same clothes is not seen: this may
show that a clip is bad, never that it is good. It draws no conclusion; data/gate.toml does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

_SAMPLES = 16
_COLOUR_SIZE, _GREY_SIZE = (96, 64), (128, 72)
_BINS = (6, 8, 8)  # of L 0..100, a and b -80..80
_GRIDS = (1, 2, 4)
_CELLS = ((16, 9), (8, 4))
_ANGLES = 9
_SOFT = 0.05  # added to a cell's length, so that the grain of an empty one does not count as edges
_BOX = (7, 7)
_LUMA, _CONTRAST = (0.01 * 255) ** 2, (0.03 * 255) ** 2  # the constants of SSIM
_FAR = 0.25  # of a side a picture may have moved and still be laid over the other
_WEIGHTS = (0.4, 0.3, 0.3)  # colour, structure, ssim


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
    """Read a BGR picture of any size."""
    grey = cv2.cvtColor(cv2.resize(picture, _GREY_SIZE, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    levels = grey.astype(np.float32)
    return Signs(_colour(picture), _structure(levels / np.float32(255)), levels)


def similarity(one: Signs, other: Signs) -> float:
    """How alike two pictures are, 0 to 1."""
    parts = float(one.colour @ other.colour), float(one.structure @ other.structure), _laid_over(one.grey, other.grey)
    return sum(weight * part for weight, part in zip(_WEIGHTS, parts, strict=True))


def alike(one: Signs, other: Signs) -> float:
    """How alike two crops of somebody are, 0 to 1: colour and structure, for a pose lies on no other."""
    colour, structure, _ = _WEIGHTS
    return float(
        (colour * one.colour @ other.colour + structure * one.structure @ other.structure) / (colour + structure)
    )


def measured(pictures: Iterable[Pixels]) -> Measures:
    """Measure a clip; ValueError for fewer than two pictures."""
    small = [_kept(one) for one in pictures]
    if len(small) < 2:
        raise ValueError("a clip has at least two pictures")
    greys = np.stack([grey for grey, _ in small])
    seen = [signs(small[index][1]) for index in _spread(len(small))]
    first = [similarity(seen[0], one) for one in seen[1:]]
    steps = [similarity(before, after) for before, after in pairwise(seen)]
    change = np.abs(np.diff(greys, 2, axis=0)).mean() if len(greys) > 2 else 0.0
    return Measures(
        raw=float(np.mean([first, steps])),
        worst=min(first),
        motion=float(np.percentile(np.abs(greys - greys[0]).max(axis=0), 95)),
        jerk=float(change),
    )


def chance(scenes: Sequence[Signs]) -> float:
    """How alike pictures of different scenes are on average: what similarity is worth nothing."""
    pairs = [similarity(one, other) for one, other in combinations(scenes, 2)]
    return float(np.mean(pairs)) if pairs else 0.0


def percent(raw: float, floor: float, ceiling: float = 1.0) -> float:
    """A similarity with chance taken off it: 0 is as alike as strangers, 100 as alike as can be."""
    return 100.0 * min(max((raw - floor) / max(ceiling - floor, 1e-6), 0.0), 1.0)


def identity(crops: Sequence[Signs], references: Sequence[Signs], strangers: Sequence[Signs]) -> float:
    """How much somebody stays who they are, 0 to 100: their crops against their own pictures and those of others.

    Each crop counts with its best reference; 100 is as alike as the references are to each other.
    """
    own = [max(alike(crop, one) for one in references) for crop in crops]
    floor = float(np.mean([alike(one, other) for one in references for other in strangers]))
    among = [alike(one, other) for one, other in combinations(references, 2)]
    return percent(float(np.mean(own)), floor, float(np.mean(among)) if among else 1.0)


def _kept(picture: Pixels) -> tuple[Floats, Pixels]:
    """What is kept of every picture of a clip: small greys, and colours large enough to be read later."""
    grey = cv2.cvtColor(cv2.resize(picture, _GREY_SIZE, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    wide = _GREY_SIZE[0] * 3
    size = (wide, round(wide * picture.shape[0] / picture.shape[1]))
    colour = cv2.resize(picture, size, interpolation=cv2.INTER_AREA) if picture.shape[1] > wide else picture
    return grey.astype(np.float32), np.asarray(colour, np.uint8)


def _spread(count: int) -> list[int]:
    """Evenly spread places, the first and the last among them."""
    most = min(count, _SAMPLES)
    return [round(turn * (count - 1) / (most - 1)) for turn in range(most)]


def _colour(picture: Pixels) -> Floats:
    """Histograms of Lab over grids of cells; the root of a share, so that a product of two is their overlap."""
    small = cv2.resize(picture, _COLOUR_SIZE, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    lab = cv2.cvtColor(small, cv2.COLOR_BGR2LAB)
    shares = ((lab[..., 0] / 100), (lab[..., 1] + 80) / 160, (lab[..., 2] + 80) / 160)
    bins = [np.clip((share * many).astype(int), 0, many - 1) for share, many in zip(shares, _BINS, strict=True)]
    codes = (bins[0] * _BINS[1] + bins[1]) * _BINS[2] + bins[2]
    levels = []
    for grid in _GRIDS:
        high, wide = codes.shape[0] // grid, codes.shape[1] // grid
        for down in range(grid):
            for across in range(grid):
                cell = codes[down * high : (down + 1) * high, across * wide : (across + 1) * wide]
                counted = np.bincount(cell.ravel(), minlength=int(np.prod(_BINS)))
                levels.append(np.sqrt(counted / cell.size) / grid)
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
    channels = np.zeros((*grey.shape, _ANGLES), np.float32)
    rows, columns = np.indices(grey.shape)
    np.add.at(channels, (rows, columns, low % _ANGLES), strength * (1 - upper))
    np.add.at(channels, (rows, columns, (low + 1) % _ANGLES), strength * upper)
    return _unit(np.concatenate([_cells(channels, *cells) for cells in _CELLS]))


def _cells(channels: Floats, across: int, down: int) -> Floats:
    high, wide = channels.shape[0] // down, channels.shape[1] // across
    summed = channels[: high * down, : wide * across].reshape(down, high, across, wide, -1).sum(axis=(1, 3))
    return np.asarray((summed / (np.linalg.norm(summed, axis=2, keepdims=True) + _SOFT)).ravel(), np.float32)


def _laid_over(one: Floats, other: Floats) -> float:
    """SSIM as the pictures lie, or with the one moved over the other where that is better."""
    plain = _ssim(one, other)
    window = cv2.createHanningWindow((one.shape[1], one.shape[0]), cv2.CV_32F)
    (right, lower), _ = cv2.phaseCorrelate(one.copy(), other.copy(), window)  # it lays the window over what it is given
    x, y = round(right), round(lower)
    if (x, y) == (0, 0) or abs(x) > one.shape[1] * _FAR or abs(y) > one.shape[0] * _FAR:
        return plain
    return max(plain, _ssim(_part(one, -x, -y), _part(other, x, y)))


def _part(grey: Floats, x: int, y: int) -> Floats:
    """What of a picture lies over the other one, moved by so many pixels."""
    high, wide = grey.shape
    return grey[max(y, 0) : high + min(y, 0), max(x, 0) : wide + min(x, 0)]


def _ssim(one: Floats, other: Floats) -> float:
    mean, mean_other = cv2.boxFilter(one, -1, _BOX), cv2.boxFilter(other, -1, _BOX)
    spread = cv2.boxFilter(one * one, -1, _BOX) - mean * mean
    spread_other = cv2.boxFilter(other * other, -1, _BOX) - mean_other * mean_other
    shared = cv2.boxFilter(one * other, -1, _BOX) - mean * mean_other
    above = (2 * mean * mean_other + _LUMA) * (2 * shared + _CONTRAST)
    below = (mean * mean + mean_other * mean_other + _LUMA) * (spread + spread_other + _CONTRAST)
    return float(np.mean(above / below))


def _unit(vector: NDArray[np.floating]) -> Floats:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)
