"""Skies: gradient, stars, sun or moon with its glow, clouds. Opaque sheets behind everything."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np

from services.offline.theatre.moods import Palette, SunKind, bright, mix
from services.offline.theatre.set_paper import bgr, cut, shine, soften, stack
from services.offline.theatre.set_view import View
from services.offline.theatre.sprite import Pixels

_STOPS = (0.0, 0.48, 0.8, 1.0)  # of the way from the top to the horizon
_NO_STARS = 0.02


@dataclass(frozen=True)
class Star:
    """A star in set pixels: its middle, its radius and its colour."""

    x: float
    y: float
    size: float
    tone: str


def sky(view: View, palette: Palette, draw: Random, *, level: float | None = None) -> Pixels:
    """Paint the sky down to the horizon (or `level`, a y); below it the haze goes on."""
    horizon = view.horizon if level is None else level
    canvas = _gradient(view, palette.sky, horizon)
    for star in stars(view, palette, draw, horizon):
        centre = (round(star.x * 16), round(star.y * 16))
        cv2.circle(canvas, centre, round(star.size * 16), (*bgr(star.tone), 255), -1, cv2.LINE_AA, 4)
    _sun(canvas, view, palette, horizon)
    for _ in range(round(4 * palette.clouds)):
        _cloud(canvas, view, palette, draw, horizon)
    return canvas


def sun_at(view: View, palette: Palette, horizon: float | None = None) -> tuple[float, float]:
    """Where the sun stands, in set pixels."""
    base = view.horizon if horizon is None else horizon
    return view.x(palette.sun.u), base - palette.sun.height * (base - view.margin)


def _gradient(view: View, stops: tuple[str, ...], horizon: float) -> Pixels:
    rows = np.clip(np.arange(view.height) / max(1.0, horizon), 0, 1)
    colours = np.array([bgr(stop) for stop in stops])
    lines = np.stack([np.interp(rows, _STOPS, colours[:, channel]) for channel in range(3)], axis=1)
    noise = np.random.default_rng(7).uniform(0, 1, (view.height, 128, 1))  # hides the steps of the gradient
    tile = np.clip(lines[:, None, :] + noise, 0, 255).astype(np.uint8)
    tile = np.dstack([tile, np.full(tile.shape[:2], 255, np.uint8)])
    return np.ascontiguousarray(np.tile(tile, (1, view.width // 128 + 1, 1))[:, : view.width])


def stars(view: View, palette: Palette, draw: Random, horizon: float) -> tuple[Star, ...]:
    """Where the stars stand, as `sky` paints them with the same draw; more of them where the sky is deeper."""
    if palette.stars <= _NO_STARS:
        return ()
    found = []
    for _ in range(round(150 * palette.stars * max(1.0, horizon / view.horizon))):
        x, y = draw.random() * view.width, draw.random() ** 1.4 * horizon * 0.92
        size = view.unit * (0.5 + 1.3 * draw.random() ** 3)
        tone = mix(colour_at(palette, y / horizon), "#ffffff", (0.3 + 0.6 * draw.random()) * (1 - 0.6 * y / horizon))
        found.append(Star(x, y, size, tone))
    return tuple(found)


def colour_at(palette: Palette, part: float) -> str:
    """The colour of a clear sky so far of the way from the top to the horizon."""
    after = next((at for at, stop in enumerate(_STOPS) if stop >= part), len(_STOPS) - 1)
    before = max(0, after - 1)
    span = _STOPS[after] - _STOPS[before]
    return mix(palette.sky[before], palette.sky[after], (part - _STOPS[before]) / span if span else 0.0)


def _sun(canvas: Pixels, view: View, palette: Palette, horizon: float) -> None:
    sun, seen = palette.sun, palette.sunshine
    x, y = sun_at(view, palette, horizon)
    radius = sun.size * min(view.frame.height, view.frame.width * 1.2)
    lift = 0.5 + 0.5 * seen
    shine(canvas, (x, y), radius * 9, palette.key, 0.30 * sun.glow * lift)
    shine(canvas, (x, y), radius * 3.6, sun.colour, 0.34 * sun.glow * lift * (0.3 + 0.7 * seen))
    if seen < 0.2:
        return
    shine(canvas, (x, y), radius * 1.7, sun.colour, 0.5 * sun.glow * seen)
    disc = canvas[max(0, int(y - 2 * radius)) : int(y + 2 * radius), max(0, int(x - 2 * radius)) : int(x + 2 * radius)]
    before = disc.copy()
    centre = (round((x - max(0, int(x - 2 * radius))) * 16), round((y - max(0, int(y - 2 * radius))) * 16))
    cv2.circle(disc, centre, round(radius * 16), (*bgr(sun.colour), 255), -1, cv2.LINE_AA, 4)
    if sun.kind is SunKind.MOON:
        for dx, dy, size in ((-0.3, -0.2, 0.22), (0.25, 0.3, 0.16), (0.2, -0.42, 0.12), (-0.2, 0.45, 0.1)):
            spot = (centre[0] + round(dx * radius * 16), centre[1] + round(dy * radius * 16))
            tone = mix(sun.colour, palette.sky[1], 0.14)
            cv2.circle(disc, spot, round(size * radius * 16), (*bgr(tone), 255), -1, cv2.LINE_AA, 4)
    cv2.addWeighted(disc, seen, before, 1 - seen, 0, dst=disc)


def _cloud(canvas: Pixels, view: View, palette: Palette, draw: Random, horizon: float) -> None:
    """A paper cloud: bumps on a flat base, a lit upper sheet over a shaded lower one."""
    low = draw.random()
    x, y = draw.random() * view.width, horizon * (0.14 + 0.62 * low)
    length = view.frame.width * (0.32 - 0.16 * low) * (0.7 + 0.6 * draw.random())
    length *= 1.0 if view.frame.width >= view.frame.height else 1.5
    here = palette.sky[1] if low < 0.5 else palette.sky[2]
    near = mix(here, palette.key, 0.34 if bright(here) else 0.22)
    for lift, tone, opacity in ((0.0, mix(here, palette.shade, 0.10), 0.45), (-0.05, near, 0.5)):
        crown = _bumps(Random(low), x + lift * length, y + lift * length, length * (1 + lift), length * 0.2)
        piece = np.zeros_like(canvas[: int(y) + 4])
        cut(piece, crown, tone)
        faded = cv2.convertScaleAbs(soften(piece, 1.0) if low > 0.7 else piece, alpha=opacity)
        stack(canvas, faded)


def _bumps(draw: Random, x: float, y: float, length: float, height: float) -> list[tuple[float, float]]:
    """The outline of a cloud from its left foot to its right one."""
    count = draw.randint(3, 5)
    outline = []
    edges = np.cumsum([0.0] + [0.6 + draw.random() for _ in range(count)])
    edges = edges / edges[-1] * length
    for left, right in itertools.pairwise(edges):
        middle = 1 - abs((left + right) / length - 1)
        tall = height * (0.35 + 0.75 * middle) * (0.8 + 0.4 * draw.random())
        for angle in np.linspace(np.pi, 0, 14):
            px = (left + right) / 2 + (right - left) / 2 * np.cos(angle)
            outline.append((x + px, y - tall * float(np.sin(angle)) ** 0.8))
    return outline
