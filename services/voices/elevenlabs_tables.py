"""How ElevenLabs' models are spoken to: data/voices/elevenlabs.toml, checked when it is first used."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from services.offline.voice.manners import manners
from studio.story.noun import Noun

_FILE = Path(__file__).parents[2] / "data" / "voices" / "elevenlabs.toml"


class ModelCard(Noun):
    """What one model listens to."""

    settings: tuple[str, ...]
    steps: tuple[float, ...] = ()
    tags: bool = False
    language: bool = False
    longest: int


class Plain(Noun):
    """The voice settings of a line with no manner."""

    stability: float
    similarity_boost: float
    style: float
    use_speaker_boost: bool
    speed: float


class Speed(Noun):
    """The range of speeds the vendor takes."""

    slowest: float
    fastest: float


class Plan(Noun):
    """An audio format and the plans that have it."""

    format: str
    tiers: tuple[str, ...]


class Output(Noun):
    """The formats, the best one first; the last one everybody has."""

    plans: tuple[Plan, ...]

    def best(self, tier: str) -> str:
        """The best format of a plan."""
        return next((plan.format for plan in self.plans if tier in plan.tiers), self.plans[-1].format)


class Acted(Noun):
    """What a manner asks of the vendor."""

    tag: str
    stability: float
    style: float = 0.0


class Retake(Noun):
    """How far another reading's stability is from the first one's."""

    least: float
    most: float


class Plausible(Noun):
    """Seconds a text may take, and the loudness below which nothing is heard."""

    least_per_letter: float
    most_per_letter: float
    most_per_digit: float
    least_per_sign: float
    most_per_sign: float
    spare: float
    quietest: float


class Tables(Noun):
    """The whole file."""

    version: int
    model: dict[str, ModelCard]
    plain: Plain
    speed: Speed
    output: Output
    manner: dict[str, Acted]
    retake: Retake
    plausible: Plausible


@cache
def tables() -> Tables:
    """Load the file; ValueError names a manner that it lacks or that nobody knows."""
    read = Tables.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8")))
    if wrong := set(read.manner) ^ set(manners()):
        raise ValueError(f"{_FILE.name}: manners that are not in both tables: {', '.join(sorted(wrong))}")
    return read
