"""The prompts of the writers at vendors, from data/prompts: one file a step, each with its version."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from string import Template

from studio.story.noun import Noun

_FOLDER = Path(__file__).parents[2] / "data" / "prompts"
STEPS = ("outline", "script", "looks", "breakdown", "doctor", "dna", "passage")
_HOW = 2  # version of what is done with the answers


class Prompt(Noun):
    """What a model is told for one step; `most` tokens are wanted of it, thinking included."""

    name: str
    version: int
    effort: str
    temperature: float
    most: int
    system: str
    ask: str

    def asked(self, **values: object) -> str:
        """The question with its slots filled; KeyError names a slot without a value."""
        return Template(self.ask).substitute({name: str(value) for name, value in values.items()}).strip()


@cache
def prompt(name: str) -> Prompt:
    """The prompt of a step; pydantic's ValidationError names a wrong field of its file."""
    read = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return Prompt(name=name, **read)


@cache
def colours() -> dict[str, dict[str, str]]:
    """What colours are called, by trait: word -> #rrggbb."""
    read = tomllib.loads((_FOLDER / "traits.toml").read_text(encoding="utf-8"))
    return {trait: dict(words) for trait, words in read.items()}


def version() -> str:
    """The version of every engine that writes with these prompts: how, and each step's own."""
    return f"{_HOW}+" + ".".join(str(prompt(step).version) for step in STEPS)
