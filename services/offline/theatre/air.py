"""What lies over every picture, in planes: the weather that moves and the vignette. It draws no weather of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import pi, sin

import cv2
import numpy as np

from services.offline.theatre.grade import finish
from services.offline.theatre.planes import Planes, Sheet, lay_sheet, of_light, to_sheet
from services.offline.theatre.sprite import Pixels
from services.offline.theatre.weather import LOOP, Flake, Weather
from services.offline.theatre.weather import Sheet as Tile

Box = tuple[int, int, int, int]  # left, top, right, bottom
_GRAIN = 1.8  # steps of gain by which the moving grain differs: a luma of 120 by one level
_ORDER = (0, 2, 1, 3, 0, 3, 1, 2)  # of four grains: no two neighbours are alike
_FULL = 232  # the grade's value that leaves a pixel as it is


@dataclass(frozen=True)
class Veil:
    """A tile of weather in one plane: what it adds, what it takes away, and what it lets through (None: all)."""

    adds: Pixels
    takes: Pixels | None
    keep: Pixels | None
    turns: tuple[int, int]
    top: int


@dataclass(frozen=True)
class Opening:
    """Where the outside is seen in a picture, for each plane: how much of it, and the box that holds it."""

    masks: tuple[Pixels, Pixels, Pixels]
    boxes: tuple[Box, Box, Box]


@dataclass(frozen=True)
class Air:
    """The weather of a place made ready for planes."""

    veils: tuple[tuple[Veil, Veil, Veil], ...]
    flakes: tuple[tuple[Flake, Sheet], ...]
    flashes: tuple[float, ...]
    beyond: tuple[tuple[Veil, Veil, Veil], ...] = ()
    over: tuple[tuple[Veil, Veil, Veil], ...] = ()

    @property
    def still(self) -> bool:
        """Whether nothing moves in it."""
        return not (self.veils or self.flakes or self.flashes or self.beyond or self.over)

    @property
    def nbytes(self) -> int:
        """The memory it takes."""
        parts = [
            part
            for veils in (*self.veils, *self.beyond, *self.over)
            for veil in veils
            for part in (veil.adds, veil.takes, veil.keep)
        ]
        return sum(part.nbytes for part in parts if part is not None)

    def blow(self, picture: Planes, seconds: float) -> None:
        """Lay this instant's weather over a picture, in place."""
        self.drift(picture, seconds, self.veils)
        self.flash(picture, seconds)

    def blow_behind(self, picture: Planes, seconds: float, *, whole: bool) -> None:
        """Lay what moves behind the figures over their background: the far sheets, or all there is (`whole`)."""
        self.drift(picture, seconds, self.veils if whole else self.veils[:-1], flying=whole)

    def blow_before(self, picture: Planes, seconds: float, faces: Iterable[Box]) -> None:
        """Lay the nearest sheet over the figures, not over their faces: a streak on a cheek reads as a tear."""
        spared = [(box, _patch(picture, box).copy()) for box in faces]
        self.drift(picture, seconds, self.veils[-1:])
        for box, face in spared:
            _restore(_patch(picture, box), face)

    def drift(
        self, picture: Planes, seconds: float, veils: tuple[tuple[Veil, Veil, Veil], ...], *, flying: bool = True
    ) -> None:
        """Lay these sheets, and what flies singly, over a picture, in place."""
        share = (seconds / LOOP) % 1.0
        for veil in (one for three in veils for one in zip((picture.y, picture.u, picture.v), three, strict=True)):
            _scroll(*veil, share)
        for flake, sheet in self.flakes if flying else ():
            _fly(picture, flake, sheet, share)

    def pass_by(self, picture: Planes, seconds: float, opening: Opening) -> None:
        """Lay what passes outside into the windows of a picture, in place."""
        share = (seconds / LOOP) % 1.0
        for veils in self.beyond:
            for plane, veil, mask, box in zip(
                (picture.y, picture.u, picture.v), veils, opening.masks, opening.boxes, strict=True
            ):
                _glide(plane, veil, share, mask, box)

    def flash(self, picture: Planes, seconds: float) -> None:
        """Brighten a picture where a light passes over it or lightning strikes, in place."""
        self.drift(picture, seconds, self.over, flying=False)
        for moment in self.flashes:
            _flash(picture, (seconds - moment) % LOOP)


def air_of(weather: Weather | None) -> Air:
    """Convert a place's weather; still air is weather with nothing in it."""
    if weather is None:
        return Air((), (), ())
    flakes = tuple((flake, to_sheet(_even(flake.sprite.pixels))) for flake in weather.flakes)
    sheets, beyond, over = (
        tuple(_veils(tile) for tile in tiles) for tiles in (weather.sheets, weather.beyond, weather.over)
    )
    return Air(sheets, flakes, weather.flashes, beyond, over)


def opening_of(mask: Pixels) -> Opening | None:
    """Cut the windows out of a mask of the frame, None where there are none."""
    left, top, width, height = cv2.boundingRect(mask)
    if width < 4 or height < 4:
        return None
    x0, y0 = left // 2 * 2, top // 2 * 2
    x1, y1 = min(left + width + 1, mask.shape[1]) // 2 * 2, min(top + height + 1, mask.shape[0]) // 2 * 2
    full, half = (x0, y0, x1, y1), (x0 // 2, y0 // 2, x1 // 2, y1 // 2)
    luma = np.ascontiguousarray(mask[y0:y1, x0:x1])
    return Opening((luma, _halve(luma), _halve(luma)), (full, half, half))


def _veils(tile: Tile) -> tuple[Veil, Veil, Veil]:
    height = tile.light.shape[0] & ~1
    light = tile.light[:height]
    keep = tile.keep[:height, :, 0].astype(np.float32) / 255 if tile.keep is not None else None
    signed = of_light(light)
    half = None if keep is None else _halve(keep)
    planes = (signed[0], _halve(signed[1]), _halve(signed[2]))
    made = []
    for plane, gain, offset, size in zip(planes, (keep, half, half), (16, 128, 128), (1, 2, 2), strict=True):
        value = plane if gain is None else plane + offset * (1 - gain)
        takes = np.clip(-value + 0.5, 0, 255).astype(np.uint8)
        made.append(
            Veil(
                np.clip(value + 0.5, 0, 255).astype(np.uint8),
                takes if takes.any() else None,
                None if gain is None else (gain * 255 + 0.5).astype(np.uint8),
                tile.turns,
                tile.top // 2 * 2 // size,
            )
        )
    return made[0], made[1], made[2]


def _scroll(plane: Pixels, veil: Veil, share: float) -> None:
    """Lay a tile, shifted and wrapped, in at most four pieces."""
    height, width = veil.adds.shape[:2]
    height = min(height, plane.shape[0] - veil.top)
    dx, dy = (round(turns * share * size) % size for turns, size in zip(veil.turns, (width, height), strict=True))
    rows, columns = ((0, dy, height - dy), (dy, height, 0)), ((0, dx, width - dx), (dx, width, 0))
    for (y0, y1, from_y), (x0, x1, from_x) in product(rows, columns):
        if y1 <= y0 or x1 <= x0:
            continue
        region = plane[veil.top + y0 : veil.top + y1, x0:x1]
        source = np.s_[from_y : from_y + y1 - y0, from_x : from_x + x1 - x0]
        if veil.keep is not None:
            cv2.multiply(region, veil.keep[source], dst=region, scale=1 / 255)
        cv2.add(region, veil.adds[source], dst=region)
        if veil.takes is not None:
            cv2.subtract(region, veil.takes[source], dst=region)


def _glide(plane: Pixels, veil: Veil, share: float, mask: Pixels, box: Box) -> None:
    """Lay a tile that moves sideways over the part of a plane that a mask leaves open."""
    left, top, right, bottom = box
    width = veil.adds.shape[1]
    start = (left - round(veil.turns[0] * share * width)) % width
    columns = np.arange(start, start + right - left) % width
    region = plane[top:bottom, left:right]
    if veil.keep is not None:
        hidden = cv2.multiply(255 - veil.keep[top:bottom].take(columns, axis=1), mask, scale=1 / 255)
        cv2.multiply(region, 255 - hidden, dst=region, scale=1 / 255)
    cv2.add(region, cv2.multiply(veil.adds[top:bottom].take(columns, axis=1), mask, scale=1 / 255), dst=region)
    if veil.takes is not None:
        lost = cv2.multiply(veil.takes[top:bottom].take(columns, axis=1), mask, scale=1 / 255)
        cv2.subtract(region, lost, dst=region)


def _patch(picture: Planes, box: Box) -> Planes:
    """A part of a picture, shared with it: left, top, right, bottom in even pixels, inside it."""
    left, top, right, bottom = box
    half = np.s_[top // 2 : bottom // 2, left // 2 : right // 2]
    return Planes(picture.y[top:bottom, left:right], picture.u[half], picture.v[half])


def _restore(under: Planes, face: Planes) -> None:
    """Put a face back as it was, softly towards the edge of its oval."""
    for plane, kept in zip((under.y, under.u, under.v), (face.y, face.u, face.v), strict=True):
        oval = _oval(kept.shape[1], kept.shape[0])
        lost = cv2.multiply(plane, 255 - oval, scale=1 / 255)
        cv2.add(lost, cv2.multiply(kept, oval, scale=1 / 255), dst=plane)


@lru_cache(maxsize=32)
def _oval(width: int, height: int) -> Pixels:
    mask = np.zeros((height, width), np.uint8)
    cv2.ellipse(mask, (width // 2, height // 2), (width * 2 // 5, height * 2 // 5), 0, 0, 360, 255, -1)
    return np.asarray(cv2.blur(mask, (max(width // 6, 1), max(height // 6, 1))), np.uint8)


def _fly(picture: Planes, flake: Flake, sheet: Sheet, share: float) -> None:
    """A leaf along its wavy line, as the weather itself would draw it."""
    width, height = picture.size
    size = flake.sprite.pixels.shape[0]
    along = (flake.start[0] + flake.turns * share) % 1.0
    wave = sin(2 * pi * (2 * flake.turns * share + flake.phase)) + 0.5 * sin(2 * pi * (5 * share + flake.phase))
    left = round(along * (width + 2 * size)) - size
    top = round((flake.start[1] + flake.sway * wave) * height)
    lay_sheet(picture, Sheet(sheet.planes, sheet.keep, sheet.keep_half, left & ~1, top & ~1))


def _flash(picture: Planes, since: float) -> None:
    """Lightning: two strokes, the second weaker."""
    strokes = ((0.06, 1.0, 0.08), (0.3, 0.55, 0.2))
    power = sum(peak * max(0.0, 1 - abs(since - at) / width) for at, peak, width in strokes)
    if power <= 0.01:
        return
    gain = 1 + 0.7 * power
    cv2.convertScaleAbs(picture.y, dst=picture.y, alpha=gain, beta=16 * (1 - gain) + 40 * power)
    for plane in (picture.u, picture.v):
        cv2.convertScaleAbs(plane, dst=plane, alpha=gain, beta=128 * (1 - gain))


@dataclass(frozen=True)
class Vignette:
    """Gains of luma with a little moving grain, and what keeps black where it is. Chroma is left: the corners stay
    as colourful as they are."""

    gains: tuple[Pixels, ...]
    lift: Pixels

    def darken(self, picture: Planes, turn: int = 0) -> None:
        """Darken the corners, in place; the grain is another one at every turn and costs nothing."""
        cv2.multiply(picture.y, self.gains[_ORDER[turn % len(_ORDER)]], dst=picture.y, scale=1 / _FULL)
        cv2.add(picture.y, self.lift, dst=picture.y)


@lru_cache(maxsize=2)
def vignette(size: tuple[int, int]) -> Vignette:
    """The grade's vignette for frames of a size (width, height)."""
    plain = finish(size, grain=0.0).gains[:, :, 1].astype(np.float32)
    lift = np.clip(16 * (1 - plain / _FULL) + 0.5, 0, 255).astype(np.uint8)
    draw = np.random.default_rng(11)
    grains = (draw.standard_normal(plain.shape, np.float32) for _ in range(max(_ORDER) + 1))
    return Vignette(tuple(np.clip(plain + _GRAIN * one + 0.5, 0, 255).astype(np.uint8) for one in grains), lift)


def grained(picture: Pixels) -> Pixels:
    """Give paper (BGR or premultiplied BGRA) its grain, in place; it moves with the paper."""
    height, width = picture.shape[:2]
    # One sheet of grain, cut to size: drawing it takes longer than a shot has.
    across, down = (-(-edge // 256) * 256 for edge in (width, height))
    gains = finish((across, down), vignette=0.0).gains[:height, :width]
    colour = cv2.multiply(picture[:, :, :3], gains, scale=1 / _FULL)
    if picture.shape[2] == 4:
        cv2.min(colour, cv2.merge([picture[:, :, 3]] * 3), dst=colour)  # premultiplied: never above its alpha
    picture[:, :, :3] = colour
    return picture


def _even(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    return cv2.copyMakeBorder(pixels, 0, height % 2, 0, width % 2, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0))


def _halve(plane: Pixels) -> Pixels:
    return cv2.resize(plane, (plane.shape[1] // 2, plane.shape[0] // 2), interpolation=cv2.INTER_AREA)
