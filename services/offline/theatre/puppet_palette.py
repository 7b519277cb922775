"""The colours of one puppet: its DNA's own, the materials, and what the light of a place makes of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache

from services.offline.theatre.parts import PAPER
from services.offline.theatre.pose import Light
from studio.story.cast import DNA, Age

Colour = tuple[float, float, float]

_DARKEST, _LIFT, _FACE = 0.34, "#e0915c", ("skin", "lip", "blush")
TONES = {"shade": ("#2b1d3a", 0.24), "deep": ("#1a1226", 0.5), "light": ("#fff6e4", 0.24)}


def read(colour: str) -> Colour:
    """#rrggbb -> red, green, blue from 0 to 255."""
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


def write(colour: Colour) -> str:
    """Red, green, blue -> #rrggbb."""
    return "#" + "".join(f"{max(0, min(255, round(part))):02x}" for part in colour)


def blend(one: str, other: str, share: float) -> str:
    """`one` with `share` (0..1) of `other` in it."""
    return write(tuple(a + (b - a) * share for a, b in zip(read(one), read(other), strict=True)))  # type: ignore[arg-type]


def brightness(colour: str) -> float:
    """How light a colour looks, 0 to 1."""
    red, green, blue = read(colour)
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


@cache
def materials() -> dict[str, str]:
    """The colours of things, from tokens.toml."""
    return dict(tomllib.loads((PAPER / "tokens.toml").read_text()))


def palette(dna: DNA, light: Light) -> dict[str, str]:
    """Every token of a person's parts under a light, with its shade, deep and light tones."""
    dark = brightness(dna.skin) < 0.45
    own = materials() | {
        "skin": dna.skin,
        "blush": blend(dna.skin, "#e2533f" if not dark else "#b5402f", 0.5),
        "lip": blend(dna.skin, "#a3263a", 0.5 if dark else 0.42),
        "mouth": "#5e1a28",
        "tongue": "#dd6f70",
        "hair": dna.hair_colour,
        "iris": dna.eyes,
        "line": blend("#1d1420", dna.hair_colour, 0.12),
        "cloth": dna.cloth,
        "trim": dna.trim,
        "inner": blend("#f4ead8", dna.trim, 0.1),
        "pants": blend(dna.trim, "#55586b", 0.3),
        "shoe": blend(dna.trim, "#1d1620", 0.55),
        "brow": blend(dna.hair_colour, "#1d1420", 0.35 if dna.age is not Age.OLD else 0.1),
    }
    worn = _lit(own, light)
    # A face has to read in any light: a dark one is lifted by what it lacks, with its shade and its lips.
    lack = max(0.0, _DARKEST - brightness(worn["skin"]))
    return worn | {token: blend(worn[token], _LIFT, 1.5 * lack) for token in worn if token.split("-")[0] in _FACE}


@lru_cache(maxsize=16)
def things(light: Light, own: str) -> dict[str, str]:
    """Every token of a thing in somebody's hand: nothing of it is the colour of who holds it."""
    return _lit(materials() | {"own": own or materials()["cloth"], "lamp": materials()["light"]}, light)


def _lit(plain: Mapping[str, str], light: Light) -> dict[str, str]:
    """Tokens in a light, with their shade, deep and light tones."""
    toned = dict(plain)
    for token, colour in plain.items():
        for tone, (towards, share) in TONES.items():
            toned[f"{token}-{tone}"] = blend(colour, towards, share)
    return {token: lit(colour, light) for token, colour in toned.items()}


def lit(colour: str, light: Light) -> str:
    """A colour as it looks in the light of a place."""
    key = read(light.key)
    bright = max(key) or 1
    tinted = write(tuple(part * (0.82 + 0.18 * tint / bright) for part, tint in zip(read(colour), key, strict=True)))  # type: ignore[arg-type]
    return blend(tinted, light.shade, 0.55 * light.ambient)
