"""Who is an animal: what a script says of a character that is a rabbit, and not of one that is a mouse of a man."""

from __future__ import annotations

import re
from functools import cache

from studio.story.cast import Build
from studio.story.lexicon import lexicon, tables, words

_CLAUSE, _YEARS = re.compile(r"[,;:()–—]+|\s-\s|(?<=[.!?])\s"), re.compile(r"\d")
_LEADING, _AFTER = 4, 2  # words that may describe: before the animal, and after it in languages where they follow
_CLAUSES = 3  # looked at beside a name

_SIZES: dict[str, dict[str, object]] = {"small": {"height": 0.76}, "large": {"height": 1.12, "build": Build.HEAVY}}


def animal(name: str, before: str, beside: str) -> dict[str, object]:
    """The traits of an animal by the field of DNA, from a name, the words before and those beside it; none for people.

    Who is given years is a person: `BIG AL, 50, a bear in a suit`.
    """
    if _YEARS.search(beside):
        return {}
    called = (words(name), _from_article(words(before)))
    clauses = [words(one) for one in _CLAUSE.split(beside)][: _CLAUSES + 1]
    looks = (*(_look(one, alone=True) for one in called), *(_look(one) for one in clauses))
    found = next(filter(None, looks), "")
    if not found:
        return {}
    hat, face, colour = found.split("+")
    size = lexicon("animals", "size", inflected=False).first(f"{name} , {before} , {beside}")
    return {"hat": hat, "face": face, "skin": colour, "hair": "bald", "hair_colour": colour, **_SIZES.get(size, {})}


def _look(spoken: tuple[str, ...], *, alone: bool = False) -> str:
    """The look of `a small rabbit`, or of `is a rabbit in a waistcoat` unless it is to stand alone; else empty."""
    spoken = spoken[1:] if spoken and spoken[0] in _these("is") else spoken
    if not spoken or spoken[0] not in _these("article"):
        return ""
    spots = list(lexicon("animals", "look", inflected=False).spots(" ".join(spoken[1 : _LEADING + 2])))
    if not spots:
        return ""
    at, look = spots[-1][0] + 1, spots[-1][1]
    after = spoken[at + 1 :]
    if _these("breaks") & set(spoken[1:at]) or (after and alone):
        return ""
    return look if not after or _describes(after, spoken[0]) else ""


def _describes(after: tuple[str, ...], article: str) -> bool:
    if after[0] in _these("in"):  # `a rabbit in a waistcoat`, but not `a cat in her arms`
        told = " ".join(after)
        return bool(lexicon("wardrobe", "garment").first(told) or lexicon("wardrobe", "hat").first(told))
    if after[0] in _these("has"):  # `a fox with a limp`, but not `a dog with her`
        return not _these("whom") & set(after[1:2])
    return after[0] in _these("follows") or (article in _these("follow") and len(after) <= _AFTER)


def _from_article(spoken: tuple[str, ...]) -> tuple[str, ...]:
    """What begins with the last article: `at the window the old rabbit` is `the old rabbit`."""
    starts = [at for at, word in enumerate(spoken) if word in _these("article")]
    return spoken[starts[-1] :] if starts else ()


@cache
def _these(row: str) -> frozenset[str]:
    return frozenset(tables("animals")["words"][row].split())
