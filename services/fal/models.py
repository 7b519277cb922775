"""What fal's models are asked with, from data/fal.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from services.painters.canvas import Canvas
from studio.errors import Invalid
from studio.story.noun import Noun

_FILE = Path(__file__).parents[2] / "data" / "fal.toml"
Fixed = Mapping[str, str | int | float | bool]


class Written(StrEnum):
    """How a model wants a number of seconds."""

    NUMBER = "number"
    TEXT = "text"


class FilmModel(Noun):
    """A model that makes a film from a picture."""

    image: str
    seconds: Annotated[tuple[int, ...], Field(min_length=1)]
    duration: Written
    aspect: str = ""
    avoided: str = ""
    always: Fixed = {}  # noqa: RUF012  pydantic copies defaults
    settles: float

    def length(self, seconds: float) -> int:
        """The shortest length it makes that is not shorter; Invalid beyond its longest."""
        for one in sorted(self.seconds):
            if one >= seconds - 1e-9:
                return one
        longest = max(self.seconds)
        raise Invalid(
            f"fal makes at most {longest} s of film at once, not {seconds:.1f} s", vendor="fal", operation="clip"
        )

    def written(self, seconds: int) -> str | int:
        """A length as the model wants it."""
        return str(seconds) if self.duration is Written.TEXT else seconds


class Referring(Noun):
    """The model that takes pictures along: their field, and at most how many of them."""

    model: str
    field: str
    most: int


class PictureModel(Noun):
    """A model that makes a picture from words, and which one to ask instead where pictures go along."""

    canvas: Canvas
    referring: Referring | None = None
    always: Fixed = {}  # noqa: RUF012
    settles: float


class Models(Noun):
    """The file."""

    film: Mapping[str, FilmModel]
    picture: Mapping[str, PictureModel]


@cache
def models() -> Models:
    """Every model by its endpoint id; pydantic's ValidationError names a wrong field."""
    return Models.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8")))
