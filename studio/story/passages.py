"""Reads transitions: which of them are seen as more than a cut, by the word table in data/words."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from studio.story.lexicon import tables, words


class Sign(StrEnum):
    """What a transition asks for."""

    DISSOLVE = "dissolve"  # one picture turns into the next
    FADE_IN = "fade in"  # from black
    FADE_OUT = "fade out"  # to black
    END = "end"  # what the end card says


def sign(text: str) -> Sign | None:
    """What a line asks for when it is such a transition and nothing else; None for cuts and all other lines."""
    return _signs().get(_bare(text)) if len(text) < 80 else None


@cache
def _signs() -> dict[tuple[str, ...], Sign]:
    listed = tables("passages")["sign"].items()
    return {_bare(phrase): Sign(name) for name, phrases in listed for phrase in phrases.split(",")}


def _bare(text: str) -> tuple[str, ...]:
    return tuple(word for word in words(text) if word not in _ignored())


@cache
def _ignored() -> frozenset[str]:
    return frozenset(words(tables("passages")["ignored"]["words"]))
