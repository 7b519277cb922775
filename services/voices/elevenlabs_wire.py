"""ElevenLabs' wire through the vendor's own SDK: every asking is made once, and what is answered is checked.

The SDK is loaded when the first thing is asked. Asking again is the line's work (services.guard).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from services import http
from services.redaction import Redaction
from services.voices.elevenlabs_answers import (
    Bill,
    Item,
    Model,
    Models,
    Page,
    Previews,
    Spoken,
    Subscription,
    Timings,
    Voice,
    Voices,
)
from services.voices.elevenlabs_faults import CROWDED, VENDOR, Refusal, error
from services.voices.seats import Seats
from studio.errors import Garbled, Invalid, KeyMissing, Unclear

if TYPE_CHECKING:
    from elevenlabs.client import ElevenLabs

_ONCE: Any = {"max_retries": 0}
_SECONDS = 120.0  # until a long line is spoken
_MOST = 64 << 20  # bytes of one history item's audio
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SUFFIXES = {"audio/mpeg": ".mp3", "audio/wav": ".wav", "audio/x-wav": ".wav", "audio/ogg": ".ogg"}
A = TypeVar("A", bound=BaseModel)


class ElevenLabsWire:
    """One account at ElevenLabs, or at whatever speaks its wire."""

    def __init__(self, key: str, base_url: str, *, seconds: float = _SECONDS) -> None:
        self._key, self._base, self._seconds = key, base_url, seconds
        self._hush = Redaction([key])
        self._seats = Seats()

    def speak(self, voice: str, request: Mapping[str, Any], output: str) -> Spoken:
        """Have a text spoken, with the time of every character; it is billed whatever becomes of the answer."""
        checked = _identifier(voice, "voice")
        with self._seats, self._asking("speak", paid=True):
            from elevenlabs.core.api_error import ApiError

            try:
                given = self._sdk.text_to_speech.with_raw_response.convert_with_timestamps(
                    checked, output_format=output, request_options=_ONCE, **_settled(request)
                )
            except ApiError as failed:
                if failed.status_code != 200:
                    raise
                return Spoken(_bill(failed.headers or {}), why="ElevenLabs' answer is not JSON")
            self._seats.learn(given.headers.get("maximum-concurrent-requests", ""))
            return _spoken(_bill(given.headers), _plain(given.data), output)

    def history(self, voice: str, since: int, after: str = "") -> Page:
        """A page of what a voice spoken since a moment (Unix seconds), the newest first, from behind an item on."""
        with self._asking("history"):
            given = self._sdk.history.with_raw_response.list(
                page_size=100,
                voice_id=_identifier(voice, "voice"),
                date_after_unix=since,
                sort_direction="desc",
                source="TTS",
                start_after_history_item_id=after or None,
                request_options=_ONCE,
            )
            return _read(Page, given.data, "history")

    def item(self, item: str) -> Item:
        """One item of the history, with its times, which the list may leave out."""
        with self._asking("history"):
            sdk = self._sdk.history.with_raw_response
            given = sdk.get(_identifier(item, "history item"), request_options=_ONCE)
            return _read(Item, given.data, "history")

    def audio(self, item: str) -> tuple[bytes, str]:
        """The audio of a history item and the suffix of its kind of file; Garbled beyond 64 MiB."""
        with self._asking("download"):
            sdk = self._sdk.history.with_raw_response
            with sdk.get_audio(_identifier(item, "history item"), request_options=_ONCE) as answer:
                kind = answer.headers.get("content-type", "").partition(";")[0].strip()
                return _gathered(answer.data), _SUFFIXES.get(kind, ".mp3")

    def models(self) -> tuple[Model, ...]:
        """The models the account may use: free, and the vendor's sign of life."""
        with self._asking("models"):
            given = self._sdk.models.with_raw_response.list(request_options=_ONCE)
            return _read(Models, {"models": [_plain(one) for one in given.data]}, "models").models

    def subscription(self) -> Subscription:
        """The plan and its meter; Denied for a key that may only speak."""
        with self._asking("subscription"):
            given = self._sdk.user.subscription.with_raw_response.get(request_options=_ONCE)
            return _read(Subscription, given.data, "subscription")

    def design(self, model: str, description: str, text: str, seed: int, billed: Callable[[Bill], None]) -> Previews:
        """Voices as described that say a text, none kept yet; `billed` is told the bill before the answer is read."""
        with self._asking("design", paid=True):
            given = self._sdk.text_to_voice.with_raw_response.design(
                model_id=model, voice_description=description, text=text, seed=seed, request_options=_ONCE
            )
            billed(_bill(given.headers))
            return _read(Previews, given.data, "design")

    def create(
        self, name: str, description: str, preview: str, labels: Mapping[str, str], billed: Callable[[Bill], None]
    ) -> Voice:
        """Keep a designed voice; takes one of the plan's slots and may cost credits."""
        with self._asking("create", paid=True):
            given = self._sdk.text_to_voice.with_raw_response.create(
                voice_name=name,
                voice_description=description,
                generated_voice_id=preview,
                labels=dict(labels),
                request_options=_ONCE,
            )
            billed(_bill(given.headers))
            return _read(Voice, given.data, "create")

    def close(self) -> None:
        """End the connections; the next asking opens others."""
        ours = self.__dict__.pop("_ours", None)
        self.__dict__.pop("_sdk", None)
        if ours is not None:
            ours.close()

    def voices(self, token: str = "") -> Voices:
        """A page of the account's voices: the first, or the one after a token."""
        with self._asking("voices"):
            given = self._sdk.voices.with_raw_response.search(
                page_size=100, next_page_token=token or None, include_total_count=False, request_options=_ONCE
            )
            return _read(Voices, given.data, "voices")

    @cached_property
    def _ours(self) -> httpx.Client:
        return http.client(self._base, {}, seconds=self._seconds)

    @cached_property
    def _sdk(self) -> ElevenLabs:
        # The SDK reads a key from the environment when it is loaded: ours is always handed over.
        from elevenlabs.client import ElevenLabs

        return ElevenLabs(api_key=self._key, base_url=self._base, httpx_client=self._ours, timeout=None)

    @contextmanager
    def _asking(self, operation: str, *, paid: bool = False) -> Iterator[None]:
        """Everything that can go wrong with one asking, as the house's errors, without the key."""
        if not self._key:
            raise KeyMissing("ELEVENLABS_API_KEY is not set", vendor=VENDOR, operation=operation)
        from elevenlabs.core.api_error import ApiError
        from elevenlabs.core.parse_error import ParsingError

        with http.faults(VENDOR, operation, paid=paid):
            try:
                yield
            except ApiError as failed:
                raise self._refused(operation, failed, paid) from None
            except (ParsingError, UnicodeDecodeError):
                kind = Unclear if paid else Garbled
                raise kind("ElevenLabs' answer cannot be read", vendor=VENDOR, operation=operation) from None

    def _refused(self, operation: str, failed: Any, paid: bool) -> Exception:
        headers = {name.lower(): value for name, value in (failed.headers or {}).items()}
        refusal = Refusal(operation, failed.status_code or 0, headers, failed.body)
        if refusal.code in CROWDED:
            self._seats.crowded()
        meant = error(refusal, paid=paid)
        meant.detail = self._hush.redact(meant.detail)
        meant.args = (meant.detail,)
        return meant


def _settled(request: Mapping[str, Any]) -> dict[str, Any]:
    from elevenlabs import VoiceSettings

    return {**request, "voice_settings": VoiceSettings(**request["voice_settings"])}


def _spoken(bill: Bill, read: Any, output: str) -> Spoken:
    coded = read.get("audio_base64") if isinstance(read, dict) else None
    if not isinstance(coded, str):
        return Spoken(bill, why="ElevenLabs' answer has no audio in it")
    try:
        audio = base64.b64decode(coded, validate=True)
        timings = Timings.model_validate(read)
    except binascii.Error:
        return Spoken(bill, why="ElevenLabs' audio is cut off")
    except ValidationError as wrong:
        return Spoken(bill, why=f"ElevenLabs' times cannot be used: {wrong.errors()[0]['msg']}")
    return Spoken(bill, audio, f".{output.partition('_')[0]}", timings)


def _bill(headers: Mapping[str, str]) -> Bill:
    told = headers.get("character-cost", "")
    try:
        spent: int | None = max(0, round(float(told)))
    except (ValueError, OverflowError):
        spent = None
    return Bill(headers.get("request-id", ""), spent)


def _plain(data: Any) -> Any:
    return data.model_dump(by_alias=True) if isinstance(data, BaseModel) else data


def _read(answer: type[A], data: Any, operation: str) -> A:
    try:
        return answer.model_validate(_plain(data))
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        detail = f"ElevenLabs' answer cannot be used: {where}: {first['msg']}"
        raise Garbled(detail, vendor=VENDOR, operation=operation) from None


def _gathered(chunks: Iterator[bytes]) -> bytes:
    held = bytearray()
    for chunk in chunks:
        held += chunk
        if len(held) > _MOST:
            raise Garbled(f"ElevenLabs' audio has more than {_MOST} bytes", vendor=VENDOR, operation="download")
    return bytes(held)


def _identifier(text: str, what: str) -> str:
    """An id that goes into a path: nothing else may."""
    if not _ID.fullmatch(text):
        raise Invalid(f"{text[:60]!r} is not the id of an ElevenLabs {what}", vendor=VENDOR, operation="ask")
    return text
