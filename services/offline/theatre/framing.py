"""The measures of each framing in each format, read from data/framings.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from studio.story.breakdown import Framing
from studio.story.noun import Noun
from studio.takes.frame import Aspect

FILE = Path(__file__).parents[3] / "data" / "framings.toml"
Share = Annotated[float, Field(gt=0.5, lt=1)]
_FORMATS = {Aspect.WIDE: "wide", Aspect.TALL: "tall", Aspect.SQUARE: "square"}


class Measures(Noun):
    """One framing in one format; the file says what each number means."""

    head: float = 0.0
    figure: float = 0.0
    eyes: float
    set: float
    blur: float
    gap: float = Field(gt=0)
    rise: float
    shrink: float = Field(gt=0, le=1)


class _Framings(Noun):
    floor: dict[str, Share]
    wide: dict[Framing, Measures]
    tall: dict[Framing, Measures]
    square: dict[Framing, Measures]


@cache
def framings() -> _Framings:
    return _Framings.model_validate(tomllib.loads(FILE.read_text("utf-8")))


def caption_line(aspect: Aspect) -> float:
    """The part of the frame's height below which no mouth may be."""
    return framings().floor[_FORMATS[aspect]]


def measures(framing: Framing, aspect: Aspect) -> Measures:
    """Look up a framing's measures for a format."""
    table: dict[Framing, Measures] = getattr(framings(), _FORMATS[aspect])
    return table[framing]
