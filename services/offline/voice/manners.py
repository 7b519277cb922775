"""Parentheticals as an actor takes them: words in any of several languages turned into pace, pitch and weight."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from studio.story.lexicon import tables
from studio.story.noun import Noun

_TABLE = Path(__file__).parents[3] / "data" / "voices" / "manners.toml"
_SHORT = 3  # up to this length a word must match whole: "no", "зл" or "low" begin too many others


class Delivery(Noun):
    """Factors on pace, pitch and melody, dB on loudness, seconds of silence first, and whether it is breathed."""

    rate: float = 1.0
    pitch: float = 1.0
    span: float = 1.0
    gain: float = 0.0
    pause: float = 0.0
    whispered: bool = False


class _Manner(Delivery):
    name: str
    words: tuple[str, ...]


@cache
def _table() -> tuple[tuple[_Manner, ...], frozenset[str]]:
    data = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return tuple(_Manner(**row) for row in data["manner"]), frozenset(data["negations"])


def delivery(manner: str) -> Delivery:
    """Read a line's parentheticals; what is not known changes nothing."""
    heard = Delivery()
    for row in _found(manner):
        heard = Delivery(
            rate=heard.rate * row.rate,
            pitch=heard.pitch * row.pitch,
            span=heard.span * row.span,
            gain=heard.gain + row.gain,
            pause=max(heard.pause, row.pause),
            whispered=heard.whispered or row.whispered,
        )
    return heard


def named(manner: str) -> tuple[str, ...]:
    """The names of the manners a line's parentheticals ask for, in the table's order."""
    return tuple(row.name for row in _found(manner))


def manners() -> tuple[str, ...]:
    """The manners a line can be spoken in, each read as itself."""
    return tuple(row.name for row in _table()[0])


def unread(note: str) -> tuple[str, ...]:
    """The words of a note that tell no manner, once each; what only joins others is none of them."""
    words = _words(note)
    known = {at for row in _table()[0] for wanted in row.words for at in _where(wanted, words)}
    small = _table()[1] | _fillers()
    return tuple(dict.fromkeys(one for at, one in enumerate(words) if at not in known and one not in small))


@cache
def _fillers() -> frozenset[str]:
    listed = (*tables("remarks")["filler"].values(), *tables("stopwords")["stopwords"].values())
    return frozenset(word for one in listed for word in _words(one))


def _found(manner: str) -> list[_Manner]:
    words = _words(manner)
    return [row for row in _table()[0] if any(_said(wanted, words) for wanted in row.words)]


def _words(manner: str) -> list[str]:
    text = unicodedata.normalize("NFC", manner).casefold()
    # Devanagari vowel signs are marks, not letters, so only punctuation parts words.
    parted = "".join(" " if unicodedata.category(letter)[0] in "PZSC" else letter for letter in text)
    return parted.split()


def _said(wanted: str, words: list[str]) -> bool:
    length, negations = len(wanted.split()), _table()[1]
    return any(not (at and words[at - 1] in negations) for at in _where(wanted, words)[::length])


def _where(wanted: str, words: list[str]) -> list[int]:
    """Where the words of every mention of a phrase stand, one mention after the other."""
    phrase = wanted.split()
    found: list[int] = []
    for at in range(len(words) - len(phrase) + 1):
        heard = words[at : at + len(phrase)]
        whole = heard[:-1] == phrase[:-1] and heard[-1].startswith(phrase[-1])
        if len(wanted) <= _SHORT:
            whole = heard == phrase
        if whole:
            found += range(at, at + len(phrase))
    return found
