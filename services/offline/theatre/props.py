"""Paper parts of a set: found by name, coloured for a palette, rasterised once per size, cached."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import cv2

from services.offline.theatre.moods import PAPER, Palette, mix, scale, turn
from services.offline.theatre.sprite import Pixels, rasterise

FOLDERS = ("props", "furniture", "windows", "houses", "trees", "vehicles", "clouds", "nature")
Spare = tuple[float, float, float]
_TOKEN = re.compile(r"\{([a-z0-9_]+)(?:-(shade|deep|light))?\}")
_ROOT = re.compile(r"<svg\b[^>]*>")


@dataclass(frozen=True)
class Part:
    """One SVG: its body, its box in units, where it stands, and the lamps in it (x, y, reach)."""

    name: str
    body: str
    box: tuple[float, float, float, float]
    stand: str
    lamps: tuple[tuple[float, float, float], ...]
    own: str = ""  # the material of `{own}`, where nobody gives the thing a colour
    hole: str = ""  # the shape of the opening a window leaves in its wall
    cone: tuple[float, float, float] | None = (
        None  # a lamp that throws a cone on the ground: x, y, half its width there
    )


@dataclass(frozen=True)
class Hues:
    """The colours of one part: token -> #rrggbb, and what its planes lean towards."""

    tokens: tuple[tuple[str, str], ...]
    key: str
    shade: str


@cache
def part(name: str) -> Part | None:
    """Find the part of this name, or None: what is unknown is left out rather than faked."""
    for folder in FOLDERS:
        path = PAPER / folder / f"{name}.svg"
        if re.fullmatch(r"[a-z0-9_-]+", name) and path.is_file():
            return _read(name, path.read_text("utf-8"))
    return None


def hues(palette: Palette, *, haze: float = 0.0, degrees: float = 0.0, tone: float = 1.0, own: str = "") -> Hues:
    """Colour the tokens for a palette, leaning by `haze` towards the air; `own` is #rrggbb if a thing was given one."""
    named = dict(palette.materials)
    named["accent"] = palette.accent
    named |= {"wall": palette.wall[0], "trim": palette.wall[1], "ground": palette.ground[0], "earth": palette.ground[1]}
    named |= {"own": palette.dyed(own)} if own else {}
    named |= {f"sky{index}": colour for index, colour in enumerate(palette.sky)}
    coloured = {}
    for name, colour in named.items():
        turned = turn(colour, degrees) if degrees and name in _PAINTED else colour
        coloured[name] = mix(scale(turned, tone), palette.haze, haze)
    panes = mix(mix(coloured["glass"], palette.shade, 0.42), palette.sky[1], 0.2)
    coloured["light"] = mix(palette.key, "#fff3c8", 0.5) if palette.lamps else panes
    coloured["lamp"] = mix(palette.key, "#fff3c8", 0.6) if palette.lamps else coloured["linen"]
    shade = mix(palette.shade, palette.haze, haze * 0.8)
    return Hues(tokens=tuple(sorted(coloured.items())), key=scale(palette.key, tone), shade=shade)


_PAINTED = frozenset({"cloth", "red", "blue", "green", "yellow", "pink", "wall", "plaster", "brick", "leaf"})


@lru_cache(maxsize=96)
def drawn(name: str, ratio: float, colours: Hues, flip: bool, spare: Spare = (0.0, 0.0, 0.0)) -> Pixels:
    """Rasterise a part at `ratio` pixels a unit, without the units to `spare` above, left and right; it must exist."""
    found = part(name)
    if found is None:
        raise KeyError(name)
    x, y, width, height = found.box
    above, left, right = spare
    x, y, width, height = x + left, y + above, width - left - right, height - above
    table = dict(colours.tokens)
    table.setdefault("own", table.get(found.own, ""))

    def colour(match: re.Match[str]) -> str:
        plain = table[match[1]]
        match match[2]:
            case "shade":
                return mix(scale(plain, 0.78), colours.shade, 0.16)
            case "deep":
                return mix(scale(plain, 0.58), colours.shade, 0.24)
            case "light":
                return mix(plain, colours.key, 0.3)
            case _:
                return plain

    body = _TOKEN.sub(colour, found.body)
    size = f'width="{max(1, round(width * ratio))}" height="{max(1, round(height * ratio))}"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="{x} {y} {width} {height}" preserveAspectRatio="none">'
    )
    pixels = rasterise(head + body)
    return cv2.flip(pixels, 1) if flip else pixels


def _read(name: str, text: str) -> Part:
    root = _ROOT.search(text)
    if root is None:
        raise ValueError(f"paper part {name} has no svg root")
    attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', root[0]))
    x, y, width, height = (float(value) for value in attributes["viewBox"].split())
    lamps = tuple(_triple(lamp) for lamp in attributes.get("data-lamps", "").split(";") if lamp.strip())
    cone = _triple(attributes["data-cone"]) if "data-cone" in attributes else None
    return Part(
        name,
        text[root.end() :],
        (x, y, width, height),
        attributes.get("data-stand", "floor"),
        lamps,
        attributes.get("data-own", ""),
        attributes.get("data-hole", ""),
        cone,
    )


def _triple(text: str) -> tuple[float, float, float]:
    x, y, reach = (float(value) for value in text.split())
    return x, y, reach
