"""ElevenLabs' double: text to speech with timings, history, voices, models, plan and voice design on the real wire."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.doubles.cutting import Cut
from tests.doubles.elevenlabs_account import MODELS, Account
from tests.doubles.elevenlabs_schema import read_body, refusal, wrong_design, wrong_speech
from tests.doubles.elevenlabs_sound import humming, preview
from tests.doubles.server import Books, Fault, Schedule

_STEPS = (0.0, 0.5, 1.0)
_SPOKEN = (Fault.BUSY, Fault.DOWN, Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.TRUNCATED, Fault.GARBLED)
_READ = (Fault.BUSY, Fault.DOWN, Fault.LOST_BEFORE, Fault.TRUNCATED)
_Message = tuple[str, str, str]  # type, code, old name
_BUSY: tuple[_Message, ...] = (
    ("rate_limit_error", "rate_limit_exceeded", "system_busy"),
    ("rate_limit_error", "concurrent_limit_exceeded", "too_many_concurrent_requests"),
)


@dataclass
class ElevenLabsDouble:
    """One account behind one key. `garbled` and `busy` say in turn how such a fault looks.

    `reads_history` is whether the key may; `prices` whether answers say what they cost; `told_late` is how many looks
    into the history pass before a line is seen there.
    """

    schedule: Schedule = field(default_factory=Schedule)
    key: str = "sk_double_key_0123456789"
    seconds: float = 0.0
    garbled: Sequence[str] = ("cut base64", "silence", "no json", "times")
    busy: Sequence[_Message] = _BUSY
    reads_history: bool = True
    reads_plan: bool = True
    prices: bool = True
    timings: bool = True
    told_late: int = 0
    old_codes: bool = False
    first: int = 1  # number of a request
    books: Books = field(default_factory=Books)
    requests: list[dict[str, Any]] = field(default_factory=list)  # bodies of paid requests, in order

    def __post_init__(self) -> None:
        self.account = Account(self.books, first=self.first)
        self._garbled, self._busy = itertools.cycle(self.garbled), itertools.cycle(self.busy)
        self._under_way = 0

    def app(self, base: str) -> Starlette:
        """The account's routes; the double's answers name no URL of their own."""
        del base
        return Starlette(
            routes=[
                Route("/v1/text-to-speech/{voice}/with-timestamps", self._speak, methods=["POST"]),
                Route("/v1/history", self._history),
                Route("/v1/history/{item}", self._item),
                Route("/v1/history/{item}/audio", self._audio),
                Route("/v2/voices", self._voices),
                Route("/v1/models", self._models),
                Route("/v1/user/subscription", self._subscription),
                Route("/v1/text-to-voice/design", self._design, methods=["POST"]),
                Route("/v1/text-to-voice", self._create, methods=["POST"]),
            ]
        )

    async def _speak(self, request: Request) -> Response:
        self.books.ask("speak")
        body = await read_body(request)
        self._under_way += 1
        try:
            if wrong := wrong_speech(body):
                return refusal(wrong)
            if crowded := self._crowded():
                return crowded  # before a fault is drawn, or a scripted one would be lost on it
            fault = self.schedule.next("speak", str(body["text"]), can=_SPOKEN)
            refused = self._refused(request, fault) or self._unspeakable(request, body)
            if refused:
                return refused
            await asyncio.sleep(self.seconds)
            return self._spoken(request, body, fault)
        finally:
            self._under_way -= 1

    def _spoken(self, request: Request, body: dict[str, Any], fault: Fault | None) -> Response:
        model, text = body.get("model_id", "eleven_multilingual_v2"), body["text"]
        credits = self.account.price(model, text)
        charged = self.account.charge(credits, self.account.micros(model, credits))
        if charged is None:
            message = "This request exceeds your quota."
            return self._error(402, ("payment_required", "insufficient_credits", "quota_exceeded"), message)
        number, before = charged
        kind = next(self._garbled) if fault is Fault.GARBLED else ""
        voice = self.account.voice(request.path_params["voice"]) or {}
        settings = body.get("voice_settings") or {}
        output = request.query_params.get("output_format", "mp3_44100_128")
        heard = humming(text, self.account.hz(voice), settings.get("speed", 1.0), output, silent=kind == "silence")
        self.requests.append({"voice": voice["voice_id"], **body})
        times = {"alignment": heard.alignment, "normalized_alignment": heard.normalized} if self.timings else {}
        item = {"voice_id": voice["voice_id"], "voice_name": voice["name"], "model_id": model, "text": text,
                "settings": settings, "output_format": output}  # fmt: skip
        kept = {**item, "alignments": times} if times else item
        self.account.remember(number, before, credits, kept, (heard.audio, heard.media))
        answer = {"audio_base64": base64.b64encode(heard.audio).decode(), **times}
        if fault in (Fault.LOST_AFTER, Fault.TRUNCATED):
            return Cut(json.dumps(answer).encode()[:2000] if fault is Fault.TRUNCATED else b"")
        written = b'{"audio_base64": "SUQz' if kind == "no json" else json.dumps(_damaged(answer, kind)).encode()
        return Response(written, 200, self._headers(number, credits), "application/json")

    def _headers(self, number: str, credits: int) -> dict[str, str]:
        told = {"character-cost": str(credits)} if self.prices else {}
        seats = {"current-concurrent-requests": "1", "maximum-concurrent-requests": str(self.account.at_once)}
        return {"request-id": number, **told, **seats}

    def _unspeakable(self, request: Request, body: dict[str, Any]) -> Response | None:
        model, settings = body.get("model_id", "eleven_multilingual_v2"), body.get("voice_settings") or {}
        invalid = ("validation_error", "invalid_parameters", "invalid_parameters")
        if self.account.voice(request.path_params["voice"]) is None:
            return self._error(404, ("not_found", "voice_not_found", "voice_not_found"), "The voice was not found.")
        if model not in MODELS:
            named = ("validation_error", "unsupported_model", "model_not_found")
            return self._error(400, named, f"A model with ID {model} does not exist.")
        if len(body["text"]) > MODELS[model][2]:
            return self._error(400, ("validation_error", "text_too_long", "max_character_limit_exceeded"), "Too long.")
        if model == "eleven_v3" and settings.get("stability", 0.5) not in _STEPS:
            return self._error(400, invalid, "Invalid TTD stability value. Must be one of: [0.0, 0.5, 1.0].")
        if model == "eleven_v3" and (set(settings) - {"stability"} or body.get("previous_text")):
            return self._error(400, invalid, "The model takes only stability.")
        if model == "eleven_multilingual_v2" and "language_code" in body:
            return self._error(400, invalid, "The model does not support language_code.")
        if not self.account.allows(request.query_params.get("output_format", "mp3_44100_128")):
            named = ("authorization_error", "feature_not_available", "output_format_not_allowed")
            return self._error(403, named, "The plan does not have this output format.")
        return None

    async def _history(self, request: Request) -> Response:
        self.books.ask("history")
        asked = request.query_params
        refused = self._gate(request, "history", asked.get("voice_id", ""))
        if refused:
            return refused
        if not self.reads_history:
            return self._error(401, _MISSING, "The key is missing the permission speech_history_read.")
        if self.told_late:
            self.told_late -= 1
            return JSONResponse({"history": [], "has_more": False, "last_history_item_id": None})
        found = [
            item
            for item in self.account.history
            if asked.get("voice_id", item["voice_id"]) == item["voice_id"]
            and item["date_unix"] >= int(asked.get("date_after_unix", 0))
        ]
        ids = [item["history_item_id"] for item in found]
        after = asked.get("start_after_history_item_id", "")
        start = ids.index(after) + 1 if after in ids else 0
        page = found[start : start + int(asked.get("page_size", 100))]
        page = [{name: value for name, value in item.items() if name != "alignments"} for item in page]
        more = start + len(page) < len(found)
        last = page[-1]["history_item_id"] if page else None
        return JSONResponse({"history": page, "has_more": more, "last_history_item_id": last})

    async def _item(self, request: Request) -> Response:
        self.books.ask("item")
        number = request.path_params["item"]
        found = next((item for item in self.account.history if item["history_item_id"] == number), None)
        return self._gate(request, "item", number) or (JSONResponse(found) if found else self._absent())

    async def _audio(self, request: Request) -> Response:
        self.books.ask("download")
        if refused := self._gate(request, "download", request.path_params["item"]):
            return refused
        held = self.account.audio.get(request.path_params["item"])
        if held is None or not self.reads_history:
            return self._absent()
        return Response(held[0], media_type=held[1])

    async def _voices(self, request: Request) -> Response:
        self.books.ask("voices")
        if refused := self._gate(request, "voices"):
            return refused
        size = int(request.query_params.get("page_size", 10))
        if size > 100:
            return refusal([("query", "page_size", "less_than_equal", "Input should be less than or equal to 100")])
        start = int(request.query_params.get("next_page_token", "0").removeprefix("page"))
        # The vendor gives at most what is asked for; a small page here makes callers turn pages.
        page = self.account.voices[start : start + min(size, 5)]
        more = start + len(page) < len(self.account.voices)
        token = f"page{start + len(page)}" if more else None
        told = {"voices": page, "has_more": more, "total_count": len(self.account.voices), "next_page_token": token}
        return JSONResponse(told)

    async def _models(self, request: Request) -> Response:
        self.books.ask("models")
        return self._gate(request, "models") or JSONResponse(self.account.models())

    async def _subscription(self, request: Request) -> Response:
        self.books.ask("subscription")
        if refused := self._gate(request, "subscription"):
            return refused
        if not self.reads_plan:
            return self._error(401, _MISSING, "The key is missing the permission user_read.")
        return JSONResponse(self.account.subscription())

    async def _design(self, request: Request) -> Response:
        self.books.ask("design")
        body = await read_body(request)
        if wrong := wrong_design(body, texts=True):
            return refusal(wrong)
        if refused := self._gate(request, "design"):
            return refused
        text = body.get("text") or "The lantern is lit, the boats are in, and somebody is singing on the far pier. " * 2
        charged = self.account.charge(len(text), self.account.design_micros(len(text)))
        if charged is None:
            return self._error(402, ("payment_required", "insufficient_credits", "quota_exceeded"), "No credits.")
        voices = {f"gen{charged[0][3:]}{letter}": 130.0 + 30 * at for at, letter in enumerate("abc")}
        self.account.designed.update(dict.fromkeys(voices, body["voice_description"]))
        previews = [
            {"audio_base_64": preview(hz), "generated_voice_id": voice, "media_type": "audio/mpeg",
             "duration_secs": 2.4, "language": "en"}
            for voice, hz in voices.items()
        ]  # fmt: skip
        return JSONResponse({"previews": previews, "text": text}, headers=self._headers(charged[0], len(text)))

    async def _create(self, request: Request) -> Response:
        self.books.ask("create")
        body = await read_body(request)
        if wrong := wrong_design(body):
            return refusal(wrong)
        fault = self.schedule.next("create", can=(Fault.BUSY, Fault.DOWN, Fault.LOST_AFTER))
        if refused := self._refused(request, fault):
            return refused
        if body["generated_voice_id"] not in self.account.designed:
            return self._error(400, ("validation_error", "invalid_parameters", "voice_not_found"), "No such preview.")
        charged = self.account.charge(0, 0) or ("", 0)
        voice = {
            "voice_id": f"dblVoiceMade{len(self.account.voices):04d}", "name": body["voice_name"],
            "category": "generated", "labels": body.get("labels") or {}, "description": body["voice_description"],
            "available_for_tiers": [], "high_quality_base_model_ids": [],
        }  # fmt: skip
        self.account.voices.append(voice)
        return Cut() if fault is Fault.LOST_AFTER else JSONResponse(voice, headers=self._headers(charged[0], 0))

    def _gate(self, request: Request, operation: str, key: str = "") -> Response | None:
        return self._refused(request, self.schedule.next(operation, key, can=_READ))

    def _refused(self, request: Request, fault: Fault | None) -> Response | None:
        if fault is Fault.LOST_BEFORE or (fault is Fault.TRUNCATED and request.method == "GET"):
            return Cut()
        if request.headers.get("xi-api-key") != self.key or fault is Fault.DENIED:
            told = ("authentication_error", "invalid_api_key", "invalid_api_key")
            return self._error(401, told, f"Invalid API key: {request.headers.get('xi-api-key', '')}")
        if fault is Fault.BUSY:
            named = next(self._busy)
            return self._error(429, named, "Too many requests.", {"retry-after": "1"})
        if fault in (Fault.DOWN, Fault.FAILED):
            return self._error(
                503, ("internal_error", "service_unavailable", "service_unavailable"), "Try again later."
            )
        return None

    def _crowded(self) -> Response | None:
        if self._under_way <= self.account.at_once:
            return None
        return self._error(429, _BUSY[1], "Too many concurrent requests.")

    def _absent(self) -> Response:
        return self._error(404, ("not_found", "history_item_not_found", "history_item_not_found"), "Not there.")

    def _error(self, status: int, named: _Message, message: str, headers: dict[str, str] | None = None) -> Response:
        kind, code, old = named
        new = {"type": kind, "code": code, "message": message, "status": old, "request_id": "reqRefused", "param": None}
        detail = {"status": old, "message": message} if self.old_codes else new
        if self.old_codes and status == 402:
            status = 401
        return JSONResponse({"detail": detail}, status, headers)


_MISSING = ("authorization_error", "missing_permissions", "missing_permissions")


def _damaged(answer: dict[str, Any], kind: str) -> dict[str, Any]:
    if kind == "cut base64":
        return {**answer, "audio_base64": answer["audio_base64"][: len(answer["audio_base64"]) // 2 - 1]}
    if kind == "times":
        return {**answer, "alignment": {**answer["alignment"], "character_end_times_seconds": []}}
    return answer
