"""Guessed: about how many tries somebody needs who knows what passwords are usually made of, as a power of two.

It knows words, runs of keys, repetition, figures and letters written as figures, from data/guessed.toml. What it does
not know counts letter by letter. It asks nobody and keeps nothing.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

# Tenths of a bit: a word is one of a thousand, a run one of some hundred with its length, direction and end.
_WORD, _RUN, _YEAR, _AGAIN, _FIGURE, _LETTER, _OTHER, _SWAPPED = 100, 80, 70, 20, 33, 47, 50, 10
_SHORTEST_RUN = 3  # letters
_A_YEAR = re.compile(r"(19|20)[0-9]{2}")
_LOOKS = str.maketrans("013457@$!", "oieastasi")  # a figure that stands for a letter
_FILE = Path(__file__).parents[2] / "data" / "guessed.toml"


class _Parts(NamedTuple):
    words: frozenset[str]
    runs: frozenset[str]
    longest: int


def bits(plain: str) -> int:
    """Tenths of bits of a password, in small letters; repeating and doubling it adds next to nothing."""
    unit = _unit(plain)
    again = _AGAIN if len(unit) < len(plain) else 0
    swapped = unit.translate(_LOOKS)
    known = _least(unit)
    return again + (min(known, _least(unit, swapped) + _SWAPPED) if swapped != unit else known)


def _unit(plain: str) -> str:
    """The shortest text of whose repetition it is; itself for most."""
    at = (plain + plain).find(plain, 1)
    return plain[:at]


def _least(plain: str, read: str = "") -> int:
    """The cheapest way to put it together; words may also be found in how it is read."""
    parts, best = _parts(), [0] * (len(plain) + 1)
    for end in range(1, len(plain) + 1):
        best[end] = best[end - 1] + _one(plain[end - 1])
        for start in range(max(0, end - parts.longest), end - 1):
            piece = plain[start:end]
            if piece in parts.words or (read and read[start:end] in parts.words):
                best[end] = min(best[end], best[start] + _WORD)
            elif piece in parts.runs or len(set(piece)) == 1:
                best[end] = min(best[end], best[start] + _RUN)
            elif _A_YEAR.fullmatch(piece):
                best[end] = min(best[end], best[start] + _YEAR)
    return best[-1]


def _one(letter: str) -> int:
    if letter.isdigit():
        return _FIGURE
    return _LETTER if letter.isalpha() else _OTHER


@cache
def _parts() -> _Parts:
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    lines = {way for line in table["runs"].split() for way in (line, line[::-1])}
    runs = {
        line[start:end]
        for line in lines
        for start in range(len(line))
        for end in range(start + _SHORTEST_RUN, len(line) + 1)
    }
    words = frozenset(table["words"].split())
    return _Parts(words, frozenset(runs), max(map(len, words | runs)))
