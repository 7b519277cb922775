"""The words prompts are made of, from data/prompts/pictures.toml; it tells nobody anything."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import model_validator

from studio.story.breakdown import Emotion, Framing, Gesture, Move
from studio.story.cast import Age, Build, Manner, Presents
from studio.story.noun import Noun
from studio.story.places import Kit, Mood, Time, Weather
from studio.takes.frame import Aspect

_FILE = Path(__file__).parents[1] / "data" / "prompts" / "pictures.toml"
_COMPLETE: Mapping[str, type[StrEnum]] = {
    "aspect": Aspect,
    "build": Build,
    "manner": Manner,
    "time": Time,
    "weather": Weather,
    "mood": Mood,
    "kit": Kit,
    "framing": Framing,
    "move": Move,
    "emotion": Emotion,
    "gesture": Gesture,
}
Table = Mapping[str, str]


class Step(Noun):
    """What a height is called up to this ratio of what is usual."""

    below: float
    words: str


class Stature(Noun):
    """How heights are called."""

    usual: Mapping[Age, float]
    tallest: str
    steps: tuple[Step, ...]


class Words(Noun):
    """The file of words; a table of an enumeration has all of its members."""

    version: str
    style: str
    avoided: str
    most: int
    template: Table
    spots: Mapping[str, str | tuple[str, ...]]
    aspect: Table
    person: Table
    build: Table
    stature: Stature
    manner: Table
    hair: Table
    garment: Table
    hat: Table
    face: Table
    time: Table
    weather: Table
    mood: Table
    kit: Table
    inside: Table
    framing: Table
    move: Table
    emotion: Table
    gesture: Table
    entrance: Table
    looks: Table
    colour: Mapping[str, Table]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for name, members in _COMPLETE.items():
            if lacking := {str(one) for one in members} - set(getattr(self, name)):
                raise ValueError(f"{name} has no words for {', '.join(sorted(lacking))}")
        if lacking := {f"{age} {presents}" for age in Age for presents in Presents} - set(self.person):
            raise ValueError(f"person has no words for {', '.join(sorted(lacking))}")
        return self


@cache
def words() -> Words:
    """The words of data/prompts/pictures.toml; pydantic's ValidationError names what is missing."""
    return Words.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8")))
