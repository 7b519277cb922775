"""What a mood does to a face: the rows of faces.toml, as weights of the shapes drawn in eyes, brows and mouths."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from services.offline.theatre.parts import PAPER
from studio.story.breakdown import Emotion
from studio.takes.briefs import Mouth

Weights = dict[str, float]


@dataclass(frozen=True)
class Mood:
    """A face's weights: eyes and brows for the near and the far side."""

    eyes: tuple[Weights, Weights]
    brows: tuple[Weights, Weights]
    mouth: Weights
    sound: str  # mouth part
    show: Weights
    head: float
    shoulders: float
    gaze: tuple[float, float]


@cache
def table() -> dict[str, Any]:
    """Every mood of faces.toml."""
    return tomllib.loads((PAPER / "faces.toml").read_text())


@cache
def mood(emotion: Emotion, feeling: float, mouth: Mouth) -> Mood:
    """The weights of an emotion felt by so much (0..1) while the mouth has this shape."""
    row, calm = table()[emotion.value], table()[Emotion.CALM.value]

    def weights(name: str) -> Weights:
        here, there = calm.get(name, {}), row.get(name, {})
        keys = sorted({*here, *there})
        return {key: here.get(key, 0.0) * (1 - feeling) + there.get(key, 0.0) * feeling for key in keys}

    def sided(name: str) -> tuple[Weights, Weights]:
        both = weights(name)
        near, far = (both | weights(f"{side}_{name}") for side in ("near", "far"))
        return near, far

    sound = mouth.value
    if mouth is Mouth.REST:
        sound = row["rest"] if feeling > 0.45 else calm["rest"]
    gaze = row.get("gaze", (0.0, 0.0))
    return Mood(
        sided("eye"),
        sided("brow"),
        weights("mouth"),
        sound,
        weights("show") if feeling >= 1 else weights("show") | {"tear": 0.0},
        row.get("head", 0.0) * feeling,
        row.get("shoulders", 0.0) * feeling,
        (gaze[0] * feeling, gaze[1] * feeling),
    )
