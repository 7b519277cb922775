"""The box of an interior: back and side wall, ceiling, floor in perspective, and the light that falls through its window."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np

from services.offline.theatre.kits import FloorKind, Room, Wall
from services.offline.theatre.moods import Palette, mix, scale
from services.offline.theatre.set_paper import beam, cut, pool, sheet, stroke, tint
from services.offline.theatre.set_view import CM, View
from services.offline.theatre.sprite import Pixels


@dataclass(frozen=True)
class Box:
    """The room in pixels: z of the back wall, its foot and top, and the corner with the side wall."""

    back: float
    foot: float
    top: float
    corner: float
    side: int  # where the side wall is: 1 right, -1 left

    def ray(self, view: View, x: float, y: float, reach: float) -> tuple[float, float]:
        """The point on the line from the vanishing point through (x, y), `reach` times as far."""
        centre = view.width / 2
        return centre + (x - centre) * reach, view.horizon + (y - view.horizon) * reach


def box(view: View, room: Room) -> Box:
    """Place the room's box in the view."""
    back = view.choose(room.back) or room.back[0]
    foot = view.y(back)
    corner = view.x(view.choose(room.corner) or room.corner[0])
    top = foot - room.ceiling * CM * view.scale(back)
    return Box(back, foot, top, corner, -1 if view.mirror else 1)


def walls(view: View, palette: Palette, room: Room, place: Box, colour: str, draw: Random) -> Pixels:
    """Cut the back wall, the shaded side wall and the ceiling."""
    canvas = sheet(view.width, view.height)
    cut(canvas, [(-9, -9), (view.width + 9, -9), (view.width + 9, view.height), (-9, view.height)], colour)
    _pattern(canvas, view, palette, room, place, colour, draw)
    if room.dado:
        _dado(canvas, view, palette, room, place)
    dim = mix(colour, palette.shade, 0.30)
    above, below = place.ray(view, place.corner, place.top, 4), place.ray(view, place.corner, place.foot, 4)
    cut(canvas, [(place.corner, place.top), above, below, (place.corner, place.foot)], dim)
    _skirting(canvas, view, palette, place)
    _ceiling(canvas, view, palette, place)
    return canvas


def _skirting(canvas: Pixels, view: View, palette: Palette, place: Box) -> None:
    high = 14 * CM * view.scale(place.back)
    tone = mix(palette.wall[1], palette.shade, 0.25)
    far = -view.width * place.side
    cut(
        canvas,
        [
            (far, place.foot - high),
            (place.corner, place.foot - high),
            (place.corner, place.foot + 4),
            (far, place.foot + 4),
        ],
        tone,
    )
    one, other = place.ray(view, place.corner, place.foot - high, 4), place.ray(view, place.corner, place.foot, 4)
    cut(
        canvas,
        [(place.corner, place.foot - high), one, other, (place.corner, place.foot)],
        mix(tone, palette.shade, 0.4),
    )


def _ceiling(canvas: Pixels, view: View, palette: Palette, place: Box) -> None:
    if place.top < -40:
        return
    tone = mix(palette.wall[0], palette.shade, 0.42)
    far = (-view.width if place.side > 0 else 2 * view.width, place.top)
    corner = (place.corner, place.top)
    cut(canvas, [far, corner, place.ray(view, *corner, 4), (far[0], -2 * view.height)], tone)
    trim = 9 * view.unit
    band = [far, corner, (corner[0], corner[1] + trim), (far[0], far[1] + trim)]
    cut(canvas, band, mix(palette.wall[1], palette.key, 0.12))


def _dado(canvas: Pixels, view: View, palette: Palette, room: Room, place: Box) -> None:
    high = place.foot - room.dado * CM * view.scale(place.back)
    far = -view.width * place.side if place.side > 0 else 2 * view.width
    tone = palette.wall[1]
    cut(canvas, [(far, high), (place.corner, high), (place.corner, place.foot + 5), (far, place.foot + 5)], tone)
    rail = 7 * view.unit
    cut(
        canvas,
        [(far, high), (place.corner, high), (place.corner, high + rail), (far, high + rail)],
        mix(tone, palette.key, 0.25),
    )
    if room.wall is Wall.PANEL:
        step = 62 * CM * view.scale(place.back)
        inner = [high + rail * 3, place.foot - 22 * CM * view.scale(place.back)]
        for x in np.arange(place.corner - step * place.side, far, -step * place.side):
            frame = [
                (x, inner[0]),
                (x + step * 0.8 * place.side, inner[0]),
                (x + step * 0.8 * place.side, inner[1]),
                (x, inner[1]),
            ]
            cut(canvas, frame, mix(tone, palette.shade, 0.16))
            slim = 4 * view.unit
            cut(
                canvas,
                [
                    (px + (slim if px == x else -slim) * place.side, py + (slim if py == inner[0] else 0))
                    for px, py in frame
                ],
                mix(tone, palette.key, 0.05),
            )


def _pattern(canvas: Pixels, view: View, palette: Palette, room: Room, place: Box, colour: str, draw: Random) -> None:
    unit = CM * view.scale(place.back)
    soft, hard = mix(colour, palette.shade, 0.07), mix(colour, palette.shade, 0.18)
    light = mix(colour, palette.key, 0.1)
    match room.wall:
        case Wall.STRIPES:
            for x in np.arange(-20, view.width + 20, 28 * unit):
                cut(canvas, [(x, 0), (x + 14 * unit, 0), (x + 14 * unit, place.foot), (x, place.foot)], soft)
        case Wall.PLANKS:
            for x in np.arange(-20, view.width + 20, 24 * unit):
                tone = mix(colour, palette.shade, 0.12 * draw.random())
                cut(canvas, [(x, 0), (x + 23 * unit, 0), (x + 23 * unit, place.foot), (x, place.foot)], tone)
                stroke(canvas, [(x, 0), (x, place.foot)], hard, max(1.0, 1.4 * view.unit))
        case Wall.PLATES:
            _grid(canvas, view, place, (130 * unit, 92 * unit), (soft, hard, light), draw, rivets=True)
        case Wall.TILES:
            low = place.foot - 150 * unit
            _grid(canvas, view, place, (22 * unit, 22 * unit), (soft, light, light), draw, high=low)
        case Wall.BRICK | Wall.STONE:
            big = room.wall is Wall.STONE
            _bricks(
                canvas,
                view,
                place,
                (58 * unit, 30 * unit) if big else (30 * unit, 12 * unit),
                (soft, hard, light),
                draw,
            )
        case Wall.DRAPES:
            _drapes(canvas, view, place, palette, colour)
        case Wall.PLAIN | Wall.PANEL:
            pass


def _grid(
    canvas: Pixels,
    view: View,
    place: Box,
    cell: tuple[float, float],
    tones: tuple[str, str, str],
    draw: Random,
    *,
    high: float = -20.0,
    rivets: bool = False,
) -> None:
    wide, tall = cell
    for y in np.arange(place.foot, high - tall, -tall):
        top = max(y - tall, high)
        for x in np.arange(-20, view.width + 20, wide):
            if draw.random() < 0.3:
                cut(canvas, [(x, top), (x + wide, top), (x + wide, y), (x, y)], tones[0])
            if rivets:
                for dx in (0.06, 0.94):
                    at = (x + wide * dx, top + tall * 0.1)
                    cut(
                        canvas,
                        [
                            (at[0] - 2, at[1] - 2),
                            (at[0] + 2, at[1] - 2),
                            (at[0] + 2, at[1] + 2),
                            (at[0] - 2, at[1] + 2),
                        ],
                        tones[2],
                    )
        stroke(canvas, [(-20, top), (view.width + 20, top)], tones[1], max(1.0, 1.5 * view.unit))
    for x in np.arange(-20, view.width + 20, wide):
        stroke(canvas, [(x, max(0.0, high)), (x, place.foot)], tones[1], max(1.0, 1.5 * view.unit))


def _bricks(
    canvas: Pixels, view: View, place: Box, cell: tuple[float, float], tones: tuple[str, str, str], draw: Random
) -> None:
    wide, tall = cell
    for row, y in enumerate(np.arange(place.foot, -tall, -tall)):
        for x in np.arange(-wide * (1 + 0.5 * (row % 2)), view.width + wide, wide):
            chance = draw.random()
            if chance < 0.34:
                tone = tones[0] if chance < 0.18 else tones[2] if chance < 0.24 else tones[1]
                gap = max(1.0, 0.06 * tall)
                cut(
                    canvas,
                    [
                        (x + gap, y - tall + gap),
                        (x + wide - gap, y - tall + gap),
                        (x + wide - gap, y - gap),
                        (x + gap, y - gap),
                    ],
                    tone,
                    0.6,
                )


def _drapes(canvas: Pixels, view: View, place: Box, palette: Palette, colour: str) -> None:
    fold = 46 * CM * view.scale(place.back)
    for index, x in enumerate(np.arange(-fold, view.width + fold, fold)):
        sway = fold * 0.12 * (1 if index % 2 else -1)
        dark = [
            (x + fold * 0.55, -9),
            (x + fold, -9),
            (x + fold + sway, place.foot),
            (x + fold * 0.4 + sway, place.foot),
        ]
        cut(canvas, dark, mix(colour, palette.shade, 0.26))
        lit = [
            (x + fold * 0.1, -9),
            (x + fold * 0.3, -9),
            (x + fold * 0.26 + sway, place.foot),
            (x + fold * 0.05 + sway, place.foot),
        ]
        cut(canvas, lit, mix(colour, palette.key, 0.1))


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
    for column, (left, right) in enumerate(zip(edges[:-1], edges[1:], strict=True)):
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
    for row, (one, other) in enumerate(zip(depths[:-1], depths[1:], strict=True)):
        dark = (row + column) % 2 if kind is FloorKind.TILES else draw.random() < 0.5
        if not dark:
            continue
        k0, k1 = one / place.back, other / place.back
        corners = [(centre + span[0] * k0, view.y(one)), (centre + span[1] * k0, view.y(one))]
        corners += [(centre + span[1] * k1, view.y(other)), (centre + span[0] * k1, view.y(other))]
        tone = mix(colour, palette.shade, 0.24 if kind is FloorKind.TILES else 0.16 * draw.random())
        cut(canvas, corners, scale(tone, 1.0))


def daylight(
    view: View, palette: Palette, place: Box, opening: tuple[float, float, float, float], strength: float
) -> tuple[list[list[tuple[float, float]]], list[tuple[float, float]]]:
    """The window's panes as they fall on the floor, and the shaft between; opening is left, top, right, bottom."""
    left, top, right, bottom = opening
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
    edges = (
        [(left, top), (right, top), near[1], near[0]]
        if place.side > 0
        else [(left, top), (right, top), near[1], near[0]]
    )
    return panes, edges


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
    panes, shaft = daylight(view, palette, place, opening, strength)
    for pane in panes:
        beam(canvas, pane, palette.key, 0.34 * strength, 3 * view.unit)
    beam(canvas, shaft, palette.key, 0.15 * strength, 12 * view.unit, fade=0.2)


def room_light(
    view: View, palette: Palette, centre: tuple[float, float], *, dim: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """How a wall is lit from its window or lamp: warm and bright near it, dim and leaning to the shade far away."""
    reach = (view.frame.width * 0.62, view.frame.height * 0.72)
    return pool((view.width, view.height), centre, reach, palette.key, palette.shade, (1.16, dim))
