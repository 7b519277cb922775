"""Which language a text is in, told by its script and its small words, and which way it runs; it translates nothing."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Literal
from unicodedata import bidirectional

_WORDS = Path(__file__).parents[2] / "data" / "words" / "stopwords.toml"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# The first and last character of each script's blocks, and the language it is read as.
_SCRIPTS = (
    ("\u0370", "\u03ff", "el"),
    ("\u1f00", "\u1fff", "el"),
    ("\u0400", "\u052f", "ru"),
    ("\u0590", "\u05ff", "he"),
    ("\u0600", "\u06ff", "ar"),
    ("\u0750", "\u077f", "ar"),
    ("\u0900", "\u097f", "hi"),
    ("\u0980", "\u09ff", "bn"),
    ("\u0b80", "\u0bff", "ta"),
    ("\u0c00", "\u0c7f", "te"),
    ("\u0e00", "\u0e7f", "th"),
    ("\u10a0", "\u10ff", "ka"),
    ("\u1100", "\u11ff", "ko"),
    ("\uac00", "\ud7af", "ko"),
    ("\u3040", "\u30ff", "ja"),
    ("\u3400", "\u9fff", "zh"),
    ("\uf900", "\ufaff", "zh"),
    ("\U00020000", "\U0003ffff", "zh"),
)
# Letters that only some languages written in a script use.
_LETTERS = {
    "ru": (("uk", "іїєґ"), ("be", "ў"), ("sr", "ђћџљњј")),
    "ar": (("ur", "ٹڈڑںےھہ"), ("fa", "پچژگک")),
}
_LATIN_LETTERS = {"es": "ñ¿¡", "de": "ß", "pt": "ãõ", "fr": "œ", "pl": "łęąśż", "tr": "ğış"}
_CLEAR = 2  # points by which the default must be beaten: one shared word decides nothing


def language(text: str, default: str = "en") -> str:
    """Name the language as a BCP 47 primary tag; a text too short to tell has the `default`."""
    scripts = Counter(script for script in map(_script, text) if script)
    if not scripts:
        return default
    if scripts["ja"]:  # kana is only Japanese; most of the signs beside it may be Chinese ones
        scripts["ja"] += scripts.pop("zh", 0)
    script = max(scripts, key=lambda name: (scripts[name], name))
    if script == "latin":
        return _by_words(text, default)
    if script == "zh" and default == "ja":
        return default  # a line may well be all kanji
    return _by_letters(text, script, default)


def direction(text: str) -> Literal["ltr", "rtl"]:
    """Say which way a text runs, by its first letter that has a direction."""
    for char in text:
        way = bidirectional(char)
        if way in ("R", "AL"):
            return "rtl"
        if way == "L":
            return "ltr"
    return "ltr"


@cache
def _script(char: str) -> str:
    if not char.isalpha():
        return ""
    return next((tag for first, last, tag in _SCRIPTS if first <= char <= last), "latin")


def _by_letters(text: str, script: str, default: str) -> str:
    """Tell apart the languages of one script by their own letters; a shared line inherits."""
    related = _LETTERS.get(script, ())
    for tag, letters in related:
        if any(letter in text.lower() for letter in letters):
            return tag
    return default if default in {tag for tag, _ in related} else script


def _by_words(text: str, default: str) -> str:
    points: Counter[str] = Counter()
    for word in _WORD.findall(text.casefold().replace("’", "'")):
        points.update(_stopwords().get(word, ()))
    for tag, letters in _LATIN_LETTERS.items():
        points[tag] += 2 * any(letter in text.casefold() for letter in letters)
    best = max(points, key=lambda tag: (points[tag], tag == default, tag))
    return best if points[best] >= points[default] + _CLEAR else default


@cache
def _stopwords() -> dict[str, tuple[str, ...]]:
    """The languages each small word belongs to."""
    tables: dict[str, str] = tomllib.loads(_WORDS.read_text("utf-8"))["stopwords"]
    found: dict[str, set[str]] = {}
    for tag, listed in tables.items():
        for word in listed.split():
            found.setdefault(word, set()).add(tag)
    return {word: tuple(sorted(tags)) for word, tags in found.items()}
