"""How a film says that it is over, in its own language."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).parents[2] / "data" / "words" / "ending.toml"


def the_end(language: str) -> str:
    """What an end card reads in a BCP 47 language; English where its word is not known."""
    known = _words()
    return known.get(language.split("-")[0].casefold(), known["en"])


@cache
def _words() -> dict[str, str]:
    told: dict[str, str] = tomllib.loads(_WORDS.read_text("utf-8"))["ending"]
    return told
