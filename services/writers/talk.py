"""Talking to a model: what it is told and what it answers, whichever vendor runs it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from studio.story.noun import Noun

_FILE = Path(__file__).parents[2] / "data" / "writers.toml"


class Form(StrEnum):
    """How a model is held to a schema."""

    STRICT = "strict"  # the vendor decodes within it
    SCHEMA = "schema"  # it tries
    JSON = "json"  # any JSON; the schema stands in the prompt
    PLAIN = "plain"  # not at all; the schema stands in the prompt


class ModelCard(Noun):
    """What is known of a model, from data/writers.toml."""

    form: Form
    effort: bool = False  # it can be told how long to think
    most: int  # tokens of an answer


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True)
class Turn:
    """One message of a talk."""

    role: Role
    text: str


@dataclass(frozen=True)
class Wish:
    """What is asked of a model; `most` tokens of answer, `schema` for an answer in JSON."""

    step: str
    turns: Sequence[Turn]
    most: int
    temperature: float = 0.7
    effort: str = "low"
    seed: int = 0
    schema: Mapping[str, Any] | None = None


class End(StrEnum):
    """Why an answer ended."""

    DONE = "done"
    LENGTH = "length"  # the tokens were used up: it is cut off
    REFUSED = "refused"  # by the vendor's filter
    UNFIT = "unfit"  # the vendor itself found that it does not keep to the schema


@dataclass(frozen=True)
class Answer:
    """What a model said and what it took; `request` is the vendor's id of it, empty for what is not billed."""

    text: str
    end: End = End.DONE
    request: str = ""
    tokens: Mapping[str, int] = field(default_factory=dict)  # in the price card's units


class Talker(Protocol):
    """A model at a vendor. `card_model` is what its price card calls it, `setting` where a person chooses it."""

    @property
    def vendor(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def card_model(self) -> str: ...
    @property
    def setting(self) -> str: ...
    @property
    def card(self) -> ModelCard: ...

    def say(self, wish: Wish) -> Answer:
        """What the model answers, asked once; raises VendorError or PolicyBlocked."""
        ...

    def stream(self, wish: Wish, heard: list[Answer]) -> Iterator[str]:
        """What the model answers, word by word as it comes; the whole Answer is put into `heard` at the end."""
        ...

    def models(self) -> tuple[str, ...]:
        """The models the vendor has, for nothing: also its ping."""
        ...

    def close(self) -> None:
        """Let go of its connections."""
        ...


@cache
def model_card(model: str) -> ModelCard:
    """What is known of a model; of an unknown one what holds for all."""
    cards = tomllib.loads(_FILE.read_text(encoding="utf-8"))["model"]
    return ModelCard.model_validate(cards.get(model, cards[""]))


def tokens(prompt: int, completion: int, cached: int) -> dict[str, int]:
    """Tokens in a price card's units, each counted once."""
    cached = min(max(0, cached), prompt)
    return {"input_tokens": prompt - cached, "cached_tokens": cached, "output_tokens": completion}
