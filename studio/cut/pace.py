"""The rhythm of the cut, as data/pace.toml has it. Lays out nothing."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from studio.story.breakdown import Emotion
from studio.story.noun import Noun

_FILE = Path(__file__).parents[2] / "data" / "pace.toml"


class Breath(Noun):
    """The pause a line's last mark asks for."""

    ending: str
    seconds: float


class Pace(Noun):
    """The rhythm of a cut, in seconds."""

    version: int
    title: float
    end: float
    lead_in: float
    gap: float
    shortest: float
    fade: float
    breath: tuple[Breath, ...]
    tail: dict[Emotion, float]


@cache
def pace() -> Pace:
    """Read data/pace.toml once."""
    return Pace.model_validate(tomllib.loads(_FILE.read_text("utf-8")))
