"""Any server that speaks /chat/completions, such as Ollama or vLLM, by its base URL: a writer on one's own machine."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from functools import cached_property
from typing import Any

import httpx

from services.guard import Line, line
from services.http import busy, client, faults
from services.writers.engine import RemoteWriter
from services.writers.talk import Answer, Form, ModelCard, Wish, model_card
from services.writers.wire import CHAT, MODELS, Stream, patience, read_completion, read_models, request
from studio.errors import Denied, Down, Invalid, KeyMissing, Unclear, VendorError

VENDOR = "local-writer"
_SETTING = "LOCAL_WRITER_MODEL"
_SLOW = 10.0  # times as long as a vendor's machines may take
_LESS = {Form.STRICT: Form.SCHEMA, Form.SCHEMA: Form.JSON, Form.JSON: Form.PLAIN}
_TOLD = 300  # letters of a server's own words
_SILENT = (408, 504)


class CompatibleTalker:
    """One model of such a server. What it cannot be held to is found out by asking, once a process."""

    vendor = VENDOR
    card_model = VENDOR  # all models of one's own machine have one price card

    def __init__(self, model: str, base_url: str, key: str = "") -> None:
        if not base_url:
            raise KeyMissing("LOCAL_WRITER_BASE_URL is not set", vendor=VENDOR)
        known = model_card(model)
        self.model, self.setting = model, _SETTING
        self.card = ModelCard(form=Form.STRICT, effort=False, most=known.most)
        self._base, self._key = base_url.rstrip("/") + "/", key

    def say(self, wish: Wish) -> Answer:
        """What the model answers, asked once; a form the server refuses is replaced by a plainer one."""
        while True:
            with faults(VENDOR, CHAT, paid=True):
                answer = self._http.post("chat/completions", json=self._sent(wish), timeout=patience(wish) * _SLOW)
            if answer.is_success:
                return read_completion(answer.text, VENDOR)
            if not self._plainer(answer.status_code, wish):
                raise self._fault(answer.status_code, answer.text, answer.headers, CHAT)

    def stream(self, wish: Wish, heard: list[Answer]) -> Iterator[str]:
        """What the model answers, word by word as it comes; the whole Answer is put into `heard` at the end."""
        found = Stream(VENDOR)
        while not (yield from self._streamed(wish, found)):
            pass
        heard.append(found.whole())

    def _streamed(self, wish: Wish, found: Stream) -> Generator[str, None, bool]:
        """Ask once; False where the server refused the form and can be asked in a plainer one."""
        sent = {**self._sent(wish), "stream": True, "stream_options": {"include_usage": True}}
        with (
            faults(VENDOR, CHAT, paid=True),
            self._http.stream("POST", "chat/completions", json=sent, timeout=patience(wish) * _SLOW) as answer,
        ):
            if not answer.is_success:
                answer.read()
                if self._plainer(answer.status_code, wish):
                    return False
                raise self._fault(answer.status_code, answer.text, answer.headers, CHAT)
            for text in answer.iter_lines():
                chunk = text.removeprefix("data:").strip() if text.startswith("data:") else ""
                if chunk and chunk != "[DONE]":
                    yield from found.words(chunk)
        return True

    def models(self) -> tuple[str, ...]:
        """The models the server lists; none for a server that keeps no list."""
        with faults(VENDOR, MODELS):
            answer = self._http.get("models")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return ()
        if not answer.is_success:
            raise self._fault(answer.status_code, answer.text, answer.headers, MODELS)
        return read_models(answer.text, VENDOR)

    def close(self) -> None:
        """Let go of its connections."""
        if "_http" in self.__dict__:
            self.__dict__.pop("_http").close()

    @cached_property
    def _http(self) -> httpx.Client:
        return client(self._base, {"Authorization": f"Bearer {self._key}"} if self._key else {})

    def _sent(self, wish: Wish) -> dict[str, Any]:
        return {"model": self.model, "max_tokens": wish.most, **request(wish, self.card)}

    def _plainer(self, status: int, wish: Wish) -> bool:
        """Whether there is a plainer form to ask in, after a server refused what it was sent."""
        less = _LESS.get(self.card.form)
        if wish.schema is None or less is None or status not in (400, 422, 501):
            return False
        self.card = self.card.model_copy(update={"form": less})
        return True

    def _fault(self, status: int, body: str, headers: httpx.Headers, operation: str) -> VendorError:
        about: dict[str, Any] = {"vendor": VENDOR, "operation": operation, "cause": status}
        detail = f"the writer at {self._base} answered {status}: {_message(body)}"
        detail = detail.replace(self._key, "[key]") if self._key else detail
        if status == httpx.codes.TOO_MANY_REQUESTS:
            return busy(detail, headers, vendor=VENDOR, operation=operation)
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            return Denied(detail, **about)
        if status == httpx.codes.NOT_FOUND:
            where = f"it has no model {self.model}, or LOCAL_WRITER_BASE_URL is another address: see {_SETTING}"
            return Invalid(f"{detail}; {where}", **about)
        if status in _SILENT and operation == CHAT:
            return Unclear(detail, **about)
        if status >= 500:
            return Down(detail, **about)
        return Invalid(detail, **about)


def _message(body: str) -> str:
    """What a server says of an error, whichever way it says it."""
    try:
        told = json.loads(body)
    except ValueError:
        told = body
    while isinstance(told, dict) and (inner := told.get("error") or told.get("message") or told.get("detail")):
        told = inner
    return str(told)[:_TOLD].strip() or "it says no more"


def compatible_writer(name: str, model: str, base_url: str, key: str = "", *, own: Line | None = None) -> RemoteWriter:
    """A model of one's own server as a writer of the crew; KeyMissing without a base URL."""
    return RemoteWriter(name, CompatibleTalker(model, base_url, key), own or line(VENDOR))
