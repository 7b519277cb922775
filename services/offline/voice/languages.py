"""Which voice can read a text, judged by its script before a sound is made."""

from __future__ import annotations

import tomllib
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import Field

from studio.story.noun import Noun

_TABLE = Path(__file__).parents[3] / "data" / "voices" / "languages.toml"
_MOSTLY = 0.85  # a foreign name in a line is read letter by letter; a foreign line is not


@dataclass(frozen=True)
class Reader:
    """A language that reads a text, or why none does."""

    language: str
    why: str = ""


class Spoken(Noun):
    """A language: its voices, accents for a crowded cast, and the scripts it is written in."""

    voices: tuple[str, ...] = Field(min_length=1)
    accents: tuple[str, ...] = ()
    scripts: frozenset[str]


class _Table(Noun):
    version: int
    language: dict[str, Spoken]
    reader: dict[str, str]
    reader_words: dict[str, str]
    accent: dict[str, str]


@cache
def _table() -> _Table:
    return _Table.model_validate(tomllib.loads(_TABLE.read_text(encoding="utf-8")))


def _language(tag: str) -> str:
    return tag.replace("_", "-").split("-")[0].casefold()


def known(tag: str) -> bool:
    """Say whether a BCP 47 tag names a language that has a voice."""
    return _language(tag) in _table().language


def voices(tag: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """List a language's voices and its further accents; only the region's where the tag names one with a voice."""
    spoken = _table().language[_language(tag) if known(tag) else "en"]
    region = tag.replace("_", "-").casefold()
    both = (*spoken.voices, *spoken.accents)
    local = tuple(voice for voice in both if "-" in region and voice.casefold().partition("/")[2].startswith(region))
    return (local, ()) if local else (spoken.voices, spoken.accents)


def language_of(voice: str) -> str:
    """Name the language a voice speaks: "gmw/en-US+f3" is "en"; empty for a voice nobody knows."""
    file = voice.split("+")[0]
    rows = _table().language.items()
    return next((language for language, row in rows if file in row.voices + row.accents), "")


def accent_of(voice: str) -> str:
    """What a person reads of a voice's accent; empty where its language has only one."""
    return _table().accent.get(voice.split("+")[0], "")


def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split()[0]


def scripts(text: str) -> Counter[str]:
    """Count a text's letters by script."""
    return Counter(_script(letter) for letter in unicodedata.normalize("NFKC", text) if letter.isalpha())


def reader(text: str, tag: str) -> Reader:
    """Find the language that reads the text: the brief's own, or the one its script belongs to."""
    found = scripts(text)
    if not found and not any(letter.isdigit() for letter in text):
        return Reader("", "There is nothing in the line that can be said aloud.")
    own = _language(tag)
    candidates = [own] if known(tag) else []
    candidates += [_table().reader[script] for script, _ in found.most_common() if script in _table().reader]
    candidates += [] if known(tag) else ["en"]
    for language in candidates:
        if _reads(language, found):
            return Reader(language)
    script = next((script for script, _ in found.most_common() if script != "LATIN"), "LATIN")
    spoken = _table().reader_words.get(script, script.capitalize())
    return Reader("", f"The offline voice cannot read {spoken}, so the line is captioned and left silent.")


def _reads(language: str, found: Counter[str]) -> bool:
    row = _table().language.get(language)
    if row is None:
        return False
    readable = {*row.scripts, "LATIN"}
    # Ideographs are spelled out as "Chinese letter", so one is too many for any voice but a Chinese one.
    if found["CJK"] and "CJK" not in readable:
        return False
    latin_only = "LATIN" not in row.scripts and not any(found[script] for script in row.scripts)
    if latin_only and set(found) - {"LATIN"}:
        return False
    return sum(found[script] for script in readable) >= _MOSTLY * sum(found.values())
