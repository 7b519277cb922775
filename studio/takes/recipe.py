"""A recipe: everything that decides a take, and the two fingerprints drawn from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any

from pydantic import Field

from studio.story.noun import Noun


class TakeKind(StrEnum):
    """What can be made, in the order of the way of an episode."""

    SCRIPT = "script"  # a pitch written out as a screenplay
    PROPOSAL = "proposal"  # a change of a screenplay, asked for in words
    VOICE = "voice"  # voices designed for somebody, to be heard before one of them is kept
    LOOK = "look"  # a character's sheet
    PLATE = "plate"  # a place without people
    SPEECH = "speech"  # one line spoken
    BOARD = "board"  # a shot as a still
    CLIP = "clip"  # a shot in motion
    CARD = "card"  # titles and end card in motion
    SHOT = "shot"  # a shot master: conformed, encoded once
    FADE = "fade"  # the tail of a shot over the head of the next, or black
    MUSIC = "music"  # a scene's bed
    MIX = "mix"  # the whole soundtrack
    MASTER = "master"  # the film
    POSTER = "poster"  # the episode's picture for lists and links
    SCORE = "score"  # how consistent a trial's clips are


PICTURES = frozenset({TakeKind.LOOK, TakeKind.PLATE, TakeKind.BOARD, TakeKind.POSTER})  # stills


def canonical(value: object) -> bytes:
    """The one JSON text of a value: sorted keys, no spaces, UTF-8, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def fingerprint(value: object) -> str:
    """SHA-256 of the canonical JSON, as 64 hex digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


class Recipe(Noun):
    """Kind, brief, inputs' content hashes by role, engine and its version, seed and the person's note."""

    kind: TakeKind
    brief: Mapping[str, Any]  # a Brief of studio.takes.briefs as JSON
    inputs: Mapping[str, str] = Field(default_factory=dict)  # role -> SHA-256 of the content
    engine: str
    engine_version: str
    seed: int = 0
    note: str = ""

    def once_more(self, seed: int, note: str) -> Recipe:
        """The recipe of another take of the same: with this seed and note."""
        return Recipe.model_validate({**self.model_dump(), "seed": seed, "note": note})

    @cached_property
    def fingerprint(self) -> str:
        """The take's identity, idempotency key and cache key."""
        return fingerprint(self.model_dump(mode="json"))

    @cached_property
    def essence(self) -> str:
        """What staleness compares: only what story and person decided."""
        return fingerprint(self.model_dump(mode="json", include={"kind", "brief", "inputs"}))
