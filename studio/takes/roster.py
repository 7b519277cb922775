"""The roster: which engine makes which kind of take, from data/crew.toml. Choosing an engine is a look-up."""

from __future__ import annotations

import tomllib
from pathlib import Path

from studio.story.noun import Noun
from studio.takes.recipe import TakeKind


class EngineCard(Noun):
    """What the studio knows of an engine without loading it; `seconds` of work a take, by kind.

    An engine with a vendor costs what the price card of its vendor and model says; one without costs nothing.
    """

    role: str
    name: str
    version: str
    makes: tuple[TakeKind, ...] = ()
    seconds: dict[TakeKind, float] = {}  # noqa: RUF012  pydantic copies defaults
    price_micros: int = 0  # a take; the offline crew costs nothing
    vendor: str = ""
    model: str = ""  # the vendor's name for it, and the price card's
    needs: tuple[str, ...] = ()  # settings without which it is not available
    shortest: float = 0.0  # seconds of a clip it can make in one go
    longest: float = 0.0
    references: int = 0  # pictures of locked looks it takes along
    end_frame: bool = False
    sound: bool = False
    languages: tuple[str, ...] = ()  # it speaks; empty for all
    estimate: dict[TakeKind, dict[str, float]] = {}  # noqa: RUF012  units of the price card per take, second or letter


class Roster(Noun):
    """All engines in order of preference."""

    engine: tuple[EngineCard, ...]

    @classmethod
    def load(cls, file: Path) -> Roster:
        """Read and check data/crew.toml; pydantic's ValidationError names a wrong field."""
        return cls.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))

    def card(self, kind: TakeKind) -> EngineCard:
        """The first engine that makes this kind; KeyError if none does."""
        for card in self.engine:
            if kind in card.makes:
                return card
        raise KeyError(kind)
