"""The palette and the light of a set, from mood, time of day and weather; draws nothing."""

from __future__ import annotations

import colorsys
import tomllib
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter

from services.offline.theatre.pose import Light
from studio.story.noun import Noun
from studio.story.places import Mood, Time, Weather

PAPER = Path(__file__).parents[3] / "data" / "paper"

Hex = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Stops = tuple[Hex, Hex, Hex, Hex]  # top of the sky -> horizon
_MATERIALS = TypeAdapter(dict[str, Hex])
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class SunKind(StrEnum):
    SUN = "sun"
    MOON = "moon"
    STAR = "star"


class Sun(Noun):
    """The light in the sky: u -1..1 across the frame, height 0 horizon..1 top, size a share of the frame's height."""

    kind: SunKind
    colour: Hex
    u: float
    height: Share
    size: Share
    glow: Share


class MoodRow(Noun):
    """One mood at the times it is at home in."""

    times: tuple[Time, ...]
    sky: Stops
    ground: tuple[Hex, Hex]
    wall: tuple[Hex, Hex]
    accent: Hex
    key: Hex
    shade: Hex
    tint: Hex
    lean: Share
    lum: float
    rim: Share
    ambient: Share
    sun: Sun
    stars: Share
    lamps: bool
    clouds: float
    holds: Share = 0.0  # how far it stays itself at other times, its lamps lit


class TimeRow(Noun):
    """What a time of day does to a mood that is not at home in it."""

    pull: Share
    sky: Stops
    tint: Hex
    lean: Share
    lum: float
    key: Hex
    shade: Hex
    sun: Sun
    stars: Share
    lamps: bool


class WeatherRow(Noun):
    """What the weather does to the sky and the light."""

    colour: Hex
    grey: Share
    haze: Share
    sun: Share
    clouds: float


class MoodBook(Noun):
    """data/paper/moods.toml, validated: every mood, time and weather has a row."""

    moods: dict[Mood, MoodRow]
    times: dict[Time, TimeRow]
    weathers: dict[Weather, WeatherRow]


@dataclass(frozen=True)
class Palette:
    """All colours of one set."""

    sky: tuple[str, ...]
    ground: tuple[str, str]
    wall: tuple[str, str]
    accent: str
    key: str
    shade: str
    rim: float
    ambient: float
    sun: Sun
    sunshine: float  # 0..1 how much of the sun is seen
    stars: float
    lamps: bool
    clouds: float
    haze: str
    thickness: float  # 0..1 how thick the air is
    lum: float
    materials: dict[str, str]
    snow: float = 0.0  # 0..1 how white the ground is
    tint: str = "#ffffff"  # what every material leans to, and how far
    lean: float = 0.0

    def dyed(self, colour: str) -> str:
        """A colour somebody gave a thing, as the materials look here."""
        return _tinted(colour, self.tint, self.lean, self.lum)

    def light(self, side: int) -> Light:
        """The light as it falls on people, from this side."""
        return Light(side=side, key=self.key, shade=self.shade, rim=self.rim, ambient=self.ambient)


@cache
def materials() -> dict[str, str]:
    """Read data/paper/tokens.toml: the colour of each material in plain daylight."""
    return _MATERIALS.validate_python(tomllib.loads((PAPER / "tokens.toml").read_text("utf-8")))


@cache
def book() -> MoodBook:
    """Read and validate data/paper/moods.toml, once."""
    return MoodBook.model_validate(tomllib.loads((PAPER / "moods.toml").read_text("utf-8")))


def rgb(colour: str) -> tuple[float, float, float]:
    """#rrggbb -> 0..1 red, green, blue."""
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def hexa(red: float, green: float, blue: float) -> str:
    """0..1 red, green, blue (clipped) -> #rrggbb."""
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, part))):02x}" for part in (red, green, blue))


def mix(one: str, other: str, share: float) -> str:
    """The colour `share` of the way from one to the other."""
    return hexa(*(a + (b - a) * share for a, b in zip(rgb(one), rgb(other), strict=True)))


def scale(colour: str, factor: float) -> str:
    """A colour brighter or darker by a factor, its hue kept."""
    return hexa(*(part * factor for part in rgb(colour)))


def luminance(colour: str) -> float:
    """Perceived lightness of a colour, 0..1 (BT.709 weights on the coded values)."""
    red, green, blue = rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def bright(colour: str) -> bool:
    """Whether a colour belongs to the upper half of the scale."""
    return luminance(colour) > 0.5


def turn(colour: str, degrees: float) -> str:
    """A colour with its hue turned, for two things of one kind that differ."""
    hue, light, strength = colorsys.rgb_to_hls(*rgb(colour))
    return hexa(*colorsys.hls_to_rgb((hue + degrees / 360) % 1.0, light, strength))


def palette(mood: Mood, time: Time, weather: Weather, *, indoors: bool = False) -> Palette:
    """Mix the palette of a mood at a time of day in a weather; indoors the weather stays outside."""
    row, hour, air = book().moods[mood], book().times[time], book().weathers[weather]
    pull = 0.0 if time in row.times else hour.pull * (1 - row.holds)
    grey = air.grey * (0.25 if indoors else 1.0)
    lum = row.lum + (hour.lum - row.lum) * pull * (0.55 if indoors else 1.0)
    open_sky = tuple(mix(a, b, pull) for a, b in zip(row.sky, hour.sky, strict=True))
    veil = _veil(air, open_sky)
    sky = tuple(mix(stop, veil, air.grey) for stop in open_sky)
    tint = mix(mix(row.tint, hour.tint, pull * 0.7), veil, grey * 0.5)
    lean = max(row.lean, hour.lean * pull)
    night = min(1.0, lum / row.lum)

    def lit(colour: str) -> str:
        return mix(scale(mix(colour, tint, 0.25 * pull), night), veil, grey * 0.3)

    return Palette(
        sky=sky,
        ground=(lit(row.ground[0]), lit(row.ground[1])),
        wall=(lit(row.wall[0]), lit(row.wall[1])),
        accent=scale(row.accent, 0.75 + 0.25 * night),
        key=mix(mix(row.key, hour.key, pull), veil, grey * 0.5),
        shade=mix(row.shade, hour.shade, pull * 0.7),
        rim=row.rim * (1 - 0.6 * grey),
        ambient=min(0.5, row.ambient + 0.35 * (1 - night)),
        sun=hour.sun if pull else row.sun,
        sunshine=air.sun,
        stars=(row.stars + (hour.stars - row.stars) * pull) * (1.0 if air.grey < 0.2 else 0.0),
        lamps=hour.lamps if pull and not row.holds else row.lamps,
        clouds=(row.clouds if row.clouds else 0.0) * air.clouds,
        haze=mix(sky[3], sky[2], 0.5),
        thickness=air.haze,
        lum=lum,
        tint=tint,
        lean=lean,
        snow=1.0 if weather is Weather.SNOW else 0.75 if mood is Mood.WINTER else 0.0,
        materials={name: _tinted(colour, tint, lean, lum) for name, colour in materials().items()},
    )


def _veil(air: WeatherRow, sky: tuple[str, ...]) -> str:
    """The weather's grey, little brighter than the sky it hides: rain at night is no day, but fog holds light."""
    above = luminance(mix(sky[1], sky[2], 0.6)) + 0.04 + 0.3 * air.haze
    return scale(air.colour, min(1.0, above / luminance(air.colour)))


def under_water(dry: Palette) -> Palette:
    """The same palette at the bottom of the sea: light from above, blue-green air, neither sun nor stars."""
    water = ("#8fe0de", "#3fa7b8", "#1f6f92", "#17527d")
    sky = tuple(scale(mix(a, b, 0.72), 0.35 + 0.62 * dry.lum) for a, b in zip(dry.sky[::-1], water, strict=True))
    hazy = {name: mix(colour, sky[2], 0.22) for name, colour in dry.materials.items()}
    sun = dry.sun.model_copy(update={"height": 1.0, "size": 0.0, "glow": 0.8, "colour": sky[0]})
    return replace(
        dry,
        sky=sky,
        ground=(mix(mix(dry.ground[0], "#c9b98a", 0.5), sky[2], 0.5), mix(dry.ground[1], sky[3], 0.5)),
        sun=sun,
        sunshine=0.0,
        stars=0.0,
        clouds=0.0,
        snow=0.0,
        haze=mix(sky[2], sky[1], 0.4),
        key=mix(dry.key, sky[0], 0.6),
        materials=hazy,
    )


def _tinted(colour: str, tint: str, lean: float, lum: float) -> str:
    weight = luminance(colour) / max(0.08, luminance(tint))  # a tint changes the hue, not the value
    return scale(mix(colour, scale(tint, weight**0.7), lean), lum)
