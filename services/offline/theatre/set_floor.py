"""The floor of an interior in perspective, and the light of its window and lamps on it."""

from __future__ import annotations

import itertools
from random import Random

import numpy as np

from services.offline.theatre.kits import FloorKind, Room
from services.offline.theatre.moods import Palette, mix
from services.offline.theatre.set_paper import beam, cut, pool, sheet, stroke, tint
from services.offline.theatre.set_view import CM, View
from services.offline.theatre.set_walls import Box
from services.offline.theatre.sprite import Pixels


def floor(view: View, palette: Palette, room: Room, place: Box, colour: str, draw: Random) -> Pixels:
    """Cut the floor in perspective; it darkens towards the viewer and into the shaded corner."""
    canvas = sheet(view.width, view.height)
    centre, bottom = view.width / 2, float(view.height) + 9
    reach = (bottom - view.horizon) / (place.foot - view.horizon)
    edge = (-view.width if place.side > 0 else 2 * view.width, place.foot)
    cut(
        canvas,
        [edge, (place.corner, place.foot), place.ray(view, place.corner, place.foot, reach), (edge[0], bottom)],
        colour,
    )
    step = {FloorKind.BOARDS: 17, FloorKind.TILES: 44, FloorKind.SLABS: 70, FloorKind.PLAIN: 300}[room.floor]
    wide = step * CM * view.scale(place.back)
    edges = np.arange(-60, 61) * wide
    depths = [place.back]
    while depths[-1] < view.height / view.horizon + 1:
        depths.append(depths[-1] + (0.1 if room.floor is FloorKind.TILES else 0.16))
    for column, (left, right) in enumerate(itertools.pairwise(edges)):
        if abs(left) * 1.0 > view.width:
            continue
        if room.floor is FloorKind.BOARDS:
            _board(canvas, view, place, (centre + left, centre + right), reach, colour, palette, draw)
        elif room.floor is not FloorKind.PLAIN:
            _tiles(canvas, view, place, (left, right), depths, column, colour, palette, draw, room.floor)
    _trim(canvas, view, place, reach)
    rows = np.linspace(0, view.height, 25)
    share = np.clip((rows - place.foot) / max(1.0, view.height - place.foot), 0, 1)
    gain = np.interp(share, (0, 0.12, 0.5, 1), (0.74, 0.98, 1.02, 0.66))[:, None, None]
    tint(canvas, np.repeat(np.repeat(gain, 4, axis=1), 3, axis=2).astype(np.float32))
    return canvas


def _trim(canvas: Pixels, view: View, place: Box, reach: float) -> None:
    """Take away what lies beyond the side wall."""
    far = place.ray(view, place.corner, place.foot, reach)
    edge = 3.0 * view.width * place.side
    points = np.array(
        [(place.corner, place.foot - 9), (place.corner, place.foot), far, (edge, far[1]), (edge, place.foot - 9)]
    )
    keep = sheet(view.width, view.height)
    cut(keep, [(float(x), float(y)) for x, y in points], "#ffffff")
    canvas[keep[:, :, 3] > 127] = 0


def _board(
    canvas: Pixels,
    view: View,
    place: Box,
    span: tuple[float, float],
    reach: float,
    colour: str,
    palette: Palette,
    draw: Random,
) -> None:
    left, right = span
    start, foot = place.foot, place.foot
    near = [place.ray(view, x, foot, reach) for x in (left, right)]
    tone = mix(colour, palette.shade, 0.18 * draw.random())
    cut(canvas, [(left, start), (right, start), near[1], near[0]], tone)
    stroke(canvas, [(left, start), near[0]], mix(colour, palette.shade, 0.45), max(1.0, 1.3 * view.unit))
    share = 1 + (reach - 1) * draw.random() ** 2
    joint = [place.ray(view, x, foot, share) for x in (left, right)]
    stroke(canvas, joint, mix(colour, palette.shade, 0.45), max(1.0, 1.3 * view.unit))


def _tiles(
    canvas: Pixels,
    view: View,
    place: Box,
    span: tuple[float, float],
    depths: list[float],
    column: int,
    colour: str,
    palette: Palette,
    draw: Random,
    kind: FloorKind,
) -> None:
    centre = view.width / 2
    for row, (one, other) in enumerate(itertools.pairwise(depths)):
        dark = (row + column) % 2 if kind is FloorKind.TILES else draw.random() < 0.5
        if not dark:
            continue
        k0, k1 = one / place.back, other / place.back
        corners = [(centre + span[0] * k0, view.y(one)), (centre + span[1] * k0, view.y(one))]
        corners += [(centre + span[1] * k1, view.y(other)), (centre + span[0] * k1, view.y(other))]
        tone = mix(colour, palette.shade, 0.24 if kind is FloorKind.TILES else 0.16 * draw.random())
        cut(canvas, corners, tone)


def daylight(
    view: View, place: Box, opening: tuple[float, float, float]
) -> tuple[list[list[tuple[float, float]]], list[tuple[float, float]]]:
    """The window's panes as they fall on the floor, and the shaft between; opening is left, top, right."""
    left, top, right = opening
    slant = 0.9 * (right - left) * place.side
    start, end = place.back + 0.12, min(1.06, place.back + 0.52)
    panes = []
    for column in range(2):
        for row in range(2):
            u0, u1 = left + (right - left) * (column * 0.5 + 0.03), left + (right - left) * (column * 0.5 + 0.47)
            z0, z1 = (start + (end - start) * (row * 0.5 + share) for share in (0.03, 0.46))
            panes.append(
                [_fallen(view, place, x, z, slant, start) for x, z in ((u0, z0), (u1, z0), (u1, z1), (u0, z1))]
            )
    near = [_fallen(view, place, x, start + (end - start) * 0.9, slant, start) for x in (left, right)]
    return panes, [(left, top), (right, top), near[1], near[0]]


def _fallen(view: View, place: Box, x: float, z: float, slant: float, start: float) -> tuple[float, float]:
    centre = view.width / 2
    return centre + (x + slant * (0.25 + (z - start) * 2.0) - centre) * z / place.back, view.y(z)


def fall_of_light(
    canvas: Pixels,
    view: View,
    palette: Palette,
    place: Box,
    opening: tuple[float, float, float, float],
    strength: float,
) -> None:
    """Add the patch on the floor and the shaft in the air, in place."""
    panes, shaft = daylight(view, place, opening[:3])
    for pane in panes:
        beam(canvas, pane, palette.key, 0.34 * strength, 3 * view.unit)
    beam(canvas, shaft, palette.key, 0.15 * strength, 12 * view.unit, fade=0.2)


def room_light(
    view: View, palette: Palette, centre: tuple[float, float], *, dim: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """How a wall is lit from its window or lamp: warm and bright near it, dim and leaning to the shade far away."""
    reach = (view.frame.width * 0.62, view.frame.height * 0.72)
    return pool((view.width, view.height), centre, reach, palette.key, palette.shade, (1.16, dim))
