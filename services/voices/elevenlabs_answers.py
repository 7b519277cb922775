"""What ElevenLabs answers, as values that were checked; knows neither the vendor's SDK nor how it is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, NonNegativeInt, model_validator


class _Answer(BaseModel):
    """An answer is read for what we use of it; fields the vendor adds are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Letters(_Answer):
    """When each character of a text is heard, in seconds from the beginning of the audio."""

    characters: tuple[str, ...]
    character_start_times_seconds: tuple[FiniteFloat, ...]
    character_end_times_seconds: tuple[FiniteFloat, ...]

    @model_validator(mode="after")
    def _fit(self) -> Letters:
        starts, ends = self.character_start_times_seconds, self.character_end_times_seconds
        if not len(self.characters) == len(starts) == len(ends):
            raise ValueError("there are not as many times as characters")
        if any(later < before - 0.001 for before, later in pairwise(starts)):
            raise ValueError("the characters' times run backwards")
        return self

    @property
    def text(self) -> str:
        """The characters in a row."""
        return "".join(self.characters)

    @property
    def end(self) -> float:
        """When the last character is over."""
        return max(self.character_end_times_seconds, default=0.0)


class Timings(_Answer):
    """The times of a text as written and as spoken (numbers in words); either may be missing."""

    alignment: Letters | None = None
    normalized_alignment: Letters | None = None


class Item(_Answer):
    """One thing the account's history holds; credits are what it cost."""

    history_item_id: str
    request_id: str | None = None
    voice_id: str | None = None
    model_id: str | None = None
    text: str | None = None
    date_unix: int
    character_count_change_from: int
    character_count_change_to: int
    content_type: str = ""
    state: str = "created"
    settings: dict[str, Any] | None = None
    alignments: Timings | None = None

    @property
    def cost(self) -> int:
        """Credits, as the account was charged."""
        return max(0, self.character_count_change_to - self.character_count_change_from)


class Page(_Answer):
    """A page of the history."""

    history: tuple[Item, ...]
    has_more: bool
    last_history_item_id: str | None = None


class Fluency(_Answer):
    """A language a voice was heard to speak well."""

    language: str
    accent: str | None = None
    locale: str | None = None


class Voice(_Answer):
    """A voice of the account; labels are the vendor's words for it."""

    voice_id: str
    name: str = ""
    category: str = ""
    labels: dict[str, str] = Field(default_factory=dict)
    description: str | None = None
    verified_languages: tuple[Fluency, ...] | None = None


class Voices(_Answer):
    """A page of voices."""

    voices: tuple[Voice, ...]
    has_more: bool
    next_page_token: str | None = None


class Rates(_Answer):
    """What a character costs this account, in credits."""

    character_cost_multiplier: float


class Model(_Answer):
    """A model this account may use."""

    model_id: str
    name: str = ""
    can_do_text_to_speech: bool = False
    maximum_text_length_per_request: int = 0
    model_rates: Rates | None = None


class Models(_Answer):
    """The account's models."""

    models: tuple[Model, ...]


class Subscription(_Answer):
    """The account's plan and how much of it is used, in credits."""

    tier: str
    character_count: NonNegativeInt
    character_limit: NonNegativeInt
    voice_slots_used: NonNegativeInt = 0
    voice_limit: NonNegativeInt = 0


class Preview(_Answer):
    """A designed voice that is not kept yet; the audio is base64."""

    generated_voice_id: str
    media_type: str
    duration_secs: float
    audio_base64: Annotated[str, Field(alias="audio_base_64", repr=False)]


class Previews(_Answer):
    """What a design gave, and the text they speak."""

    previews: tuple[Preview, ...]
    text: str = ""


@dataclass(frozen=True)
class Bill:
    """What the vendor said it charged: its own id of the request, and credits (None when it did not say)."""

    request: str
    credits: int | None


@dataclass(frozen=True)
class Spoken:
    """An answered asking: its bill, and audio with times unless `why` says what is wrong with it."""

    bill: Bill
    audio: bytes = b""
    suffix: str = ".mp3"
    timings: Timings = field(default_factory=Timings)
    why: str = ""
