"""Finds the animals a pitch is about, and whose they are."""

from __future__ import annotations

from functools import cache

from services.offline.writer import lexicon
from services.offline.writer.chunks import OWNS, Chunk, Token, singular
from services.offline.writer.persons import Person, counts, people_of, told
from services.offline.writer.verbs import BE, HAVE, among, by_form, verbs
from studio.story.animal import is_sure


def heroes(stream: list[Token], parts: list[Chunk]) -> tuple[Person, ...]:
    """The animal, or the two, that a pitch without people is about: "the last dragon wants to be a dentist".

    Whose animal it is comes second: a magician's rabbit.
    """
    parts = [part for part in parts if not counts(stream, part.end)]
    first = parts[0] if parts else None
    owner: list[Person] = []
    if first and first.kind == "person" and [token.text for token in stream[first.end : first.end + 1]] == [OWNS]:
        owner = people_of(first, stream, {})[:1]
        first = next((part for part in parts if part.start == first.end + 1), None)
    if not first or first.phrase.sort != "creature" or first.end >= len(stream):
        return ()
    if pair := two_of(parts, stream):
        return pair
    act, noun = stream[first.end].low, singular(first.phrase.head)
    one = told(Person(role=noun), first.start, stream, alone=True)
    other = next((part for part in parts[1:] if part.phrase.sort == "creature"), first)
    met = other is not first and stream[other.start - 1].low in lexicon.english("meets")
    if noun != first.phrase.head:
        acts = act in verbs() or act in by_form("third") or act in (*BE, *HAVE, *among("modal"))
        return (one, one.model_copy(update={"another": True})) if acts else ()
    if not (act == "who" or act in by_form("third") or act in (*BE, *HAVE, *among("modal"))):
        return ()
    return (one, told(Person(role=singular(other.phrase.head)), other.start, stream)) if met else (one, *owner)


def acting(stream: list[Token], parts: list[Chunk]) -> tuple[Person, ...]:
    """The animals that do what only people do, in a pitch with people: "a hedgehog moves in with a boxer".

    Alone, or with another: "a nun and a bear argue".
    """
    first = parts[0] if parts else None
    if not first or not first.determiner or not stream[first.start].starts:
        return ()
    joined = len(parts) > 1 and [token.low for token in stream[first.end : parts[1].start]] == ["and"]
    subjects = parts[:2] if joined else parts[:1]
    spot = subjects[-1].end
    if not only_people(stream, spot, "pairs" if first.phrase.sort != "creature" else "acts"):
        return ()
    beasts = [part for part in subjects if part.phrase.sort == "creature" and part.determiner in ("a", "an", "the")]
    beasts = [part for part in beasts if is_sure(" ".join((*part.adjectives, part.phrase.head)))]
    return tuple(told(Person(role=singular(part.phrase.head)), part.start, stream) for part in beasts)


def only_people(stream: list[Token], spot: int, row: str) -> bool:
    """Whether a verb stands here by which an animal is somebody."""
    said, after = (stream[at].low if at < len(stream) else "" for at in (spot, spot + 1))
    return said in _acts(row) or (said in ("move", "moves") and after in ("in", "into"))


@cache
def _acts(row: str) -> frozenset[str]:
    """Verbs of a row, for one and for two."""
    acts = lexicon.words("people.toml", "animals", row)
    return acts | {by_form("third")[act].base for act in acts if act in by_form("third")}


def two_of(parts: list[Chunk], stream: list[Token]) -> tuple[Person, ...]:
    """Two animals that "and" joins and that act together: "a fox and a crow argue"."""
    one, other = parts[0], parts[1] if len(parts) > 1 else parts[0]
    joined_by = [token.low for token in stream[one.end : other.start]]
    acts = other.end < len(stream) and (stream[other.end].low in verbs() or stream[other.end].low in BE)
    if joined_by != ["and"] or other.phrase.sort != "creature" or not acts:
        return ()
    return tuple(told(Person(role=singular(part.phrase.head)), part.start, stream) for part in (one, other))
