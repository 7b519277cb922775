"""What lies on the ground: grass, planks, slabs, ripples, stones, and the glitter of the sun on water."""

from __future__ import annotations

import itertools
from random import Random

import numpy as np

from services.offline.theatre.kits import Strip, Texture
from services.offline.theatre.moods import Palette, mix
from services.offline.theatre.set_paper import cut, stroke
from services.offline.theatre.set_view import View
from services.offline.theatre.sprite import Pixels


def lay(canvas: Pixels, view: View, palette: Palette, plan: Strip, colour: str, draw: Random) -> None:
    """Lay the texture of a strip on its sheet, in place."""
    match plan.texture:
        case Texture.GRASS:
            _grass(canvas, view, plan.z, colour, palette, draw)
        case Texture.PLANKS:
            _planks(canvas, view, plan.z, colour, palette, draw)
        case Texture.COBBLES | Texture.SLABS:
            _slabs(canvas, view, plan.z, colour, palette, draw, fine=plan.texture is Texture.COBBLES)
        case Texture.SAND | Texture.RIPPLES:
            _ripples(canvas, view, plan.z, colour, palette, draw, glint=plan.texture is Texture.RIPPLES)
        case Texture.STONES | Texture.CRATERS:
            _stones(canvas, view, plan.z, colour, palette, draw, hollow=plan.texture is Texture.CRATERS)
        case Texture.NONE:
            pass


def _spread(view: View, z: float, count: int, draw: Random) -> list[tuple[float, float, float]]:
    """Places on the ground from z to the bottom edge, denser far away: x, y, z."""
    near = (view.height - view.horizon) / (view.floor - view.horizon)
    depths = sorted(max(z, 0.12) * (near / max(z, 0.12)) ** draw.random() for _ in range(count))
    return [(draw.random() * view.width, view.y(depth) + 3 * view.unit, depth) for depth in depths]


def _grass(canvas: Pixels, view: View, z: float, colour: str, palette: Palette, draw: Random) -> None:
    tones = (mix(colour, palette.key, 0.18), mix(colour, palette.shade, 0.22), mix(colour, palette.shade, 0.12))
    for x, y, depth in _spread(view, z + 0.06, 170, draw):
        size = 17 * depth * view.unit
        tone = tones[draw.randrange(3)]
        for lean in (-0.45, 0.05, 0.5):
            tip = (x + lean * size, y - size * (1.1 - 0.5 * abs(lean)))
            cut(canvas, [(x + lean * 3, y), tip, (x + lean * 3 + size * 0.2, y)], tone)


def _planks(canvas: Pixels, view: View, z: float, colour: str, palette: Palette, draw: Random) -> None:
    top, bottom = view.y(z), float(view.height)
    centre, reach = view.width / 2, (bottom - view.horizon) / max(1.0, top - view.horizon)
    step = view.figure * 0.17 * z
    edges = np.arange(-40, 41) * step + draw.random() * step
    for left, right in itertools.pairwise(edges):
        if draw.random() < 0.5:
            corners = [
                (centre + left, top),
                (centre + right, top),
                (centre + right * reach, bottom),
                (centre + left * reach, bottom),
            ]
            cut(canvas, corners, mix(colour, palette.shade, 0.05 + 0.11 * draw.random()))
        stroke(
            canvas,
            [(centre + left, top), (centre + left * reach, bottom)],
            mix(colour, palette.shade, 0.5),
            1.6 * view.unit,
            0.55,
        )


def _slabs(canvas: Pixels, view: View, z: float, colour: str, palette: Palette, draw: Random, *, fine: bool) -> None:
    near = (view.height - view.horizon) / (view.floor - view.horizon) + 0.1
    depths, depth, rate = [z], z, 1.075 if fine else 1.2
    while depth < near:
        depth *= rate
        depths.append(depth)
    step, centre = view.figure * (0.16 if fine else 0.42), view.width / 2
    for row, (one, other) in enumerate(itertools.pairwise(depths)):
        reach = int(view.width / 2 / (step * one)) + 2
        shift = 0.5 * (row % 2) + 0.2 * draw.random()
        for index in range(-reach, reach):
            if draw.random() > (0.5 if fine else 0.6):
                continue
            left, right = (index + shift) * step + 2, (index + shift + 1) * step - 2
            tone = mix(colour, palette.shade if draw.random() < 0.6 else palette.key, 0.04 + 0.1 * draw.random())
            y0, y1 = view.y(one) + 1, view.y(other) - 1
            corners = [
                (centre + left * one, y0),
                (centre + right * one, y0),
                (centre + right * other, y1),
                (centre + left * other, y1),
            ]
            cut(canvas, corners, tone)


def _ripples(canvas: Pixels, view: View, z: float, colour: str, palette: Palette, draw: Random, *, glint: bool) -> None:
    tone = mix(colour, palette.sky[3], 0.4) if glint else mix(colour, palette.shade, 0.2)
    light = mix(colour, palette.key, 0.25)
    for x, y, depth in _spread(view, z + 0.03, 80 if glint else 90, draw):
        long, thick = (90 + 150 * draw.random()) * depth * view.unit, (4.2 if glint else 3.0) * depth * view.unit
        bend = thick * (1.5 if glint else 3)
        path = [(x - long / 2, y), (x, y - bend - thick), (x + long / 2, y), (x, y - bend + thick * 0.5)]
        cut(canvas, path, tone if draw.random() < 0.6 else light, 0.3 if glint else 0.4)
    if glint and palette.sunshine > 0.2:
        _glitter(canvas, view, z, palette, draw)


def _stones(canvas: Pixels, view: View, z: float, colour: str, palette: Palette, draw: Random, *, hollow: bool) -> None:
    light, dim = mix(colour, palette.key, 0.2), mix(colour, palette.shade, 0.36)
    side = 1 if view.mirror else -1
    for x, y, depth in _spread(view, z + 0.05, 46 if hollow else 60, draw):
        wide = (16 + 44 * draw.random() ** 2) * depth * view.unit
        tall = wide * (0.2 if hollow else 0.5)
        angles = np.linspace(0, 2 * np.pi, 15)[:-1]
        ring = [(x + wide * float(np.cos(a)), y + tall * float(np.sin(a))) for a in angles]
        if hollow:
            cut(canvas, ring, dim, 0.7)
            cut(canvas, [(px + side * -wide * 0.12, py + tall * 0.22) for px, py in ring], colour, 0.8)
            continue
        dome = [(px, y + (py - y) * (0.35 if py > y else 1.0)) for px, py in ring]
        cut(canvas, dome, dim)
        cut(canvas, [(x + (px - x) * 0.72 + side * wide * 0.22, y + (py - y) * 0.86) for px, py in dome], light, 0.9)


def _glitter(canvas: Pixels, view: View, z: float, palette: Palette, draw: Random) -> None:
    """The sun's way on the water: short bars under it, wider towards the viewer."""
    centre, shine = view.x(palette.sun.u), mix(palette.sun.colour, palette.key, 0.3)
    y, step = view.y(max(0.03, z)) + 3 * view.unit, 5.0 * view.unit
    while y < min(view.y(0.66), view.y(z + 0.36)):
        near = (y - view.horizon) / (view.floor - view.horizon)
        wide = view.unit * (18 + 120 * near) * (0.35 + draw.random())
        x, thick = centre + (draw.random() - 0.5) * wide * 0.9, view.unit * (1.2 + 3.0 * near)
        cut(canvas, [(x - wide, y), (x, y - thick), (x + wide, y), (x, y + thick)], shine, 0.75 * palette.sunshine)
        y += step * (0.8 + 1.6 * near)
