"""The moods and instruments of data/music, validated on load."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path

from studio.story.noun import Noun
from studio.story.places import Mood

_FOLDER = Path(__file__).parents[3] / "data" / "music"


class Role(StrEnum):
    """What a part plays; data/music/moods.toml says how."""

    PAD = "pad"
    BASS = "bass"
    FIGURE = "figure"
    MELODY = "melody"
    STROKES = "strokes"
    BREATH = "breath"


class Part(Noun):
    """One player: a role, an instrument, how loud, between which MIDI notes, and the patterns of its role."""

    role: Role
    timbre: str
    level: float
    low: int = 0
    high: int = 127
    pitch: int = 40
    pattern: tuple[float, ...] = ()
    walks: bool = False
    steps: int = 8
    rows: tuple[tuple[int, ...], ...] = ()
    lengths: tuple[tuple[float, ...], ...] = ()


class Tune(Noun):
    """A mood as music: beats a minute and a bar, harmony, room (seconds of reverberation) and players."""

    tempo: float
    beats: int
    root: int
    scale: tuple[int, ...]
    chords: tuple[tuple[int, ...], ...]
    room: float
    wet: float
    parts: tuple[Part, ...]
    swing: float = 0.5  # where in a beat the off-beat falls


class Cloud(Noun):
    """An instrument of smeared harmonics."""

    harmonics: int
    tilt: float
    width: float
    attack: float
    release: float
    odd: bool = False
    formants: tuple[tuple[float, float, float], ...] = ()


class Struck(Noun):
    """An instrument of partials (ratio, gain, decay in seconds) that die away."""

    partials: tuple[tuple[float, float, float], ...]
    attack: float
    knock: float
    tremolo: float = 0.0


class Noise(Noun):
    """A band of noise: strokes that decay, or a breath that swells."""

    centre: float
    octaves: float
    decay: float = 0.0
    swells: int = 0


class Band(Noun):
    """All instruments."""

    version: int
    cloud: dict[str, Cloud]
    struck: dict[str, Struck]
    noise: dict[str, Noise]


class Tunes(Noun):
    """All moods."""

    version: int
    mood: dict[Mood, Tune]


@cache
def band() -> Band:
    """Load the instruments."""
    return Band.model_validate(tomllib.loads((_FOLDER / "timbres.toml").read_text(encoding="utf-8")))


@cache
def tunes() -> Tunes:
    """Load the moods."""
    return Tunes.model_validate(tomllib.loads((_FOLDER / "moods.toml").read_text(encoding="utf-8")))
