"""A set made ready for one shot: its paper merged by depth, converted to planes, and moved under the camera."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

import cv2
import numpy as np

from services.offline.theatre.air import grained
from services.offline.theatre.camera import Camera, Path, seen
from services.offline.theatre.layer import Layer, Set
from services.offline.theatre.mark import Composition, View
from services.offline.theatre.planes import Planes, Sheet, cut_sheet, lay_sheet, to_planes
from services.offline.theatre.sprite import Pixels, Sprite, lay
from studio.takes.frame import Frame

_WORTH = 0.12  # of the frame: a lower floor is not worth parting
_FAR = 0.45  # what is farther moves as one sheet with the sky
_WHOLE = 0.42  # of what hangs may be above the picture: that is its cord
_SPARE = 4  # pixels around a picture for interpolation
_LAPPED = 8  # rows of a floor that what stands above it has too, so that nothing shows between them at any zoom


@dataclass
class Board:
    """Opaque planes larger than the frame by `pad` on each side, at a depth."""

    planes: Planes
    pad: tuple[int, int]
    depth: float


@dataclass
class Flat:
    """A sheet placed on the frame, at a depth; `scale` its own pixels per frame pixel."""

    sheet: Sheet
    depth: float
    scale: float = 1.0


@dataclass
class Floor:
    """The rows of a middle that cover everything from side to side, down to the bottom: nothing is laid under them."""

    planes: Planes
    left: int
    top: int
    depth: float


@dataclass
class Scenery:
    """What stands behind and before the figures of a shot."""

    back: Board
    middle: Flat | None
    front: Flat | None
    floor: Floor | None = None


def dress(place: Set, composition: Composition, path: Path) -> Scenery:
    """Merge a set's layers for a shot into a back, a middle and a front."""
    behind = tuple(layer for layer in place.layers[: place.front] if not _cut_off(layer, composition))
    # A still camera needs one picture; so does a soft background, where nobody sees its sheets part.
    whole = path.still or composition.view.blur > 0
    cut = len(behind) if whole else max(sum(layer.depth <= _FAR for layer in behind), 1)
    before = place.layers[place.front :] if composition.near else ()
    blur = composition.view.blur
    far = _mean(behind[:cut])
    pad = _pad(path, far)
    picture = _merge(behind[:cut], composition, pad, channels=3)
    back = Board(to_planes(grained(_soften(picture, blur))), pad, far)
    middle, floor = _parted(_flat(behind[cut:], composition, path, blur), composition.frame)
    return Scenery(back, middle, _flat(before, composition, path, 0.0), floor)


def opening(place: Set, composition: Composition) -> Pixels:
    """Where the sky behind everything is seen in a shot: a mask of the frame, 255 where nothing is before it."""
    before = _merge(place.layers[1 : place.front], composition, (0, 0), channels=4)
    return cv2.bitwise_not(_soften(cv2.extractChannel(before, 3), composition.view.blur))


def _cut_off(layer: Layer, composition: Composition) -> bool:
    """Whether only the end of something hanging would be in the picture: that looks like a mistake."""
    view = composition.view
    return layer.hem > 0 and view.y - composition.frame.height / 2 / view.zoom > _WHOLE * layer.hem


def _mean(layers: tuple[Layer, ...]) -> float:
    return sum(layer.depth for layer in layers) / max(len(layers), 1)


def _pad(path: Path, depth: float) -> tuple[int, int]:
    across, down = path.reach
    return tuple(2 * ceil((reach * depth + _SPARE) / 2) for reach in (across, down))  # type: ignore[return-value]


def _flat(layers: tuple[Layer, ...], composition: Composition, path: Path, blur: float) -> Flat | None:
    if not layers:
        return None
    depth = _mean(layers)
    pad = _pad(path, depth)
    sheet = cut_sheet(grained(_soften(_merge(layers, composition, pad, channels=4), blur)), left=-pad[0], top=-pad[1])
    return Flat(sheet, depth) if sheet else None


def _parted(flat: Flat | None, frame: Frame) -> tuple[Flat | None, Floor | None]:
    """Part a middle's opaque floor from what stands above it."""
    if flat is None:
        return None, None
    sheet = flat.sheet
    clear = np.flatnonzero(sheet.keep.max(axis=1))
    line = (int(clear[-1]) + 4 if clear.size else 0) & ~1
    wide, high = sheet.planes.size
    covers = sheet.left <= 0 and sheet.left + wide >= frame.width and sheet.top + high >= frame.height
    if not covers or high - line < _WORTH * frame.height:
        return flat, None
    floor = Floor(_rows(sheet.planes, line, high), sheet.left, sheet.top + line, flat.depth)
    last = line + _LAPPED
    above = Sheet(_rows(sheet.planes, 0, last), sheet.keep[:last], sheet.keep_half[: last // 2], sheet.left, sheet.top)
    return Flat(above, flat.depth), floor


def _rows(planes: Planes, first: int, last: int) -> Planes:
    half = slice(first // 2, last // 2)
    return Planes(planes.y[first:last], planes.u[half], planes.v[half])


def _merge(layers: tuple[Layer, ...], composition: Composition, pad: tuple[int, int], *, channels: int) -> Pixels:
    frame, view = composition.frame, composition.view
    canvas = np.zeros((frame.height + 2 * pad[1], frame.width + 2 * pad[0], channels), np.uint8)
    matrix = _onto(view, frame.width / 2 + pad[0], frame.height / 2 + pad[1])
    for layer in layers:
        lay(canvas, Sprite(layer.pixels), matrix)
    return canvas


def _onto(view: View, x: float, y: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([[view.zoom, 0, x - view.x * view.zoom], [0, view.zoom, y - view.y * view.zoom]])


def _soften(picture: Pixels, sigma: float) -> Pixels:
    """Out of focus: blurred at half size when it is soft anyway."""
    if sigma < 0.5:
        return picture
    if sigma < 3:
        return cv2.GaussianBlur(picture, (0, 0), sigma)
    size = picture.shape[1], picture.shape[0]
    small = cv2.resize(picture, (size[0] // 2, size[1] // 2), interpolation=cv2.INTER_AREA)
    return cv2.resize(cv2.GaussianBlur(small, (0, 0), sigma / 2), size, interpolation=cv2.INTER_LINEAR)


def backdrop(board: Board, camera: Camera, about: tuple[float, float], size: tuple[int, int]) -> Planes:
    """See the back through the camera: planes of the frame's size."""
    eye = seen(camera, board.depth)
    left = board.pad[0] + about[0] - (about[0] + eye.x) / eye.zoom
    top = board.pad[1] + about[1] - (about[1] + eye.y) / eye.zoom
    return _window(board.planes, eye.zoom, left, top, size)


def behind(scenery: Scenery, camera: Camera, about: tuple[float, float], size: tuple[int, int]) -> Planes:
    """See the back, the floor and the middle through the camera."""
    floor = scenery.floor
    if floor is None:
        picture = backdrop(scenery.back, camera, about, size)
    else:
        eye = seen(camera, floor.depth)
        start = (floor.top - about[1]) * eye.zoom + about[1] + eye.y
        row = min(max(2 * ceil((start + 2) / 2), 0), size[1])  # its first rows are mixed with what is above it
        left = about[0] - (about[0] + eye.x) / eye.zoom - floor.left
        top = (row - about[1] - eye.y) / eye.zoom + about[1] - floor.top
        strips = [backdrop(scenery.back, camera, about, (size[0], row))] if row else []
        strips += [_window(floor.planes, eye.zoom, left, top, (size[0], size[1] - row))] if row < size[1] else []
        joined = zip(*((one.y, one.u, one.v) for one in strips), strict=True)
        picture = Planes(*(np.concatenate(planes) for planes in joined))
    show(picture, scenery.middle, camera, about)
    return picture


def moved(flat: Flat, camera: Camera, about: tuple[float, float], size: tuple[int, int]) -> Sheet | None:
    """See a flat through the camera; None when it is out of the frame."""
    eye = seen(camera, flat.depth)
    scale, sheet = eye.zoom / flat.scale, flat.sheet
    x = (sheet.left / flat.scale - about[0]) * eye.zoom + about[0] + eye.x
    y = (sheet.top / flat.scale - about[1]) * eye.zoom + about[1] + eye.y
    if scale == 1.0 and x == floor(x) and y == floor(y) and x % 2 == 0 and y % 2 == 0:
        return Sheet(sheet.planes, sheet.keep, sheet.keep_half, int(x), int(y))
    wide, high = sheet.planes.size
    # Inside the sheet's clear border, on even pixels, within the frame.
    x0, y0 = max(2 * ceil((x + 0.5) / 2), 0), max(2 * ceil((y + 0.5) / 2), 0)
    x1 = min(2 * floor((x + wide * scale - 0.5) / 2), size[0])
    y1 = min(2 * floor((y + high * scale - 0.5) / 2), size[1])
    if x1 - x0 < 2 or y1 - y0 < 2:
        return None
    left, top, box = (x0 - x) / scale, (y0 - y) / scale, (x1 - x0, y1 - y0)
    half = _halved(left, scale), _halved(top, scale), (box[0] // 2, box[1] // 2)
    planes = _window(sheet.planes, scale, left, top, box)
    keep = _cut(sheet.keep, scale, left, top, box)
    return Sheet(planes, keep, _cut(sheet.keep_half, scale, *half), x0, y0)


def show(under: Planes, flat: Flat | None, camera: Camera, about: tuple[float, float]) -> None:
    """Lay a flat on the picture as the camera sees it."""
    sheet = moved(flat, camera, about, under.size) if flat else None
    if sheet:
        lay_sheet(under, sheet)


def _window(planes: Planes, scale: float, left: float, top: float, size: tuple[int, int]) -> Planes:
    half = _halved(left, scale), _halved(top, scale), (size[0] // 2, size[1] // 2)
    return Planes(_cut(planes.y, scale, left, top, size), _cut(planes.u, scale, *half), _cut(planes.v, scale, *half))


def _halved(offset: float, scale: float) -> float:
    """Where a window begins in a plane of half the size, whose samples lie between those of the full one."""
    return offset / 2 + 0.25 * (1 / scale - 1)


def _cut(plane: Pixels, scale: float, left: float, top: float, size: tuple[int, int]) -> Pixels:
    """A window of `size` pixels whose first one is at (left, top) of the plane, enlarged by `scale`.

    A resize and a sub-pixel cut take half the time of one affine warp.
    """
    width, height = size
    if scale == 1.0:
        if left == int(left) and top == int(top):
            return plane[int(top) : int(top) + height, int(left) : int(left) + width].copy()
        return cv2.getRectSubPix(plane, size, (left + (width - 1) / 2, top + (height - 1) / 2))
    x0, y0 = max(int(left) - 1, 0), max(int(top) - 1, 0)
    part = plane[y0 : y0 + ceil(height / scale) + 4, x0 : x0 + ceil(width / scale) + 4]
    large = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    x = (left - x0 + 0.5) * scale - 0.5 + (width - 1) / 2
    y = (top - y0 + 0.5) * scale - 0.5 + (height - 1) / 2
    return cv2.getRectSubPix(large, size, (x, y))
