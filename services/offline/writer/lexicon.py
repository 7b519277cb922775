"""Word lists by which the template writer reads a pitch and dresses people; loads and checks data, reads no pitch."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from studio.errors import BadRequest
from studio.story.noun import Noun

DATA = Path(__file__).parents[3] / "data" / "words" / "writer"

Table = TypeVar("Table")


class Spot(Noun):
    """A kind of place: its kit and whether it is indoors."""

    kit: str
    interior: bool


class Trait(Noun):
    """What a noun for a person tells: age (child, teen, adult, old) and gender (f, m, n)."""

    age: str
    gender: str


@cache
def table(name: str) -> dict[str, Any]:
    """Read one TOML file of the writer's data; BadRequest names a file that cannot be read."""
    try:
        return tomllib.loads((DATA / name).read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadRequest(str(error), field=f"data/words/writer/{name}", cause=error) from error


def listed(text: str) -> tuple[str, ...]:
    """Split a list of phrases at its semicolons; an empty phrase is kept."""
    return tuple(part.strip() for part in text.split(";"))


@cache
def roles() -> dict[str, Trait]:
    """Nouns for people, with spaces for hyphens."""
    found: dict[str, Trait] = {}
    for key, words in table("people.toml")["roles"].items():
        age, gender = key.split("_")
        for word in words.split():
            found.setdefault(word, Trait(age=age, gender=gender))
            found.setdefault(word.replace("-", " "), Trait(age=age, gender=gender))
    return found


def trait(noun: str) -> tuple[str, str]:
    """The gender and age a noun for a person tells, by its last word or that word's ending where no list has it."""
    words = noun.split()
    known = roles()
    told = known.get(noun) or known.get(words[-1])
    first = known.get(words[0])
    ending = "f" if words[-1].endswith("woman") else "m" if words[-1].endswith("man") else "n"
    gender, age = (told.gender, told.age) if told else (ending, "adult")
    return (first.gender if gender == "n" and first else gender), age


@cache
def things() -> dict[str, str]:
    """Nouns for things and their sort; ideas, which nobody can hold, have the sort "idea"."""
    found = {word: sort for sort, words in table("things.toml")["sorts"].items() for word in words.split()}
    ideas = dict.fromkeys(table("things.toml")["ideas"]["words"].split(), "idea")
    both = ideas | found
    return both | {word.replace("-", " "): sort for word, sort in both.items()}


@cache
def places() -> dict[str, Spot]:
    """Nouns for places and the kit they are built from."""
    found: dict[str, Spot] = {}
    for key, words in table("places.toml")["kits"].items():
        side, kit = key.split("_")
        for word in words.split():
            spot = Spot(kit=kit, interior=side == "in")
            found.setdefault(word, spot)
            found.setdefault(word.replace("-", " "), spot)
    return found


def kinds(kit: str) -> tuple[str, ...]:
    """A kit and what it is besides: a submarine is a ship."""
    broader = table("places.toml")["broader"].get(kit)
    return (kit, broader) if broader else (kit,)


def parts_of(spot: Spot) -> dict[str, str]:
    """What a kind of place has for the floor, the wall, the door, the table and a chair."""
    parts = table("places.toml")["parts"]
    found = dict(parts["in" if spot.interior else "out"])
    for kind in reversed(kinds(spot.kit)):
        found |= parts.get(kind, {})
    return found


def where(place: str) -> str:
    """The little word before a place: on the ship, at the harbour, in the desert."""
    data = table("places.toml")["where"]
    words = (place, place.split()[-1])
    return next((at for word in words for at, known in data.items() if word.replace(" ", "-") in known.split()), "in")


@cache
def words(name: str, section: str, key: str) -> frozenset[str]:
    """The words of one entry of a data file, as typed."""
    return frozenset(table(name)[section][key].split())


def english(key: str) -> frozenset[str]:
    """One of the sets of small English words."""
    return words("speech.toml", "english", key)


@cache
def adjectives(key: str) -> frozenset[str]:
    """Adjectives that age a person (old, young) or say they are gone."""
    return words("people.toml", "adjectives", key)


@cache
def relations() -> frozenset[str]:
    """Nouns one person can be to another."""
    return words("people.toml", "relations", "words")


@cache
def first_names() -> dict[str, str]:
    """First names and f or m."""
    found: dict[str, str] = {}
    data = table("names.toml")
    for bank in (data["known"], *data["by_language"].values()):
        for gender, names in bank.items():
            for name in names.split():
                found.setdefault(name, gender)
    return found
