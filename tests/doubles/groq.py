"""Groq's double: its chat wire, its refusals and its list prices, with stories of the offline writer for answers.

How a fault looks: BUSY is 429 with Retry-After, DOWN 503, DENIED 401, LOST_BEFORE and LOST_AFTER a connection that ends
without an answer (only the second is billed), TRUNCATED a body that ends too early, GARBLED an answer that is prose
where JSON was asked for, FAILED json_validate_failed (where the schema was not strict) or 498. A stream breaks off
instead, but for GARBLED, which is prose there, too.
The dice never bring LOST_BEFORE to a completion: nobody could tell it from one that was billed. Nor do they spoil the
same question twice in a row, so that whoever asks once more is answered.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from threading import Event
from typing import Any
from uuid import uuid4

import jsonschema
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.doubles import groq_story
from tests.doubles.cutting import Cut
from tests.doubles.server import Books, Fault, Schedule
from tests.until import HANGS

# Dollars for a million tokens: input, cached input, output; and how much a model may answer.
PRICES = {"openai/gpt-oss-120b": ("0.15", "0.075", "0.60"), "openai/gpt-oss-20b": ("0.075", "0.0375", "0.30")}
_MODELS = {"openai/gpt-oss-120b": 65536, "openai/gpt-oss-20b": 65536, "qwen/qwen3.8-27b": 16384}
_STRICT = frozenset(_MODELS)
_GONE = frozenset({"mixtral-8x7b-32768", "llama-3.3-70b-versatile", "llama-3.1-8b-instant"})
_KNOWN = frozenset({
    "messages", "model", "temperature", "top_p", "seed", "max_completion_tokens", "max_tokens", "n", "stop", "stream",
    "response_format", "reasoning_effort", "reasoning_format", "include_reasoning", "service_tier", "user", "tools",
    "tool_choice", "metadata", "store",
})  # fmt: skip
_HEARD = 5  # words of a stream after which it may be made to wait
_THOUGHT = {"low": 24, "medium": 96, "high": 400}  # tokens
_LETTERS, _BLOCK = 4, 128  # of a token; tokens that are cached together
_PAID = (Fault.BUSY, Fault.DOWN, Fault.LOST_AFTER, Fault.TRUNCATED, Fault.GARBLED, Fault.FAILED)
_SPOILING = frozenset({Fault.LOST_AFTER, Fault.TRUNCATED, Fault.GARBLED, Fault.FAILED})
_FREE = (Fault.BUSY, Fault.DOWN, Fault.LOST_BEFORE, Fault.TRUNCATED)


@dataclass
class GroqDouble:
    """One account behind one key.

    `takes` is how long an answer lets wait and `apart` the words of a stream, in seconds; `again` is the Retry-After.
    A stream goes on after its first words only once `heard` is set, and breaks off where that takes too long. The next
    answer, and no other, waits for `hold`.
    """

    schedule: Schedule = field(default_factory=Schedule)
    key: str = "gsk_double"
    books: Books = field(default_factory=Books)
    takes: float = 0.0
    apart: float = 0.0
    again: str = "0.01"
    heard: Event | None = None
    hold: Event | None = None
    gone: frozenset[str] = _GONE
    bodies: list[dict[str, Any]] = field(default_factory=list)
    _spoiled: set[str] = field(default_factory=set, repr=False)

    def app(self, base: str) -> Starlette:
        """The server; where it stands is of no matter to it."""
        del base
        root = "/openai/v1"
        return Starlette(
            routes=[
                Route(f"{root}/models", self._models),
                Route(f"{root}/chat/completions", self._chat, methods=["POST"]),
            ]
        )

    async def _models(self, request: Request) -> Response:
        self.books.ask("models")
        fault = self.schedule.next("models", can=_FREE)
        if refused := self._refused(request, fault):
            return refused
        if fault in (Fault.LOST_BEFORE, Fault.TRUNCATED):
            return Cut(b'{"object": "list"' if fault is Fault.TRUNCATED else b"")
        rows = [
            {"id": name, "object": "model", "created": 1795190000, "owned_by": "OpenAI", "active": True,
             "context_window": 131072, "max_completion_tokens": most}
            for name, most in _MODELS.items() if name not in self.gone
        ]  # fmt: skip
        return JSONResponse({"object": "list", "data": rows}, headers=_limits())

    async def _chat(self, request: Request) -> Response:
        body = json.loads(await request.body())
        self.bodies.append(body)
        self.books.ask("chat")
        fault = self._fault(body)
        if refused := self._refused(request, fault) or self._wrong(body):
            return refused
        if fault is Fault.LOST_BEFORE:
            return Cut()
        hold, self.hold = self.hold, None
        if hold:
            await run_in_threadpool(hold.wait, HANGS)
        await asyncio.sleep(self.takes)
        told = await run_in_threadpool(self.written, body, fault)
        return self._streamed(told, fault) if body.get("stream") else self._answered(told, fault)

    def _fault(self, body: Mapping[str, Any]) -> Fault | None:
        """The schedule's fault of a question; one that is asked again with a correction is the same question."""
        question = json.dumps(body.get("messages", [])[:2])
        can = tuple(one for one in _PAID if one not in _SPOILING) if question in self._spoiled else _PAID
        fault = self.schedule.next("chat", question, can=can)
        if fault in _SPOILING:
            self._spoiled.add(question)
        elif fault is None:
            self._spoiled.discard(question)
        return fault

    def _answered(self, told: dict[str, Any], fault: Fault | None) -> Response:
        if fault is Fault.FAILED:
            return _error(400, "Failed to validate JSON.", "json_validate_failed", failed_generation="{")
        self._bill(told)
        if fault in (Fault.LOST_AFTER, Fault.TRUNCATED):
            return Cut(json.dumps(told).encode()[:200] if fault is Fault.TRUNCATED else b"")
        return JSONResponse(told, headers=_limits())

    def _streamed(self, told: dict[str, Any], fault: Fault | None) -> Response:
        self._bill(told)
        if fault is Fault.LOST_AFTER:
            return Cut()
        return StreamingResponse(self._chunks(told, fault), media_type="text/event-stream", headers=_limits())

    async def _chunks(self, told: dict[str, Any], fault: Fault | None) -> AsyncIterator[str]:
        """The answer word by word; one that breaks off says so in the middle and never tells what it took."""
        choice, own = told["choices"][0], told["x_groq"]["id"]
        words = choice["message"]["content"].split(" ")
        whole = {key: told[key] for key in ("id", "created", "model")} | {"object": "chat.completion.chunk"}

        def chunk(delta: dict[str, str], end: str | None = None, **more: object) -> str:
            choices = [{"index": 0, "delta": delta, "finish_reason": end, "logprobs": None}]
            return f"data: {json.dumps({**whole, 'choices': choices, **more})}\n\n"

        yield chunk({"role": "assistant", "content": ""}, x_groq={"id": own})
        fault = None if fault is Fault.GARBLED else fault
        for at, word in enumerate(words):
            if self.heard and at == _HEARD and not await run_in_threadpool(self.heard.wait, HANGS):
                fault, words = Fault.TRUNCATED, words[:at]
            if fault is not None and at >= len(words) // 2:
                yield f"data: {json.dumps({'error': {'message': 'stream cut', 'type': 'internal_server_error'}})}\n\n"
                return
            yield chunk({"content": word if at == 0 else f" {word}"})
            await asyncio.sleep(self.apart)
        yield chunk({}, choice["finish_reason"], x_groq={"id": own, "usage": told["usage"]})
        yield "data: [DONE]\n\n"

    def written(self, body: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
        """A whole completion: cut off where the tokens end, with what it took."""
        step, schema = _asked(body)
        text = groq_story.write(step, body["messages"][1 if len(body["messages"]) > 1 else 0]["content"],
                                body.get("seed") or 0, schema)  # fmt: skip
        if schema is not None:
            jsonschema.validate(json.loads(text), schema)
        if fault is Fault.GARBLED:
            text = "I would rather talk about the weather."
        thought = _THOUGHT[body.get("reasoning_effort", "medium")]
        room = max(0, (body.get("max_completion_tokens") or body.get("max_tokens") or 65536) - thought)
        cut = len(text) > room * _LETTERS
        text = text[: room * _LETTERS]
        return {
            "id": f"chatcmpl-{uuid4()}", "object": "chat.completion", "created": 1795190000, "model": body["model"],
            "choices": [{"index": 0, "finish_reason": "length" if cut else "stop", "logprobs": None,
                         "message": {"role": "assistant", "content": text}}],
            "usage": _usage(body["messages"], text, thought), "service_tier": "on_demand",
            "system_fingerprint": "fp_double", "x_groq": {"id": f"req_{uuid4().hex[:26]}"},
        }  # fmt: skip

    def _bill(self, told: dict[str, Any]) -> None:
        self.books.bill(told["x_groq"]["id"], price(told["model"], told["usage"]))

    def _refused(self, request: Request, fault: Fault | None) -> Response | None:
        if request.headers.get("authorization") != f"Bearer {self.key}" or fault is Fault.DENIED:
            said = f"Invalid API Key: {request.headers.get('authorization', '')}"
            return _error(401, said, "invalid_api_key")
        if fault is Fault.BUSY:
            return _error(429, "Rate limit reached.", "rate_limit_exceeded", {"retry-after": self.again})
        if fault is Fault.DOWN:
            return _error(503, "Service unavailable.", "service_unavailable")
        return None

    def _wrong(self, body: dict[str, Any]) -> Response | None:
        """What Groq refuses before it thinks."""
        model = body.get("model")
        if model in self.gone:
            return _error(400, f"The model `{model}` has been decommissioned.", "model_decommissioned")
        if model not in _MODELS:
            return _error(404, f"The model `{model}` does not exist or you do not have access.", "model_not_found")
        if unknown := sorted(set(body) - _KNOWN):
            return _error(400, f"property '{unknown[0]}' is unsupported")
        if not body.get("messages") or body.get("n", 1) != 1:
            return _error(400, "'messages' : minimum number of items is 1, and 'n' must be 1")
        if (body.get("max_completion_tokens") or 0) > _MODELS[model]:
            return _error(400, f"`max_completion_tokens` must be less than or equal to `{_MODELS[model]}`")
        return self._wrong_form(body)

    def _wrong_form(self, body: dict[str, Any]) -> Response | None:
        wanted = body.get("response_format") or {}
        if wanted and (body.get("stream") or body.get("tools")):
            return _error(400, "response_format cannot be combined with streaming or tools")
        if wanted.get("type") != "json_schema":
            said = " ".join(str(turn.get("content")) for turn in body["messages"])
            told = wanted.get("type") != "json_object" or "json" in said.lower()
            return None if told else _error(400, "'messages' must contain the word 'json' in some form")
        held = wanted.get("json_schema", {})
        if held.get("strict") and (fault := unstrict(held.get("schema", {}))):
            return _error(400, f"invalid JSON schema for response_format: {fault}")
        return None


def price(model: str, usage: Mapping[str, Any]) -> int:
    """Micro-dollars of a completion by the vendor's list; free for a model that is not on it."""
    rates = [Fraction(one) for one in PRICES.get(model, ("0", "0", "0"))]
    cached = usage["prompt_tokens_details"]["cached_tokens"]
    parts = (usage["prompt_tokens"] - cached, cached, usage["completion_tokens"])
    exact = sum((count * rate for count, rate in zip(parts, rates, strict=True)), Fraction(0))
    return int(exact + Fraction(1, 2))


def unstrict(schema: Any, where: str = "schema") -> str:
    """Why a schema cannot be decoded strictly; nothing when it can."""
    if not isinstance(schema, dict):
        return f"{where} is no object"
    if "$ref" in schema:
        return ""
    if schema.get("type") == "object":
        fields = schema.get("properties", {})
        if schema.get("additionalProperties") is not False:
            return f"{where}: `additionalProperties:false` must be set on every object"
        if sorted(schema.get("required", [])) != sorted(fields):
            return f"{where}: `required` must have every property"
        return next(filter(None, (unstrict(one, f"{where}.{name}") for name, one in fields.items())), "")
    inner = [*schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])]
    return next(filter(None, (unstrict(one, where) for one in inner)), "")


def _asked(body: Mapping[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """The step and the schema of a question; one that is not held to it by the wire has it in its first message."""
    held = (body.get("response_format") or {}).get("json_schema")
    if held:
        return held.get("name", ""), held.get("schema")
    _, told, written = str(body["messages"][0]["content"]).partition("schema and nothing else:\n")
    if not told:
        return "", None
    schema = json.loads(written)
    return _STEPS[frozenset(schema["properties"])], schema


_STEPS = {
    frozenset({"title", "logline", "language", "people", "scenes"}): "outline",
    frozenset({"people"}): "looks",
    frozenset({"scenes"}): "breakdown",
    frozenset({"sentence", "what", "scenes", "added", "removed", "renamed"}): "doctor",
    frozenset({"sentence", "what", "people", "renamed"}): "dna",
    frozenset({"sentence", "what", "text"}): "passage",
}


def _usage(messages: list[dict[str, str]], text: str, thought: int) -> dict[str, Any]:
    sizes = [4 + -(-len(turn["content"]) // _LETTERS) for turn in messages]
    cached = sizes[0] // _BLOCK * _BLOCK if len(sizes) > 1 else 0
    said = thought + -(-len(text) // _LETTERS)
    return {
        "prompt_tokens": sum(sizes), "completion_tokens": said, "total_tokens": sum(sizes) + said,
        "prompt_tokens_details": {"cached_tokens": cached},
        "completion_tokens_details": {"reasoning_tokens": thought},
        "queue_time": 0.01, "prompt_time": 0.01, "completion_time": 0.1, "total_time": 0.12,
    }  # fmt: skip


def _limits() -> dict[str, str]:
    return {"x-ratelimit-limit-requests": "500000", "x-ratelimit-remaining-requests": "499999",
            "x-ratelimit-reset-requests": "2m59.6s", "x-ratelimit-limit-tokens": "250000"}  # fmt: skip


def _error(
    status: int, message: str, code: str = "", headers: dict[str, str] | None = None, **more: str
) -> JSONResponse:
    kind = "invalid_request_error" if status < 500 else "internal_server_error"
    told = {"message": message, "type": kind, **({"code": code} if code else {}), **more}
    return JSONResponse({"error": told}, status, headers=_limits() | (headers or {}))
