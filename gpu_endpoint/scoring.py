"""The nouns of a consistency score: what is scored, by which rule, and what was found."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from gpu_endpoint.motion import Pixels
from gpu_endpoint.wire import Method

_FILE = Path(__file__).parent / "data" / "consistency.toml"


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Parts(_Fact):
    """What each part counts of a scene's percentage."""

    subject: float
    background: float
    keyframe: float
    identity: float


class Guards(_Fact):
    """Bounds beyond which a scene counts nothing."""

    kept: float
    motion: float
    worst: float
    jerk: float


class Passing(_Fact):
    """What all scenes together must reach: percent, and a share of the scenes above a percentage."""

    mean: float
    scene: float
    good: float


class Samples(_Fact):
    """How many pictures are looked at."""

    looks: int
    most: int


class Rule(_Fact):
    """The file."""

    parts: Parts
    guards: Guards
    rule: Passing
    samples: Samples
    files: dict[str, str]


@dataclass(frozen=True)
class Scene:
    """A clip with the picture it was made from, and who is in it; the clip's pictures are read when they are needed."""

    name: str
    clip: Callable[[], list[Pixels]]
    keyframe: Pixels
    characters: tuple[str, ...] = ()


class SceneScore(_Fact):
    """One scene: its percentage, what it counts, and why where they differ; below them the figures as measured.

    subject, background and keyframe are VBench's, with no chance taken off; identity is a share of what two views of
    the same reach, and kept that of the worst picture. They are missing where no trained eyes looked.
    """

    name: str
    percent: float
    counted: float
    reason: str = ""
    raw: float
    worst: float
    motion: float
    jerk: float
    subject: float | None = None
    background: float | None = None
    keyframe: float | None = None
    identity: float | None = None
    kept: float | None = None


class Score(_Fact):
    """What was found over all scenes. Without trained eyes nothing passes: that measure sees no faces."""

    method: Method
    passed: bool
    mean: float
    good: int
    moving: int
    anchors: dict[str, tuple[float, float]]  # strangers, same
    scenes: tuple[SceneScore, ...]


@cache
def rule() -> Rule:
    """The rule of data/consistency.toml; pydantic's ValidationError names a wrong field."""
    return Rule.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8")))
