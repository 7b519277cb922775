"""How characters find voices at ElevenLabs: data/voices/elevenlabs_casting.toml, checked when it is first used."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from pydantic import model_validator

from studio.story.cast import Age, Build, Manner, Presents
from studio.story.noun import Noun

_FILE = Path(__file__).parents[2] / "data" / "voices" / "elevenlabs_casting.toml"


class Weights(Noun):
    """What counts how much in a hundred."""

    presents: float
    age: float
    language: float
    accent: float
    manner: float
    use: float
    build: float

    @model_validator(mode="after")
    def _whole(self) -> Weights:
        if sum(self.model_dump().values()) != 100:
            raise ValueError("the weights do not sum to 100")
        return self


class Playing(Noun):
    """How well voices of the vendor's ages play one of ours, and how a sentence calls it."""

    young: float
    middle_aged: float
    old: float
    unknown: float
    phrase: str

    def score(self, label: str) -> float:
        """Of a label as the vendor writes it."""
        return {"young": self.young, "middle_aged": self.middle_aged, "old": self.old}.get(label, self.unknown)


class Tongue(Noun):
    """How well a voice speaks a language."""

    own: float
    verified: float
    other: float


class Design(Noun):
    """The sentences a designed voice is described with, by trait."""

    text: str
    presents: dict[Presents, str]
    age: dict[Age, str]
    build: dict[Build, str]
    manner: dict[Manner, str]

    @model_validator(mode="before")
    @classmethod
    def _sorted(cls, flat: dict[str, str]) -> dict[str, object]:
        kinds = {"presents": Presents, "age": Age, "build": Build, "manner": Manner}
        return {"text": flat["text"]} | {name: {one: flat[one] for one in kind} for name, kind in kinds.items()}


class CastingTables(Noun):
    """The whole file."""

    version: int
    weights: Weights
    floor: dict[str, float]
    gender: dict[str, Presents]
    between: dict[str, float]
    age: dict[Age, Playing]
    language: Tongue
    tongue: dict[str, str]
    accent: dict[str, tuple[str, ...]]
    manner: dict[Manner, tuple[str, ...]]
    build: dict[Build, tuple[str, ...]]
    use: dict[str, float]
    design: Design


@cache
def casting_tables() -> CastingTables:
    """Load the file; pydantic's ValidationError names what is wrong with it."""
    return CastingTables.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8")))
