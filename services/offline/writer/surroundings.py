"""What a line may name where it is played: no hedge in a desert, no tram in orbit, no telephone at King Arthur's."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache

from services.offline.writer.lexicon import Spot, kinds, table
from services.offline.writer.passage import Passage, met
from services.offline.writer.template import CHOICE, SLOT

FILE = "surroundings.toml"
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
PLACED = frozenset(["kit", "at"])

Wanted = tuple[str, ...]


def worlds(words: Collection[str], kits: Collection[str] = ()) -> list[str]:
    """The worlds and times a pitch's words, or the kits of its places, set; nothing modern is in the old time."""
    said, built = set(words), table(FILE)["built"]
    found = [
        name
        for name, known in table(FILE)["worlds"].items()
        if said & set(known.split()) or set(kits) & set(built.get(name, "").split())
    ]
    return [name for name in found if name != "old" or "modern" not in found]


def here(spot: Spot, place: str, genre: str, told: Iterable[str]) -> str:
    """What a place is, in words the rows of the data ask for."""
    return " ".join([*kinds(spot.kit), "in" if spot.interior else "out", *place.casefold().split(), genre, *told])


def asked_of(passage: Passage) -> tuple[str, ...]:
    """The kinds of rows a passage is held against: one with a place among its conditions was written for that place."""
    placed = any(key in PLACED and any(value[0] != "!" for value in values) for key, values in passage.needs)
    return ("heard",) if placed else ("heard", "shown")


def stands(text: str, facts: frozenset[str], kinds: Iterable[str]) -> bool:
    """Whether what a text names can be where and by whom it is played; of a choice one way is enough."""
    kinds = tuple(kinds)
    choices = (found[2].split("/") for found in CHOICE.finditer(text))
    return suits(outside(text), facts, kinds) and all(fitting(ways, facts, kinds) for ways in choices)


def fitting(ways: Iterable[str], facts: frozenset[str], kinds: Iterable[str]) -> list[str]:
    """The ways of one choice that can be where it is played."""
    return [one for one in ways if suits(one, facts, kinds)]


def suits(words: str, facts: frozenset[str], kinds: Iterable[str]) -> bool:
    """Whether every word that asks for something finds it."""
    return all(met(facts, wanted) for kind in kinds for wanted in asked(words, kind))


@cache
def outside(text: str) -> str:
    """A text without its choices."""
    return CHOICE.sub(" ", text)


@cache
def asked(text: str, kind: str) -> tuple[Wanted, ...]:
    """What the words of a text, its slots left out, ask of the place."""
    rows = by_word(kind)
    return tuple(dict.fromkeys(rows[word] for word in WORD.findall(SLOT.sub(" ", text).casefold()) if word in rows))


@cache
def by_word(kind: str) -> dict[str, Wanted]:
    """The rows of one kind by their words; a word of two rows asks for both."""
    found: dict[str, Wanted] = {}
    for words, where in table(FILE)[kind].items():
        for word in words.split():
            found[word] = (*found.get(word, ()), *where.split())
    return found
