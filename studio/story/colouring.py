"""Reads what colour the action gives to things, so that a thing looks the same wherever it is seen."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studio.story.lexicon import lexicon, words
from studio.story.places import Colours

_REACH = 3  # words before a thing that can describe it: a red, battered old notebook
_STOP = re.compile(r"[.;:!?\n()–—]+")
_THINGS = ("hand", "both", "seen", "set")


def coloured(told: Sequence[str]) -> Colours:
    """List the things that have a colour in these texts, each with the first it is given, in reading order."""
    found: dict[str, str] = {}
    for text in told:
        for clause in _STOP.split(text):
            for thing, colour in _described(clause):
                found.setdefault(thing, colour)
    return tuple(found.items())


def _described(clause: str) -> list[tuple[str, str]]:
    spoken = words(clause)
    spots = sorted(spot for section in _THINGS for spot in lexicon("props", section).spots(clause))
    found, free = [], 0  # words up to `free` belong to the thing before
    for at, thing in spots:
        # In Spanish, French and Portuguese the colour follows; in English no other word of it would.
        tint = _before(spoken[max(free, at - _REACH) : at]) or _colour(" ".join(spoken[at + 1 : at + 2]))
        if tint:
            found.append((thing, tint))
        free = at + 1
    return found


def _before(describing: Sequence[str]) -> str:
    """The colour nearest to a thing among the words that describe it."""
    for word in reversed(describing):
        if tint := _colour(word):
            return tint
        if lexicon("palette", "begins", inflected=False).first(word):
            return ""
    return ""


def _colour(word: str) -> str:
    return lexicon("palette", "material").first(word) or lexicon("palette", "cloth").first(word)
