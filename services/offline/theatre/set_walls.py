"""The box of an interior: its back wall with its pattern, its side wall and its ceiling."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np

from services.offline.theatre.kits import Room, Wall
from services.offline.theatre.moods import Palette, mix
from services.offline.theatre.set_paper import cut, sheet, stroke
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
    if room.wall is Wall.ROCK:
        _rock(canvas, view, palette, place, colour, draw)
        return canvas
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
        case Wall.PLAIN | Wall.PANEL | Wall.ROCK:
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


def _rock(canvas: Pixels, view: View, palette: Palette, place: Box, colour: str, draw: Random) -> None:
    """Facets of grown rock: large ones in rows that lean, each a little lit or a little in shade."""
    unit = CM * view.scale(place.back)
    tones = (mix(colour, palette.shade, 0.07), mix(colour, palette.shade, 0.18), mix(colour, palette.key, 0.1))
    wide, tall = 120 * unit, 84 * unit
    rows = np.arange(place.foot + tall, -tall, -tall)
    grid = [
        [
            (x + wide * (0.5 * (row % 2) + 0.6 * draw.random()), y + tall * (draw.random() - 0.5))
            for x in _across(view, wide)
        ]
        for row, y in enumerate(rows)
    ]
    for low, high in pairwise(grid):
        for (one, other), (above, beyond) in zip(pairwise(low), pairwise(high), strict=True):
            for facet in ((one, other, above), (other, beyond, above)):
                if draw.random() < 0.62:
                    cut(canvas, list(facet), tones[int(3 * draw.random())], 0.75)


def _across(view: View, wide: float) -> list[float]:
    return [float(x) for x in np.arange(-2 * wide, view.width + 2 * wide, wide)]


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
