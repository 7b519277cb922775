"""The shipped fonts: which family draws a text. Knows the table in data/fonts, draws nothing."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path

from studio.story.noun import Noun

FOLDER = Path(__file__).parents[2] / "data" / "fonts"
_UNSEEN = "ZCM"  # separators, controls and marks on a letter, by the first of Unicode's category
_ISOLATE, _END = "\u2067", "\u2069"  # what lies between them reads from the right


class Font(Noun):
    """A font file of data/fonts with the family and weight it is known by."""

    family: str
    file: str
    licence: str
    weight: int = 700

    @property
    def path(self) -> Path:
        """Where the file is."""
        return FOLDER / self.file


class Script(Font):
    """A script and the font that draws it; `shaped` scripts need a shaper.

    `wide` ones have large letters and, unless `spaced`, no spaces.

    `line` is from the top to the foot of its lines, in ems, as its file says: libass's sizes are of lines, not of ems.
    """

    name: str
    line: float
    ranges: tuple[tuple[int, int], ...]
    rtl: bool = False
    shaped: bool = False
    wide: bool = False
    spaced: bool = False


class Table(Noun):
    """The whole of fonts.toml."""

    version: int
    display: Font
    regular: Font
    script: tuple[Script, ...]


@dataclass(frozen=True)
class Piece:
    """A part of a line that one font draws, with the spaces that are seen at its left and right."""

    script: Script
    text: str
    before: int
    after: int


@cache
def table() -> Table:
    """Read data/fonts/fonts.toml once."""
    return Table.model_validate(tomllib.loads((FOLDER / "fonts.toml").read_text("utf-8")))


@cache
def _of(char: str) -> Script:
    point = ord(char)
    return next(s for s in table().script if any(low <= point <= high for low, high in s.ranges))


def script_of(text: str) -> Script:
    """Name the script most letters of a text belong to; Latin (with Greek and Cyrillic) when there are none."""
    counts: dict[str, int] = {}
    for char in text:
        if char.isalpha():
            counts[_of(char).name] = counts.get(_of(char).name, 0) + 1
    best = max(counts, key=lambda name: counts[name]) if counts else "latin"
    return next(script for script in table().script if script.name == best)


def runs(text: str) -> list[tuple[Script, str]]:
    """Split a text where its font changes; spaces and invisible marks stay with what is before them.

    Digits and signs that all scripts share are Latin's: most of the other fonts lack them.
    """
    if text.isascii():
        return [(_of("a"), text)] if text else []
    parts: list[tuple[Script, str]] = []
    for char in text:
        found = _of(char)
        stays = found.name == "latin" and unicodedata.category(char)[0] in _UNSEEN
        if parts and (stays or parts[-1][0].name == found.name):
            parts[-1] = (parts[-1][0], parts[-1][1] + char)
        else:
            parts.append((found, char))
    return parts


def pieces(text: str) -> list[Piece]:
    """Cut a line into what one font draws, in the order it is seen from the left.

    Drawers are given one piece at a time: resvg begins every line at the left, and it stops where one font joins
    letters that another of the same line keeps apart.
    """
    parts, base = runs(text), script_of(text).rtl
    ways = [script.rtl for script, _ in parts]
    for at, (_, part) in enumerate(parts[1:-1], start=1):
        if ways[at - 1] and ways[at + 1] and not any(map(str.isalpha, part)):
            ways[at] = True
    groups = [(way, [parts[at] for at in some]) for way, some in groupby(range(len(parts)), key=ways.__getitem__)]
    return [piece for way, group in (groups[::-1] if base else groups) for piece in _seen(group, way=way, base=base)]


def _seen(group: list[tuple[Script, str]], *, way: bool, base: bool) -> list[Piece]:
    """Parts that all read one way, the leftmost first; the spaces after them lie where the line goes on."""
    turned = way or (base and len(group) == 1)
    made = []
    for script, part in group:
        text, gap = part.strip(), len(part) - len(part.rstrip())
        text = f"{_ISOLATE}{text}{_END}" if turned else text
        made.append(Piece(script, text, before=gap * way, after=gap * (not way)))
    gap = made[-1].before + made[-1].after
    made[-1] = replace(made[-1], before=0, after=0)
    made = made[::-1] if way else made
    if base:
        return [replace(made[0], before=made[0].before + gap), *made[1:]]
    return [*made[:-1], replace(made[-1], after=made[-1].after + gap)]
