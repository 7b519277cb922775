"""From letters to sounds, roughly: for scripts whose phonemes nobody in the house can tell, and mouths still move."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from studio.story.noun import Noun

_FILE = Path(__file__).parents[2] / "data" / "voices" / "letters.toml"
_LONGEST = 2  # letters of a spelling


class _Table(Noun):
    version: int
    other: str
    script: dict[str, dict[str, str]]


@cache
def _table() -> tuple[dict[str, str], str]:
    read = _Table.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8")))
    return {spelling: sound for script in read.script.values() for spelling, sound in script.items()}, read.other


def sounds(text: str) -> list[str]:
    """A sound of the phonetic alphabet for each character; empty where there is none of its own."""
    known, other = _table()
    bare = "".join((unicodedata.normalize("NFD", letter) or letter)[0] for letter in text).casefold()
    bare = bare if len(bare) == len(text) else text
    heard = [""] * len(text)
    at = 0
    while at < len(text):
        size = next((size for size in range(_LONGEST, 0, -1) if bare[at : at + size] in known), 1)
        if size == 1 and not text[at].isalnum():
            at += 1
            continue
        heard[at] = known.get(bare[at : at + size], other)
        at += size
    return heard
