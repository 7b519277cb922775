"""Paper parts: SVG files of data/paper read once, bent, mixed and coloured into the SVG of one sprite."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

from defusedxml.ElementTree import parse

from studio.errors import AssetMissing

PAPER = Path(__file__).parents[3] / "data" / "paper"
SVG = "{http://www.w3.org/2000/svg}"
TOKEN = re.compile(r"\{([a-z]+(?:-[a-z]+)?)\}")
STEP = re.compile(r"[MLCQZ]|-?\d*\.?\d+(?:e-?\d+)?")

Point = tuple[float, float]
Bend = Callable[[float, float], Point]
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Part:
    """One file of data/paper; `root` is never changed."""

    kind: str
    name: str
    root: Element

    def point(self, name: str, default: Point = (0.0, 0.0)) -> Point:
        """Where the file says `data-NAME="x y"`, in units."""
        words = self.root.get(f"data-{name}", "").split()
        return (float(words[0]), float(words[1])) if len(words) == 2 else default

    def word(self, name: str, default: str = "") -> str:
        """What the file says as `data-NAME="word"`."""
        return self.root.get(f"data-{name}", default)

    def layer(self, name: str) -> Element | None:
        """The top-level group with this id, or the whole file for an empty name."""
        if not name:
            return self.root
        return next((child for child in self.root if child.get("id") == name), None)

    @property
    def box(self) -> Box:
        """The view box as left, top, right, bottom."""
        x, y, width, height = (float(word) for word in self.root.get("viewBox", "0 0 1 1").split())
        return (x, y, x + width, y + height)

    @property
    def tokens(self) -> frozenset[str]:
        """Every colour token the file uses."""
        return frozenset(TOKEN.findall(tostring(self.root, encoding="unicode")))


def names(kind: str) -> tuple[str, ...]:
    """The parts of a kind, sorted."""
    return tuple(sorted(path.stem for path in (PAPER / kind).glob("*.svg")))


@cache
def load(kind: str, name: str) -> Part:
    """Read a part; AssetMissing names the file that is not there."""
    path = PAPER / kind / f"{name}.svg"
    if not path.is_file():
        raise AssetMissing(f"there is no paper part {kind}/{name}.svg")
    root = parse(path).getroot()
    assert root is not None  # what parses has a root
    return Part(kind, name, root)


def find(kind: str, name: str) -> Part | None:
    """Read a part, None if nobody has drawn it."""
    return load(kind, name) if name and (PAPER / kind / f"{name}.svg").is_file() else None


@cache
def steps(path: str) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """A path as commands with their numbers; only absolute M L C Q Z."""
    out: list[tuple[str, list[float]]] = []
    for word in STEP.findall(path):
        if word.isalpha():
            out.append((word, []))
        else:
            out[-1][1].append(float(word))
    return tuple((command, tuple(numbers)) for command, numbers in out)


def mixed(element: Element, mix: Mapping[str, float]) -> list[tuple[str, list[float]]]:
    """The element's path with its shapes added in by weight."""
    plain = steps(element.get("d", ""))
    out = [(command, list(numbers)) for command, numbers in plain]
    for name, weight in mix.items():
        shape = element.get(f"data-{name}")
        if shape is None or weight == 0:
            continue
        for (_, target), (_, source), (_, numbers) in zip(steps(shape), plain, out, strict=True):
            for index, (there, here) in enumerate(zip(target, source, strict=True)):
                numbers[index] += weight * (there - here)
    return out


class Cutter:
    """Writes layers of parts as SVG, remembering the box of everything written."""

    def __init__(self, palette: Mapping[str, str], mix: Mapping[str, float] | None = None) -> None:
        self.palette = palette
        self.mix = mix or {}
        self.moves: Mapping[str, Point] = {}  # how far groups with `data-move` are moved, before bending
        self.mirrored = 1.0  # -1 where `upright` looks the other way than `bend`
        self.written: list[str] = []
        self.xs: list[float] = []
        self.ys: list[float] = []

    def add(self, element: Element | None, bend: Bend | None = None, upright: Bend | None = None) -> None:
        """Write an element and what is in it, its points moved by `bend`, or `upright` inside `data-upright`."""
        if element is not None:
            self.written.append(self._cut(element, bend, upright))

    def add_plain(self, part: Part) -> None:
        """Write a whole part as it is, coloured but not bent: a prop; its view box is its box."""
        self.written.append(self._coloured("".join(tostring(child, encoding="unicode") for child in part.root)))
        left, top, right, bottom = part.box
        self.xs += (left, right)
        self.ys += (top, bottom)

    def _cut(self, element: Element, bend: Bend | None, upright: Bend | None) -> str:
        tag = element.tag.removeprefix(SVG)
        move = self.moves.get(element.get("data-move", ""))
        if move and bend:
            bend = _offset(bend, *move)
            upright = _offset(upright, move[0] * self.mirrored, move[1]) if upright else None
        bend = upright if element.get("data-upright") and upright else bend
        keys = {key: value for key, value in element.attrib.items() if not key.startswith("data-")}
        show = element.get("data-show")
        if show is not None:
            if self.mix.get(show, 0.0) <= 0:
                return ""
            keys["opacity"] = f"{min(1.0, self.mix[show]) * float(keys.get('opacity', '1')):.3f}"
        if tag in ("path", "circle", "ellipse"):
            _thin(keys)
        pad = float(keys.get("stroke-width", "0")) / 2
        if tag == "path":
            keys["d"] = self._path(element, bend, pad)
        elif tag in ("circle", "ellipse"):
            tag = "ellipse"
            self._ellipse(keys, bend, pad)
        elif tag == "svg":
            tag, keys = "g", {}
        inside = "".join(self._cut(child, bend, upright) for child in element)
        written = "".join(f' {key}="{self._coloured(value)}"' for key, value in keys.items())
        return f"<{tag}{written}>{inside}</{tag}>"

    def _coloured(self, value: str) -> str:
        return TOKEN.sub(lambda match: self.palette.get(match[1], "#ff00ff"), value)

    def _path(self, element: Element, bend: Bend | None, pad: float) -> str:
        words = []
        for command, numbers in mixed(element, self.mix):
            words.append(command)
            for x, y in zip(numbers[::2], numbers[1::2], strict=True):
                x, y = bend(x, y) if bend else (x, y)
                self._seen(x, y, pad, pad)
                words.append(f"{x:.2f},{y:.2f}")
        return " ".join(words)

    def _ellipse(self, keys: dict[str, str], bend: Bend | None, pad: float) -> None:
        x, y = float(keys.pop("cx", "0")), float(keys.pop("cy", "0"))
        radius = keys.pop("r", "0")
        wide, high = float(keys.pop("rx", radius)), float(keys.pop("ry", radius))
        if bend:
            left, right = bend(x - wide, y), bend(x + wide, y)
            wide = abs(right[0] - left[0]) / 2
            x, y = bend(x, y)
        self._seen(x, y, wide + pad, high + pad)
        keys.update(cx=f"{x:.2f}", cy=f"{y:.2f}", rx=f"{wide:.2f}", ry=f"{high:.2f}")

    def _seen(self, x: float, y: float, wide: float, high: float) -> None:
        self.xs += (x - wide, x + wide)
        self.ys += (y - high, y + high)

    @property
    def box(self) -> Box:
        """Everything written so far, left, top, right, bottom; a point at 0 when nothing was."""
        if not self.xs:
            return (0.0, 0.0, 0.0, 0.0)
        return (min(self.xs), min(self.ys), max(self.xs), max(self.ys))

    def document(self, box: Box, scale: float) -> str:
        """The whole as an SVG document showing `box` (units) at `scale` pixels a unit."""
        left, top, right, bottom = box
        wide, high = right - left, bottom - top
        size = f'width="{wide * scale:.3f}" height="{high * scale:.3f}"'
        view = f'viewBox="{left:.3f} {top:.3f} {wide:.3f} {high:.3f}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view}>{"".join(self.written)}</svg>'


def _thin(keys: dict[str, str]) -> None:
    """Say a shape's opacity as its fill's or its stroke's when it has only one: resvg then needs no layer for it."""
    if "opacity" not in keys:
        return
    filled, stroked = keys.get("fill", "#000") != "none", keys.get("stroke", "none") != "none"
    paint = "fill-opacity" if filled else "stroke-opacity"
    if filled != stroked and paint not in keys:
        keys[paint] = keys.pop("opacity")


def _offset(bend: Bend, dx: float, dy: float) -> Bend:
    return lambda x, y: bend(x + dx, y + dy)
