"""An account at ElevenLabs' double: voices, models, plan, credits and history, and what its requests may contain."""

from __future__ import annotations

import itertools
import math
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from tests.doubles.server import Books

_VOICES = Path(__file__).with_name("elevenlabs_voices.toml")
# List price of 1,000 characters in micro-dollars, credits a character, and the letters of one request.
MODELS = {
    "eleven_multilingual_v2": (80_000, 1.0, 10_000),
    "eleven_flash_v2_5": (40_000, 0.5, 40_000),
    "eleven_v3": (80_000, 1.0, 5_000),
}
_DESIGN = 80_000  # micro-dollars of 1,000 characters; what the vendor takes for a design is not in its price list
_TIERS = ("free", "starter", "creator", "pro", "scale", "business")
_CONCURRENT = dict(zip(_TIERS, (2, 3, 5, 10, 15, 15), strict=True))
_HZ = {("male", "young"): 128, ("male", "middle_aged"): 112, ("male", "old"): 98, ("female", "young"): 218,
       ("female", "middle_aged"): 192, ("female", "old"): 172}  # fmt: skip


def stock() -> list[dict[str, Any]]:
    """The voices every account has, as the vendor tells of them."""
    return [_voice(**row) for row in tomllib.loads(_VOICES.read_text(encoding="utf-8"))["voices"]]


def _voice(id: str, name: str, languages: list[str], **labels: str) -> dict[str, Any]:
    accent = labels["accent"]
    spoken = [{"language": one, "model_id": "eleven_multilingual_v2", "accent": accent} for one in languages]
    return {
        "voice_id": id,
        "name": name,
        "category": "premade",
        "labels": {**labels, "language": languages[0]},
        "description": f"A {labels['descriptive']} voice.",
        "available_for_tiers": [],
        "high_quality_base_model_ids": list(MODELS),
        "verified_languages": spoken,
        "is_legacy": False,
    }


@dataclass
class Account:
    """What the vendor keeps of one customer; credits spent are counted against `limit`."""

    books: Books
    tier: str = "creator"
    limit: int = 10_000_000
    rates: dict[str, float] = field(default_factory=dict)  # model -> credits a character, where not the usual
    voices: list[dict[str, Any]] = field(default_factory=stock)
    history: list[dict[str, Any]] = field(default_factory=list)
    audio: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    designed: dict[str, str] = field(default_factory=dict)  # generated voice id -> description
    spent: int = 0
    first: int = 1  # number of a request
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __post_init__(self) -> None:
        self._numbers = itertools.count(self.first)

    @property
    def at_once(self) -> int:
        """Requests the plan serves at once."""
        return _CONCURRENT[self.tier]

    def allows(self, output: str) -> bool:
        """Whether the plan has an audio format."""
        codec, rate, *quality = output.split("_")
        rich = "pro" if codec in ("pcm", "wav") and int(rate) >= 44_100 else "free"
        return _TIERS.index(self.tier) >= _TIERS.index("creator" if quality == ["192"] else rich)

    def voice(self, voice_id: str) -> dict[str, Any] | None:
        """A voice by its id."""
        return next((voice for voice in self.voices if voice["voice_id"] == voice_id), None)

    def price(self, model: str, text: str) -> int:
        """Credits of a text."""
        return math.ceil(len(text) * self.rates.get(model, MODELS[model][1]))

    def charge(self, credits: int, micros: int) -> tuple[str, int] | None:
        """Charge a request: its id and what the meter showed before; None when too few credits are left."""
        with self._lock:
            if self.spent + credits > self.limit:
                return None
            request, before = f"req{next(self._numbers):017d}", self.spent
            self.spent += credits
            self.books.bill(request, micros)
            return request, before

    def micros(self, model: str, credits: int) -> int:
        """What credits cost at the model's list price, for a usual account."""
        listed, share, _ = MODELS[model]
        return round(credits / share * listed / 1000)

    def design_micros(self, credits: int) -> int:
        """What credits of a design cost."""
        return round(credits * _DESIGN / 1000)

    def remember(self, request: str, before: int, credits: int, item: dict[str, Any], audio: tuple[bytes, str]) -> None:
        """Write a spoken line into the history, the newest first."""
        told = {
            "history_item_id": f"his{request[3:]}",
            "request_id": request,
            "date_unix": int(time.time()),
            "character_count_change_from": before,
            "character_count_change_to": before + credits,
            "content_type": audio[1],
            "state": "created",
            "source": "TTS",
            **item,
        }
        with self._lock:
            self.history.insert(0, told)
            self.audio[told["history_item_id"]] = audio

    def hz(self, voice: dict[str, Any]) -> float:
        """A voice's pitch."""
        labels = voice["labels"]
        return float(_HZ.get((labels.get("gender", ""), labels.get("age", "")), 150))

    def subscription(self) -> dict[str, Any]:
        """The plan and its meter."""
        return {
            "tier": self.tier, "character_count": self.spent, "character_limit": self.limit,
            "max_character_limit_extension": 0, "max_credit_limit_extension": 0, "can_extend_character_limit": False,
            "allowed_to_extend_character_limit": False, "voice_slots_used": len(self.voices), "voice_limit": 30,
            "professional_voice_slots_used": 0, "professional_voice_slots_used_in_workspace": 0,
            "voice_add_edit_counter": 0, "professional_voice_limit": 1, "can_extend_voice_limit": False,
            "can_use_instant_voice_cloning": True, "can_use_professional_voice_cloning": False,
            "current_overage": {"amount": "0", "currency": "usd"}, "status": "active", "open_invoices": [],
            "has_open_invoices": False,
        }  # fmt: skip

    def models(self) -> list[dict[str, Any]]:
        """The models, as the account may use them."""
        return [
            {
                "model_id": model, "name": model.replace("_", " "), "can_be_finetuned": False,
                "can_do_text_to_speech": True, "can_do_voice_conversion": False,
                "can_use_style": model == "eleven_multilingual_v2",
                "can_use_speaker_boost": model == "eleven_multilingual_v2", "serves_pro_voices": False,
                "token_cost_factor": 1.0, "description": "", "requires_alpha_access": False,
                "max_characters_request_free_user": 2500, "max_characters_request_subscribed_user": longest,
                "maximum_text_length_per_request": longest, "languages": [{"language_id": "en", "name": "English"}],
                "model_rates": {"character_cost_multiplier": self.rates.get(model, share)},
                "concurrency_group": "standard",
            }
            for model, (_, share, longest) in MODELS.items()
        ]  # fmt: skip
