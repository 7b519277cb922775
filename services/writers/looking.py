"""The looks of a whole cast, from the screenplay, in the workshop's own traits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from services.writers.dialogue import Dialogue
from services.writers.prompts import colours, prompt
from services.writers.schema import read_answer, strict_schema
from studio.errors import Garbled
from studio.story.cast import DNA, Age, Build, Manner, Presents
from studio.story.designing import LOWEST, TALLEST, parts
from studio.story.noun import Noun

_PARTS = ("hair", "garment", "hat", "face")
_TOKENS = 250  # of somebody's look, with room to spare
_TRAITS = set(DNA.model_fields)


class Look(Noun):
    """How somebody looks, in words; hair, garment, hat and face name parts, colours name data/prompts/traits.toml."""

    name: str
    age: Age
    build: Build
    presents: Presents
    height: float
    skin: str
    hair: str
    hair_colour: str
    eyes: str
    garment: str
    cloth: str
    trim: str
    hat: str
    face: str
    manner: Manner


class Looks(Noun):
    """Everybody's look."""

    people: tuple[Look, ...]


@cache
def choices() -> dict[str, tuple[str, ...]]:
    """The values a trait may have."""
    return {part: parts(part) for part in _PARTS} | {trait: tuple(words) for trait, words in colours().items()}


def looks(talk: Dialogue, fountain: str, names: Sequence[str]) -> dict[str, DNA]:
    """Have everybody's look designed: name -> DNA, in the order of the names."""
    offered = choices() | {"name": tuple(names)}

    def believed(text: str) -> dict[str, DNA]:
        found = {one.name: one for one in read_answer(Looks, text, offered).people}
        if missing := [name for name in names if name not in found]:
            raise Garbled(f"{', '.join(missing)} are missing")
        return {name: DNA.model_validate(traits(found[name])) for name in names}

    values = {"names": ", ".join(names), "fountain": fountain}
    asked = prompt("looks")
    most = max(asked.most, len(names) * _TOKENS)
    return talk.ask(asked, values, believed, schema=strict_schema(Looks, offered), most=most)


def traits(look: Noun) -> dict[str, object]:
    """The traits that are told, as DNA has them: colours by their hex, a height within what can be drawn."""
    told = {name: value for name, value in look.model_dump(include=_TRAITS).items() if value is not None}
    for trait, words in colours().items():
        if trait in told:
            told[trait] = words[told[trait]]
    if "height" in told:
        told["height"] = round(min(TALLEST, max(LOWEST, told["height"])), 2)
    return told
