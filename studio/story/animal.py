"""Who is an animal: what a script says of a character that is a rabbit, and not of one that is a mouse of a man.

Where it is not sure the character is a person: a person drawn as a wolf is worse than a wolf drawn as a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from studio.story.cast import Build
from studio.story.lexicon import fold, lexicon, tables, words

_CLAUSE, _BESIDE = re.compile(r"[,;:()–—.!?]+|\s-\s"), re.compile(r"\s*[,(–—-]|\s+(?:is|was|es|ist|est|é)\s")
_YEARS = re.compile(r"\d")
_LEADING, _AFTER = 4, 2  # words that may describe: before the animal, and after it in languages where they follow
HEARD = 4  # words of a clause before a name that are looked at
_SIZES: dict[str, dict[str, object]] = {"small": {"height": 0.76}, "large": {"height": 1.12, "build": Build.HEAVY}}


@dataclass(frozen=True)
class _Found:
    """An animal in a clause: its noun, the look of its kind and the words that describe it."""

    noun: str
    look: str
    described: tuple[str, ...]


def look_of(noun: str) -> str:
    """The look of an animal, `hat+face+#colour`, by its noun alone; empty where it is none, or a hot dog."""
    whole, last = fold(noun).replace("-", " "), fold(noun).split()[-1:]
    return _kinds().get(whole, next((_kinds().get(word, "") for word in last), ""))


def is_sure(noun: str) -> bool:
    """Whether a noun, with what describes it, is an animal more often than a person of that name or a thing."""
    return bool(lexicon("animals", "look", inflected=False).first(noun)) and not _these("unreal") & set(words(noun))


def animal(name: str, before: str, beside: str) -> dict[str, object]:
    """The traits of an animal by the field of DNA, from a name, the words before and those beside it; none for people.

    Who is given years is a person: `BIG AL, 50, a bear in a suit`.
    """
    if _YEARS.search(beside):
        return {}
    dressed = lexicon("wardrobe", "garment").first(beside)
    found = _beside(beside) or _before(words(before)) or (None if dressed else _alone(words(name)))
    if not found:
        return {}
    hat, face, colour = found.look.split("+")
    fur = lexicon("animals", "fur", inflected=False).first(" ".join(found.described)) or colour
    size = lexicon("animals", "size", inflected=False).first(found.noun)
    return {"hat": hat, "face": face, "skin": fur, "hair": "bald", "hair_colour": fur, **_SIZES.get(size, {})}


def _beside(text: str) -> _Found | None:
    """The animal of `, a small rabbit,` or ` is a rabbit in a waistcoat`; not one of several: `, a dog, and a cat`."""
    if not _BESIDE.match(text):
        return None
    clauses = [spoken for one in _CLAUSE.split(text) if (spoken := words(one))][:2]
    if not clauses or (clauses[1:] and clauses[1][0] in _these("and")):
        return None
    first = clauses[0][1:] if clauses[0][0] in _these("is") else clauses[0]
    return _clause(first) if first and first[0] in _these("a") else None


def _before(spoken: tuple[str, ...]) -> _Found | None:
    """The animal of `the rabbit` before a name, or of `a rabbit named`, where that opens what is said."""
    spoken = spoken[:-1] if spoken and spoken[-1] in _these("named") else spoken
    starts = [at for at, word in enumerate(spoken) if word in _these("article")]
    if not starts:
        return None
    opens = spoken[starts[-1] - 1] in _these("opens") if starts[-1] else len(spoken) < HEARD
    return _alone(spoken[starts[-1] :]) if opens else None


def _alone(spoken: tuple[str, ...]) -> _Found | None:
    """The animal of `the rabbit` and of nothing more."""
    found = _clause(spoken) if spoken and spoken[0] in _these("article") else None
    return found if found and spoken[-1] == found.noun else None


def _clause(spoken: tuple[str, ...]) -> _Found | None:
    """The animal a clause begins with, after its article, if all the rest only describes it."""
    spots = list(lexicon("animals", "look", inflected=False).spots(" ".join(spoken[1 : _LEADING + 2])))
    if not spots:
        return None
    at, look = spots[0][0] + 1, spots[0][1]
    leading, after = spoken[1:at], spoken[at + 1 :]
    if (_these("breaks") | _these("unreal")) & set(leading) or (after and not _describes(after, spoken[0])):
        return None
    return _Found(spoken[at], look, (*leading, *after[:_AFTER]))


def _describes(after: tuple[str, ...], article: str) -> bool:
    if _these("whom") & set(after[1:]) and after[0] != "who":
        return False  # a cat in her arms, a dog with him
    if any(one in _these("near") and two in _these("whom") for one, two in pairwise(after)):
        return False  # a dog who limps at his heels
    if after[0] in _these("in"):  # `a rabbit in a waistcoat`, but not `a cat in a basket`
        told = " ".join(after)
        return bool(lexicon("wardrobe", "garment").first(told) or lexicon("wardrobe", "hat").first(told))
    if article in _these("follow") and len(after) <= _AFTER:
        return not (_these("breaks") | _these("near")) & set(after)
    return after[0] in _these("follows")


@cache
def _kinds() -> dict[str, str]:
    """Every noun of the tables and its look; an empty one for what is no animal."""
    rows = [*tables("animals")["look"].items(), *tables("animals")["unsure"].items()]
    return {fold(noun.strip()): look for look, nouns in rows for noun in nouns.split(",")}


@cache
def _these(row: str) -> frozenset[str]:
    return frozenset(tables("animals")["words"][row].split())
