"""What is asked of ElevenLabs for a line: the words, the voice, and the manner as the model takes it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from services.offline.voice.manners import Delivery, delivery, named
from services.offline.voice.words import speakable
from services.voices.elevenlabs_faults import VENDOR
from services.voices.elevenlabs_tables import ModelCard, tables
from studio.errors import Invalid
from studio.takes.briefs import SpeechBrief
from studio.takes.roster import EngineCard

_SEEDS = 2**32
_MANNERS = 256  # remembered


@dataclass(frozen=True)
class Script:
    """A line as it goes out. `said` is what is heard; `text` has the tags before it."""

    model: str
    voice: str
    said: str
    text: str
    settings: dict[str, Any]
    language: str  # empty where the model is not told one
    seed: int
    delivery: Delivery  # gain and pause are ours to make

    @property
    def request(self) -> dict[str, Any]:
        """The body of the vendor's request."""
        told = {"language_code": self.language} if self.language else {}
        return {"text": self.text, "model_id": self.model, "voice_settings": self.settings, "seed": self.seed, **told}


def scripted(brief: SpeechBrief, note: str, seed: int, engine: EngineCard) -> Script:
    """Write the script of a line; Invalid says why an engine cannot be given it."""
    model = engine.model
    card = tables().model.get(model)
    if card is None:
        raise Invalid(f"nothing is known of ElevenLabs' model {model}", vendor=VENDOR, operation="speak")
    if not brief.casting.voice:
        raise Invalid("nobody has cast an ElevenLabs voice for this line", vendor=VENDOR, operation="speak")
    tongue = brief.language.replace("_", "-").partition("-")[0].casefold()
    if engine.languages and tongue not in engine.languages:
        raise Invalid(f"{engine.name} does not speak {brief.language}", vendor=VENDOR, operation="speak")
    manner = f"{brief.manner} {note}".strip()
    said = " ".join(speakable(brief.said_as or brief.text).split())
    text = f"{_tags(manner)}{said}" if card.tags else said
    if len(text) > card.longest:
        detail = f"the line has {len(text)} letters, {model} takes {card.longest}: split it"
        raise Invalid(detail, vendor=VENDOR, operation="speak")
    language = tongue if card.language else ""
    heard, names = _read(manner)
    settings = _settings(card, names, brief.casting.pace * heard.rate, seed)
    return Script(model, brief.casting.voice, said, text, settings, language, seed % _SEEDS, heard)


@lru_cache(maxsize=_MANNERS)
def _read(manner: str) -> tuple[Delivery, tuple[str, ...]]:
    """How a manner is spoken, and the names of what is in it; most lines of a script have none or one of a few."""
    return delivery(manner), named(manner)


def _tags(manner: str) -> str:
    acted = (tables().manner[name].tag for name in _read(manner)[1])
    return "".join(f"[{tag}] " for tag in acted if tag)


def _settings(card: ModelCard, manners: tuple[str, ...], pace: float, seed: int) -> dict[str, Any]:
    known, plain = tables(), tables().plain
    acted = [known.manner[name] for name in manners]
    stability = plain.stability + sum(one.stability for one in acted) + _moved(seed)
    wanted = plain.model_dump() | {
        "stability": _step(min(max(stability, 0.0), 1.0), card.steps),
        "style": round(min(plain.style + sum(one.style for one in acted), 1.0), 3),
        "speed": round(min(max(plain.speed * pace, known.speed.slowest), known.speed.fastest), 3),
    }
    return {name: wanted[name] for name in card.settings}


def _moved(seed: int) -> float:
    """How much livelier or calmer another reading is; so it is also told from the first one in the history."""
    if not seed:
        return 0.0
    dice, retake = random.Random(f"reading/{seed}"), tables().retake
    return dice.choice((-1, 1)) * dice.uniform(retake.least, retake.most)


def _step(stability: float, steps: tuple[float, ...]) -> float:
    if not steps:
        return round(stability, 3)
    return min(steps, key=lambda step: (abs(step - stability), -step))
