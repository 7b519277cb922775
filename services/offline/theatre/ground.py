"""Strips of landscape, cut as sheets of paper: ridges, forests, roofs, sea and the ground with what lies on it."""

from __future__ import annotations

from math import sin
from random import Random

import numpy as np

from services.offline.theatre.kits import Shape, Strip
from services.offline.theatre.moods import Palette, mix, scale
from services.offline.theatre.set_paper import cut, sheet, tint
from services.offline.theatre.set_texture import lay
from services.offline.theatre.set_view import View
from services.offline.theatre.sprite import Pixels

Outline = list[tuple[float, float]]


def strip(view: View, palette: Palette, plan: Strip, colour: str, draw: Random) -> Pixels:
    """Cut one strip on an empty sheet of the set's size; `colour` is its paper."""
    canvas = sheet(view.width, view.height)
    base = view.y(plan.z)
    rise = plan.rise * (view.horizon - view.margin)
    match plan.shape:
        case Shape.HILLS | Shape.FLAT | Shape.SEA:
            _fill(canvas, _wavy(view, base, rise, draw), view, colour)
        case Shape.DUNES:
            _dunes(canvas, view, base, rise, colour, palette, draw)
        case Shape.PEAKS:
            _peaks(canvas, view, base, rise, colour, palette, draw)
        case Shape.PINES:
            _fill(canvas, _pines(view, base, rise, draw), view, colour)
        case Shape.CROWNS:
            _fill(canvas, _crowns(view, base, rise, draw), view, colour)
        case Shape.ROCKS:
            _fill(canvas, _rocks(view, base, rise, draw), view, colour)
        case Shape.SKYLINE:
            _skyline(canvas, view, base, rise, colour, palette, draw)
    _fall(canvas[crest(view, plan) :], shade=plan.sheet.value in ("ground", "front"))
    lay(canvas, view, palette, plan, colour, draw)
    return canvas


def _fill(canvas: Pixels, ridge: Outline, view: View, colour: str) -> None:
    below = view.height + 20.0
    cut(canvas, [(-20.0, below), *ridge, (view.width + 20.0, below)], colour)


def crest(view: View, plan: Strip) -> int:
    """The first row of the set a strip can reach."""
    return max(0, int(view.y(plan.z) - 1.5 * plan.rise * (view.horizon - view.margin) - 40 * view.unit))


def _fall(piece: Pixels, *, shade: bool) -> None:
    """A strip is lighter along its edge and falls off downwards."""
    share = np.linspace(0, 1, 33)[:, None, None]
    dark = np.array([0.62, 0.6, 0.6]) if shade else np.array([0.88, 0.86, 0.85])
    tint(piece, np.repeat((1.06 + (dark - 1.06) * share), 4, axis=1).astype(np.float32))


def _wavy(view: View, base: float, rise: float, draw: Random) -> Outline:
    xs = np.linspace(-20, view.width + 20, 90)
    span = view.width
    waves = [(rise * part, span / length, draw.random() * 6.28) for part, length in ((0.6, 4), (0.3, 9), (0.1, 23))]
    return [(float(x), base - rise + sum(a * sin(x / w * 6.28 / 2 + p) for a, w, p in waves)) for x in xs]


def _rocks(view: View, base: float, rise: float, draw: Random) -> Outline:
    outline, x = [], -20.0
    while x < view.width + 60:
        wide = rise * (0.5 + 1.4 * draw.random()) + 10 * view.unit
        tall = rise * (0.25 + 0.75 * draw.random())
        for share in (0.0, 0.12, 0.3, 0.55, 0.8, 1.0):
            lift = (1 - (2 * share - 1) ** 2) ** 0.6 * (0.85 + 0.3 * draw.random())
            outline.append((x + share * wide, base - tall * lift))
        x += wide * 0.92
    return outline


def _pines(view: View, base: float, rise: float, draw: Random) -> Outline:
    outline, x = [], -40.0
    while x < view.width + 60:
        tall = rise * (0.55 + 0.5 * draw.random())
        wide = tall * (0.34 + 0.1 * draw.random())
        foot = base - rise * 0.12
        outline += [(x, foot)]
        for tier in range(4):
            share = tier / 4
            outline.append((x + wide * (0.06 + 0.44 * share), foot - tall * (0.16 + 0.8 * share)))
            outline.append((x + wide * (0.14 + 0.42 * share), foot - tall * (0.15 + 0.8 * share)))
        outline.append((x + wide / 2, foot - tall))
        for tier in range(3, -1, -1):
            share = tier / 4
            outline.append((x + wide * (0.86 - 0.42 * share), foot - tall * (0.15 + 0.8 * share)))
            outline.append((x + wide * (0.94 - 0.44 * share), foot - tall * (0.16 + 0.8 * share)))
        outline.append((x + wide, foot))
        x += wide * (0.62 + 0.3 * draw.random())
    return outline


def _crowns(view: View, base: float, rise: float, draw: Random) -> Outline:
    outline, x = [], -60.0
    while x < view.width + 60:
        wide = rise * (0.7 + 0.7 * draw.random())
        tall = rise * (0.5 + 0.5 * draw.random())
        for angle in np.linspace(np.pi, 0, 11):
            outline.append(
                (x + wide / 2 * (1 + float(np.cos(angle))), base - tall * (0.4 + 0.6 * float(np.sin(angle))))
            )
        x += wide * 0.8
    return outline


def _peaks(canvas: Pixels, view: View, base: float, rise: float, colour: str, palette: Palette, draw: Random) -> None:
    lit, dim = mix(colour, palette.key, 0.16), mix(colour, palette.shade, 0.22)
    side = 1 if view.mirror else -1
    count = 4 if view.width > view.height else 3
    order = [(draw.random(), (index + 0.5 + 0.5 * (draw.random() - 0.5)) / count) for index in range(count)]
    _fill(canvas, _wavy(view, base, rise * 0.12, draw), view, dim)
    for size, place in sorted(order):
        x, tall = place * view.width, rise * (0.62 + 0.38 * size)
        wide = tall * (0.95 + 0.35 * draw.random())
        left, right, top = (x - wide, base + 30), (x + wide * 1.05, base + 30), (x, base - tall)
        crag = [(x + wide * dx * -side, base + 30 - (tall + 30) * dy) for dx, dy in _CRAG]
        cut(canvas, [left, *_jag(left, top, draw), top, *_jag(top, right, draw), right], lit)
        far = right if side < 0 else left
        cut(canvas, [top, *crag, (x - side * wide * 0.1, base + 30), far], dim)
        _snow(canvas, top, wide, tall, side, palette, draw)


_CRAG = ((0.03, 0.86), (-0.05, 0.7), (0.09, 0.56), (0.0, 0.42), (0.14, 0.2))


def _jag(one: tuple[float, float], other: tuple[float, float], draw: Random) -> Outline:
    points = []
    for share in (0.2, 0.38, 0.55, 0.7, 0.84):
        x, y = (one[axis] + (other[axis] - one[axis]) * share for axis in (0, 1))
        points.append((x, y + (draw.random() - 0.5) * 0.05 * abs(other[1] - one[1])))
    return points


def _snow(
    canvas: Pixels, top: tuple[float, float], wide: float, tall: float, side: int, palette: Palette, draw: Random
) -> None:
    white = mix(palette.materials["white"], palette.haze, 0.15)
    cap = 0.26 + 0.1 * draw.random()
    hem = [(-1.0, 1.0), (-0.62, 0.82), (-0.4, 1.12), (-0.1, 0.8), (0.12, 1.05), (0.4, 0.78), (0.66, 1.1), (1.05, 1.0)]
    points = [(top[0] + dx * wide * cap * 0.97 * min(1.0, dy), top[1] + (tall + 30) * cap * dy) for dx, dy in hem]
    cut(canvas, [top, *points], white)
    half = [point for point in points if (point[0] - top[0]) * -side > 0]
    middle = (top[0] - side * wide * 0.02, top[1] + tall * cap * 0.8)
    cut(canvas, [top, middle, *half] if side < 0 else [top, *half, middle], mix(white, palette.shade, 0.26))


def _dunes(canvas: Pixels, view: View, base: float, rise: float, colour: str, palette: Palette, draw: Random) -> None:
    _fill(canvas, _wavy(view, base, rise * 0.2, draw), view, colour)
    for index in range(3):
        x = (index + draw.random()) / 3 * view.width
        wide, tall = view.width * (0.34 + 0.2 * draw.random()), rise * (0.6 + 0.5 * draw.random())
        side = 1 if view.mirror else -1
        crest = (x, base - tall)
        left = [(x - wide * s, base - tall * (1 - s) ** 1.8 * (1 - 0.1 * s)) for s in np.linspace(1, 0, 14)]
        right = [(x + wide * s, base - tall * (1 - s) ** 1.6) for s in np.linspace(0, 1, 14)]
        cut(canvas, [*left, crest, *right, (x + wide, base + 60), (x - wide, base + 60)], mix(colour, palette.key, 0.1))
        lee = right if side < 0 else left[::-1]
        foot = x - side * wide * 0.16
        cut(canvas, [crest, *lee, (foot, base + tall * 0.9)], mix(colour, palette.shade, 0.26))


def _skyline(canvas: Pixels, view: View, base: float, rise: float, colour: str, palette: Palette, draw: Random) -> None:
    x = -30.0
    glass = mix(palette.key, "#ffe6a8", 0.4) if palette.lamps else mix(colour, palette.sky[2], 0.5)
    while x < view.width + 40:
        wide = view.unit * (46 + 80 * draw.random())
        tall = rise * (0.35 + 0.65 * draw.random() ** 1.3)
        top, tone = base - tall, mix(colour, palette.shade, 0.12 * draw.random())
        cut(canvas, [(x, view.height), (x, top), (x + wide, top), (x + wide, view.height)], tone)
        split = x + wide * (0.68 if not view.mirror else 0.32)
        near, far = (split, x + wide) if not view.mirror else (x, split)
        cut(canvas, [(near, view.height), (near, top), (far, top), (far, view.height)], mix(tone, palette.shade, 0.2))
        _roof(canvas, x, wide, top, tone, view, draw)
        _windows(canvas, (x, split) if not view.mirror else (split, x + wide), top, base, glass, view, palette, draw)
        x += wide * (0.86 + 0.2 * draw.random())


def _roof(canvas: Pixels, x: float, wide: float, top: float, tone: str, view: View, draw: Random) -> None:
    unit, kind = view.unit, draw.random()
    if kind < 0.3:
        cut(canvas, [(x, top + 1), (x + wide / 2, top - 26 * unit), (x + wide, top + 1)], scale(tone, 0.86))
    elif kind < 0.55:
        at = x + wide * 0.3
        cut(
            canvas,
            [(at, top + 1), (at, top - 22 * unit), (at + 16 * unit, top - 22 * unit), (at + 16 * unit, top + 1)],
            tone,
        )
    elif kind < 0.75:
        cut(
            canvas,
            [(x + wide * 0.5, top), (x + wide * 0.5 + 2 * unit, top - 40 * unit), (x + wide * 0.5 + 4 * unit, top)],
            tone,
        )


def _windows(
    canvas: Pixels,
    span: tuple[float, float],
    top: float,
    base: float,
    glass: str,
    view: View,
    palette: Palette,
    draw: Random,
) -> None:
    step, size = 17 * view.unit, 7 * view.unit
    for y in np.arange(top + step * 0.7, base - step, step * 1.25):
        for x in np.arange(span[0] + step * 0.5, span[1] - size * 0.8, step):
            if draw.random() < (0.32 if palette.lamps else 0.8):
                opacity = (0.45 + 0.5 * draw.random()) if palette.lamps else 0.5
                cut(canvas, [(x, y), (x + size, y), (x + size, y + size * 1.5), (x, y + size * 1.5)], glass, opacity)
