"""Weather and air that move over a frame: tiles drawn once and scrolled; loops without a jump every LOOP seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import pi, sin
from random import Random

import cv2
import numpy as np

from services.offline.theatre.moods import Palette, mix, palette
from services.offline.theatre.passing import bars, bokeh, houses
from services.offline.theatre.set_paper import bgr
from services.offline.theatre.sprite import Pixels, Sprite, blend
from studio.story.places import Kit, Mood, Setting, Time
from studio.story.places import Weather as Sky
from studio.takes.frame import Frame

LOOP = 12.0  # seconds after which everything is as it was


@dataclass(frozen=True)
class Sheet:
    """A tile the size of a frame (or of its lower part) that adds light and wraps round `turns` (x, y) times a loop."""

    light: Pixels
    turns: tuple[int, int]
    keep: Pixels | None = None  # gains of what is behind, for fog
    top: int = 0


@dataclass(frozen=True)
class Flake:
    """A small piece of paper on the wind: it crosses the frame `turns` times a loop along a wavy line."""

    sprite: Sprite
    start: tuple[float, float]
    turns: int
    sway: float
    phase: float


@dataclass(frozen=True)
class Weather:
    """What moves in the air of one place."""

    sheets: tuple[Sheet, ...] = ()
    flakes: tuple[Flake, ...] = ()
    flashes: tuple[float, ...] = field(default=())  # seconds of the loop
    beyond: tuple[Sheet, ...] = ()  # what passes outside the windows of what drives; it moves sideways only
    over: tuple[Sheet, ...] = ()  # light that passes over everything

    def draw(self, canvas: Pixels, seconds: float) -> None:
        """Draw the air of this instant over a BGR frame, in place."""
        share = (seconds / LOOP) % 1.0
        for sheet in self.sheets:
            _scroll(canvas, sheet, share)
        for flake in self.flakes:
            _fly(canvas, flake, share)
        for moment in self.flashes:
            _flash(canvas, (seconds - moment) % LOOP)


def weather_layer(setting: Setting, frame: Frame, *, seed: int) -> Weather | None:
    """Prepare the moving air of a setting, rain to bubbles; None where it is still."""
    draw = Random(f"air:{seed}:{setting.place.id}:{setting.weather}")
    colours = palette(setting.mood, setting.time, setting.weather)
    if setting.place.kit is Kit.CAR:
        return _driving(setting, frame, colours, draw)
    if setting.place.interior:
        return Weather(sheets=_motes(frame, colours, draw, count=46, size=1.7, strength=0.34))
    if setting.place.kit is Kit.UNDERWATER:
        return Weather(sheets=_bubbles(frame, colours, draw))
    made = _MAKERS.get(setting.weather)
    if made is not None:
        return made(frame, colours, draw)
    return _clear(setting, frame, colours, draw)


def _clear(setting: Setting, frame: Frame, colours: Palette, draw: Random) -> Weather | None:
    if setting.place.kit is Kit.SPACE:
        return Weather(sheets=_motes(frame, colours, draw, count=60, size=1.3, strength=0.6))
    if setting.mood is Mood.FAIRY or (setting.time is Time.NIGHT and setting.place.kit in (Kit.FOREST, Kit.FIELD)):
        return Weather(sheets=_motes(frame, colours, draw, count=26, size=3.4, strength=0.75))
    if setting.place.kit is Kit.DESERT:
        return Weather(sheets=_fog(frame, colours, draw, strength=0.16, turns=2))
    return None


def _driving(setting: Setting, frame: Frame, colours: Palette, draw: Random) -> Weather:
    """A street that passes: lights in the windows and over everybody by night, shade by day; rain stays outside."""
    wet = _rain(frame, colours, draw).sheets if setting.weather in (Sky.RAIN, Sky.STORM) else ()
    light, keep = houses(frame, colours, draw)
    outside = (Sheet(light, (-4, 0), keep=keep), *(replace(sheet, turns=(-9, 0)) for sheet in wet))
    if not colours.lamps:
        return Weather(beyond=(*outside, Sheet(bars(frame, "#ffffff", draw, strength=0.16), (-5, 0))))
    far, near = (bokeh(frame, colours, draw, count=count, size=size) for count, size in ((34, 5.0), (12, 13.0)))
    passing = Sheet(bars(frame, colours.key, draw, strength=0.16), (-3, 0))
    return Weather(beyond=(*outside, Sheet(far, (-2, 0)), Sheet(near, (-6, 0))), over=(passing,))


def _rain(frame: Frame, colours: Palette, draw: Random) -> Weather:
    light = mix(colours.key, "#cfe0f2", 0.7)
    far = _streaks(frame, light, draw, count=260, length=0.05, thick=1, strength=0.2)
    near = _streaks(frame, light, draw, count=90, length=0.12, thick=2, strength=0.26)
    return Weather(sheets=(Sheet(far, (-1, 13)), Sheet(near, (-2, 22))))


def _storm(frame: Frame, colours: Palette, draw: Random) -> Weather:
    rain = _rain(frame, colours, draw)
    first = 1.0 + 3.0 * draw.random()
    return Weather(sheets=rain.sheets, flashes=(first, first + 4.0 + 2.0 * draw.random()))


def _snow(frame: Frame, colours: Palette, draw: Random) -> Weather:
    sheets = []
    for count, size, turns, strength in ((240, 1.3, (0, 1), 0.5), (90, 2.6, (1, 2), 0.8), (20, 5.5, (1, 3), 0.5)):
        sheets.append(Sheet(_dots(frame, "#ffffff", draw, count=count, size=size, strength=strength), turns))
    return Weather(sheets=tuple(sheets))


def _mist(frame: Frame, colours: Palette, draw: Random) -> Weather:
    return Weather(sheets=_fog(frame, colours, draw, strength=0.5, turns=1))


def _wind(frame: Frame, colours: Palette, draw: Random) -> Weather:
    tones = [colours.accent, *(colours.materials[name] for name in ("leaf", "yellow", "roof", "leaf"))]
    flakes = []
    for _ in range(16):
        near = draw.random() ** 2
        piece = _leaf(draw.choice(tones), (7 + 16 * near) * min(frame.width, frame.height) / 720, draw.random() * 360)
        start = (draw.random(), 0.1 + 0.85 * draw.random())
        flakes.append(Flake(Sprite(piece), start, 3 + round(3 * near), 0.03 + 0.05 * draw.random(), draw.random()))
    return Weather(
        sheets=_motes(frame, colours, draw, count=40, size=1.4, strength=0.3, turns=(7, 0)), flakes=tuple(flakes)
    )


_MAKERS: dict[Sky, Callable[[Frame, Palette, Random], Weather]] = {
    Sky.RAIN: _rain,
    Sky.STORM: _storm,
    Sky.SNOW: _snow,
    Sky.FOG: _mist,
    Sky.WIND: _wind,
}


def _blank(frame: Frame) -> Pixels:
    return np.zeros((frame.height, frame.width, 3), np.uint8)


def _streaks(
    frame: Frame, colour: str, draw: Random, *, count: int, length: float, thick: int, strength: float
) -> Pixels:
    tile, tall = _blank(frame), frame.height * length
    for _ in range(count):
        x, y = draw.random() * frame.width, draw.random() * frame.height
        power = strength * (0.5 + 0.5 * draw.random())
        tone = tuple(part * power for part in bgr(colour))
        for shift in (0, -frame.height):  # what leaves below comes in above
            one, other = (x, y + shift), (x - tall * 0.16, y + tall * (0.7 + 0.5 * draw.random()) + shift)
            ends = [tuple(round(v * 16) for v in end) for end in (one, other)]
            cv2.line(tile, ends[0], ends[1], tone, thick, cv2.LINE_AA, 4)
    return tile


def _dots(frame: Frame, colour: str, draw: Random, *, count: int, size: float, strength: float) -> Pixels:
    """Soft dots that wrap round all four edges."""
    tile, unit = _blank(frame), min(frame.width, frame.height) / 720
    for _ in range(count):
        radius = size * unit * (0.6 + 0.8 * draw.random())
        x, y = draw.random() * frame.width, draw.random() * frame.height
        power = strength * (0.35 + 0.65 * draw.random())
        tone = tuple(part * power for part in bgr(colour))
        for dx in (0, -frame.width if x > frame.width / 2 else frame.width):
            for dy in (0, -frame.height if y > frame.height / 2 else frame.height):
                cv2.circle(
                    tile, (round((x + dx) * 16), round((y + dy) * 16)), round(radius * 16), tone, -1, cv2.LINE_AA, 4
                )
    soft = max(0.6, size * unit * 0.45)
    pad = int(4 * soft) + 1
    wrapped = cv2.copyMakeBorder(tile, pad, pad, pad, pad, cv2.BORDER_WRAP)
    return np.ascontiguousarray(cv2.GaussianBlur(wrapped, (0, 0), soft)[pad:-pad, pad:-pad])


def _motes(
    frame: Frame,
    colours: Palette,
    draw: Random,
    *,
    count: int,
    size: float,
    strength: float,
    turns: tuple[int, int] = (0, -1),
) -> tuple[Sheet, ...]:
    light = mix(colours.key, "#ffffff", 0.2)
    one = _dots(frame, light, draw, count=count // 2, size=size, strength=strength)
    other = _dots(frame, light, draw, count=count // 2, size=size * 0.8, strength=strength)
    return Sheet(one, turns), Sheet(other, (turns[0] + 1, turns[1]))


def _bubbles(frame: Frame, colours: Palette, draw: Random) -> tuple[Sheet, ...]:
    sheets, unit = [], min(frame.width, frame.height) / 720
    for count, size, turns in ((26, 4.0, -2), (9, 9.0, -3)):
        tile = _blank(frame)
        for _ in range(count):
            radius, x, y = (
                size * unit * (0.5 + draw.random()),
                draw.random() * frame.width,
                draw.random() * frame.height,
            )
            for dy in (0, -frame.height, frame.height):
                centre = (round(x * 16), round((y + dy) * 16))
                cv2.circle(
                    tile,
                    centre,
                    round(radius * 16),
                    tuple(part * 0.12 for part in bgr(colours.key)),
                    -1,
                    cv2.LINE_AA,
                    4,
                )
                cv2.circle(
                    tile, centre, round(radius * 16), tuple(part * 0.4 for part in bgr(colours.key)), 1, cv2.LINE_AA, 4
                )
                gleam = (centre[0] - round(radius * 5), centre[1] - round(radius * 5))
                cv2.circle(tile, gleam, round(radius * 4), (190, 190, 190), -1, cv2.LINE_AA, 4)
        sheets.append(Sheet(tile, (0, turns)))
    return tuple(sheets)


def _fog(frame: Frame, colours: Palette, draw: Random, *, strength: float, turns: int) -> tuple[Sheet, ...]:
    """A bank that hugs the ground and drifts; clouds of noise that wrap sideways."""
    top = frame.height * 3 // 10
    tall = frame.height - top
    noise = (
        np.random.default_rng(draw.randrange(1 << 30))
        .random((tall // 40 + 1, frame.width // 80 + 1))
        .astype(np.float32)
    )
    noise = np.hstack([noise, noise, noise])
    third = frame.width
    bank = cv2.resize(noise, (third * 3, tall), interpolation=cv2.INTER_CUBIC)
    bank = cv2.GaussianBlur(bank, (0, 0), 18)[:, third : 2 * third]
    bank = np.clip((bank - bank.min()) / max(1e-6, float(bank.max() - bank.min())), 0, 1)
    rise = np.sin(np.linspace(0, pi * 0.86, tall, dtype=np.float32))[:, None]
    alpha = strength * (0.3 + 0.7 * bank) * rise
    light = (alpha[:, :, None] * np.array(bgr(mix(colours.haze, colours.key, 0.15)), np.float32)).astype(np.uint8)
    keep = cv2.cvtColor(((1 - alpha) * 255).astype(np.uint8), cv2.COLOR_GRAY2BGR)
    return (Sheet(np.ascontiguousarray(light), (turns, 0), keep=np.ascontiguousarray(keep), top=top),)


def _leaf(colour: str, size: float, angle: float) -> Pixels:
    box = max(6, round(size * 1.6))
    piece = np.zeros((box, box, 4), np.uint8)
    axes = (round(size * 8), round(size * 3.4))
    centre = (box * 8, box * 8)
    cv2.ellipse(piece, centre, axes, angle, 0, 360, (*bgr(colour), 255), -1, cv2.LINE_AA, 4)
    cv2.ellipse(piece, centre, axes, angle, 0, 180, (*(part * 0.72 for part in bgr(colour)), 255), -1, cv2.LINE_AA, 4)
    return piece


def _scroll(canvas: Pixels, sheet: Sheet, share: float) -> None:
    """Add a tile, shifted and wrapped, in at most four pieces."""
    height, width = sheet.light.shape[:2]
    dx, dy = (round(turns * share * size) % size for turns, size in zip(sheet.turns, (width, height), strict=True))
    for y0, y1, from_y in ((0, dy, height - dy), (dy, height, 0)):
        for x0, x1, from_x in ((0, dx, width - dx), (dx, width, 0)):
            if y1 <= y0 or x1 <= x0:
                continue
            region = canvas[sheet.top + y0 : sheet.top + y1, x0:x1]
            source = np.s_[from_y : from_y + y1 - y0, from_x : from_x + x1 - x0]
            if sheet.keep is not None:
                cv2.multiply(region, sheet.keep[source], dst=region, scale=1 / 255)
            cv2.add(region, sheet.light[source], dst=region)


def _fly(canvas: Pixels, flake: Flake, share: float) -> None:
    piece = flake.sprite.pixels
    size = piece.shape[0]
    height, width = canvas.shape[:2]
    along = (flake.start[0] + flake.turns * share) % 1.0
    wave = sin(2 * pi * (2 * flake.turns * share + flake.phase)) + 0.5 * sin(2 * pi * (5 * share + flake.phase))
    x = round(along * (width + 2 * size)) - size
    y = round((flake.start[1] + flake.sway * wave) * height)
    x0, y0, x1, y1 = max(0, x), max(0, y), min(width, x + size), min(height, y + size)
    if x1 > x0 and y1 > y0:
        blend(canvas[y0:y1, x0:x1], np.ascontiguousarray(piece[y0 - y : y1 - y, x0 - x : x1 - x]))


def _flash(canvas: Pixels, since: float) -> None:
    """Lightning: two strokes, the second weaker, each gone in a third of a second."""
    power = sum(
        peak * max(0.0, 1 - abs(since - at) / width) for at, peak, width in ((0.06, 1.0, 0.08), (0.3, 0.55, 0.2))
    )
    if power > 0.01:
        cv2.convertScaleAbs(canvas, dst=canvas, alpha=1 + 0.7 * power, beta=46 * power)
