"""Reads a person's note on a look or a plate as far as words tell; what it cannot read is named, not guessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from studio.story.cast import DNA, Age, Build
from studio.story.designing import LOWEST, TALLEST
from studio.story.lexicon import fold, stems, tables, words
from studio.story.noun import Noun
from studio.story.places import Mood, Time, Weather

_LOOK = (
    ("looks", "step", "step"),
    ("looks", "bare", "bare"),
    ("looks", "hair", "hair"),
    ("looks", "eyes", "eyes"),
    ("looks", "of", "of"),
    ("wardrobe", "hair", "hair"),
    ("wardrobe", "garment", "garment"),
    ("wardrobe", "hat", "hat"),
    ("wardrobe", "face", "face"),
    ("palette", "hair", "hair_colour"),
    ("palette", "skin", "skin"),
    ("palette", "cloth", "cloth"),
    ("people", "age", "age"),
    ("people", "build", "build"),
    ("people", "manner", "manner"),
)
_LIGHT = (
    ("places", "time", "time"),
    ("places", "weather", "weather"),
    ("looks", "light", "mood"),
    ("places", "mood", "mood"),
)
_STEP = 0.08  # of an average adult's height
_STATURE = {Age.CHILD: 0.68, Age.TEEN: 0.9, Age.ADULT: 1.0, Age.OLD: 0.95}
_ANY = "~"


class LookNote(Noun):
    """The traits a note asks for, and the words nobody could read."""

    traits: dict[str, object]
    unread: tuple[str, ...] = ()


class LightNote(Noun):
    """The time, weather and mood a note asks for, None where it says nothing, and the words nobody could read."""

    time: Time | None = None
    weather: Weather | None = None
    mood: Mood | None = None
    unread: tuple[str, ...] = ()


def note_look(dna: DNA, note: str) -> LookNote:
    """Read what a note asks of a look that is now so."""
    traits: dict[str, object] = {}
    unread = []
    for trait, value in _owned(_read(note, _LOOK)):
        if not trait:
            unread.append(value)
        elif trait == "step":
            traits |= _stepped(dna, value)
        elif trait == "bare":
            traits[value] = ""
        else:
            traits[trait] = value
    if "age" in traits and "height" not in traits:
        traits["height"] = _grown(dna, Age(str(traits["age"])))
    return LookNote(traits=traits, unread=tuple(dict.fromkeys(unread)))


def _owned(read: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Give a colour to what is named right after it, else to the clothes."""
    colour = ""
    for trait, value in read:
        if colour:
            yield (value if trait == "of" else "cloth"), colour
        colour = value if trait == "cloth" else ""
        if trait not in ("cloth", "of"):
            yield trait, value
    if colour:
        yield "cloth", colour


def note_light(note: str) -> LightNote:
    """Read what a note asks of the light of a place."""
    found: dict[str, str] = {}
    unread = []
    for field, value in _read(note, _LIGHT):
        if field:
            found.setdefault(field, value)
        else:
            unread.append(value)
    return LightNote.model_validate({**found, "unread": tuple(dict.fromkeys(unread))})


def _stepped(dna: DNA, step: str) -> dict[str, object]:
    """One step up or down in age, build or height."""
    ages, builds = list(Age), list(Build)
    if step in ("older", "younger"):
        return {"age": ages[_within(ages.index(dna.age) + (1 if step == "older" else -1), ages)]}
    if step in ("heavier", "slimmer"):
        return {"build": builds[_within(builds.index(dna.build) + (1 if step == "heavier" else -1), builds)]}
    height = dna.height + (_STEP if step == "taller" else -_STEP)
    return {"height": round(min(TALLEST, max(LOWEST, height)), 2)}


def _within(at: int, every: Sequence[object]) -> int:
    return min(len(every) - 1, max(0, at))


def _grown(dna: DNA, age: Age) -> float:
    """The height of somebody at another age."""
    return round(min(TALLEST, max(LOWEST, dna.height * _STATURE[age] / _STATURE[dna.age])), 2)


def _read(note: str, sources: tuple[tuple[str, str, str], ...]) -> Iterator[tuple[str, str]]:
    """Yield what each phrase asks for as field and value; a word nobody can read has no field."""
    spoken, phrases, at = words(note), _phrases(sources), 0
    while at < len(spoken):
        for length in range(min(_longest(sources), len(spoken) - at), 0, -1):
            found = _find(phrases, spoken[at : at + length])
            if found:
                if found[0] != "filler":
                    yield found
                at += length
                break
        else:
            yield "", spoken[at]
            at += 1


def _find(phrases: dict[tuple[str, ...], tuple[str, str]], spoken: tuple[str, ...]) -> tuple[str, str] | None:
    if len(spoken) > 1:
        return phrases.get(spoken)
    return next((phrases[(stem,)] for stem in stems(spoken[0]) if (stem,) in phrases), None)


@cache
def _phrases(sources: tuple[tuple[str, str, str], ...]) -> dict[tuple[str, ...], tuple[str, str]]:
    """Phrase -> field and value; what an earlier table says of a phrase counts."""
    found: dict[tuple[str, ...], tuple[str, str]] = {}
    for table, section, field in (*sources, ("looks", "filler", "filler")):
        for tag, listed in tables(table)[section].items():
            for part in listed.split(","):
                phrase = tuple(fold(part).replace("-", " ").replace("'s", "").split())
                if phrase and tag and _ANY not in phrase:
                    found.setdefault(phrase, (field, tag))
    return found


@cache
def _longest(sources: tuple[tuple[str, str, str], ...]) -> int:
    return max(len(phrase) for phrase in _phrases(sources))
