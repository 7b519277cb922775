"""The wire most vendors of models speak, /chat/completions: what is sent, and what an answer or a stream says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from services.writers.talk import Answer, End, Form, ModelCard, Turn, Wish, tokens
from studio.errors import Down, Unclear

_ENDS = {"length": End.LENGTH, "content_filter": End.REFUSED}
_TOKENS_A_SECOND, _BEGINNING = 100.0, 45.0  # slower than any of the models answers
CHAT, MODELS = "chat", "models"  # operations


class _Message(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _Message = _Message()
    delta: _Message = _Message()
    finish_reason: str | None = None


class _Cached(BaseModel):
    cached_tokens: int | None = None


class _Usage(BaseModel):
    prompt_tokens: int
    completion_tokens: int = 0
    prompt_tokens_details: _Cached | None = None

    @property
    def tokens(self) -> dict[str, int]:
        """In the price card's units."""
        cached = self.prompt_tokens_details.cached_tokens if self.prompt_tokens_details else 0
        return tokens(self.prompt_tokens, self.completion_tokens, cached or 0)


class _Own(BaseModel):
    """What Groq adds; in a stream's last chunk the usage."""

    id: str = ""
    usage: _Usage | None = None
    error: str | None = None


class _Completion(BaseModel):
    id: str = ""
    choices: list[_Choice] = []
    usage: _Usage | None = None
    x_groq: _Own | None = None


class _Model(BaseModel):
    id: str
    active: bool = True


class _Models(BaseModel):
    data: list[_Model]


def patience(wish: Wish) -> float:
    """Seconds to wait for an answer, by how long it may become."""
    return _BEGINNING + wish.most / _TOKENS_A_SECOND


def request(wish: Wish, card: ModelCard) -> dict[str, Any]:
    """What is sent besides the model and how many tokens are wanted."""
    sent: dict[str, Any] = {
        "messages": [{"role": turn.role.value, "content": turn.text} for turn in _turns(wish, card.form)],
        "temperature": wish.temperature,
    }
    if wish.seed:
        sent["seed"] = wish.seed
    if card.effort:
        sent["reasoning_effort"] = wish.effort
    if wish.schema is not None and card.form is not Form.PLAIN:
        sent["response_format"] = _format(wish, card.form)
    return sent


def _turns(wish: Wish, form: Form) -> list[Turn]:
    """The messages; a model that is not held to the schema by its server reads it in the first one."""
    first, *others = wish.turns
    if wish.schema is None or form in (Form.STRICT, Form.SCHEMA):
        return [first, *others]
    told = f"{first.text}\n\nAnswer with JSON of this schema and nothing else:\n{json.dumps(wish.schema)}"
    return [Turn(first.role, told), *others]


def _format(wish: Wish, form: Form) -> dict[str, Any]:
    if form is Form.JSON:
        return {"type": "json_object"}
    schema = {"name": wish.step, "strict": form is Form.STRICT, "schema": wish.schema}
    return {"type": "json_schema", "json_schema": schema}


def read_completion(body: str, vendor: str) -> Answer:
    """The answer in a body; Unclear when it is none: it was billed, and what it said is lost."""
    try:
        found = _Completion.model_validate_json(body)
    except ValidationError as error:
        raise lost(vendor, error) from error
    if not found.choices:
        raise lost(vendor, None)
    choice = found.choices[0]
    end = _ENDS.get(choice.finish_reason or "", End.DONE)
    billed = found.usage.tokens if found.usage else {}
    return Answer(choice.message.content or "", end, _id(found), billed)


def read_models(body: str, vendor: str) -> tuple[str, ...]:
    """The models a vendor lists as usable; Down when it is no such list."""
    try:
        return tuple(one.id for one in _Models.model_validate_json(body).data if one.active)
    except ValidationError as error:
        raise Down(f"{vendor} does not list its models", vendor=vendor, operation=MODELS, cause=error) from error


def lost(vendor: str, cause: object) -> Unclear:
    """An answer that came and cannot be read."""
    return Unclear(f"{vendor}'s answer cannot be read", vendor=vendor, operation=CHAT, cause=cause)


def _id(found: _Completion) -> str:
    return (found.x_groq.id if found.x_groq else "") or found.id


@dataclass
class Stream:
    """An answer as it comes, chunk by chunk."""

    vendor: str
    said: list[str] = field(default_factory=list)
    request: str = ""
    billed: dict[str, int] = field(default_factory=dict)
    end: End | None = None

    def words(self, chunk: Mapping[str, Any] | str) -> Iterator[str]:
        """The words of a chunk; Unclear for one that says the answer broke off."""
        try:
            found = _Completion.model_validate(json.loads(chunk) if isinstance(chunk, str) else chunk)
        except ValueError as error:
            raise lost(self.vendor, error) from error
        own = found.x_groq or _Own()
        self.request = self.request or own.id or found.id
        usage = own.usage or found.usage
        if usage:
            self.billed = usage.tokens
        for choice in found.choices:
            if choice.finish_reason:
                self.end = _ENDS.get(choice.finish_reason, End.DONE)
            if choice.delta.content:
                self.said.append(choice.delta.content)
                yield choice.delta.content
        if own.error:
            raise self.broken(own.error)

    def broken(self, cause: object) -> Unclear:
        """An answer that ends before its end."""
        detail = f"{self.vendor}'s answer broke off"
        return Unclear(detail, vendor=self.vendor, operation=CHAT, request=self.request, cause=cause)

    def whole(self) -> Answer:
        """All that was said; Unclear when its end never came."""
        if self.end is None:
            raise self.broken(None)
        return Answer("".join(self.said), self.end, self.request, self.billed)
