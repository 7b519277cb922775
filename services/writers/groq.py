"""Groq: its models through its own client, whose retries are off; a status means here what Groq means by it.

Groq has neither idempotency keys nor a history: a question whose answer never came is Unclear.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from services.guard import Line, line
from services.http import busy, client, faults
from services.writers.engine import RemoteWriter
from services.writers.talk import Answer, End, Form, Wish, model_card
from services.writers.wire import CHAT, MODELS, Stream, lost, patience, read_completion, read_models, request
from studio.errors import Denied, Down, Invalid, KeyMissing, Unclear, VendorError

if TYPE_CHECKING:
    from groq import APIStatusError, Groq

VENDOR = "groq"
_BUSY = (429, 498)  # 498: the flex tier is full
_DENIED = (401, 403)
_SILENT = (408, 499, 504)  # somebody on the way stopped waiting; the model may have gone on
_GONE = frozenset({"model_decommissioned", "model_not_found", "model_not_active"})
_UNFIT = "json_validate_failed"


class GroqTalker:
    """One model at Groq. `setting` is where a person chooses the model."""

    vendor = VENDOR

    def __init__(self, model: str, key: str, base_url: str, setting: str) -> None:
        if not key:
            raise KeyMissing("GROQ_API_KEY is not set", vendor=VENDOR)
        self.model = self.card_model = model
        self.card = model_card(model)
        self.setting = setting
        self._key, self._base = key, base_url

    def say(self, wish: Wish) -> Answer:
        """What the model answers, asked once."""
        with self._translated(CHAT, paid=True) as unfit:
            raw = self._client.chat.completions.with_raw_response.create(**self._sent(wish), timeout=patience(wish))
            return read_completion(raw.text(), VENDOR)
        return Answer(unfit[0], End.UNFIT)

    def stream(self, wish: Wish, heard: list[Answer]) -> Iterator[str]:
        """What the model answers, word by word as it comes; the whole Answer is put into `heard` at the end.

        Groq holds no stream to a schema: it is told in words.
        """
        found = Stream(VENDOR)
        sent = self._sent(wish, Form.PLAIN)
        with self._translated(CHAT, paid=True):
            for chunk in self._client.chat.completions.create(**sent, stream=True, timeout=patience(wish)):
                yield from found.words(chunk.to_dict())
        heard.append(found.whole())

    def models(self) -> tuple[str, ...]:
        """The models Groq lists as active."""
        with self._translated(MODELS, paid=False):
            return read_models(self._client.models.with_raw_response.list().text(), VENDOR)
        raise AssertionError("only a completion can be unfit")

    def close(self) -> None:
        """Let go of its connections."""
        if "_client" in self.__dict__:
            self.__dict__.pop("_client").close()

    @cached_property
    def _client(self) -> Groq:
        from groq import Groq

        own = client("", {})  # without the environment's proxies
        return Groq(api_key=self._key, base_url=self._base, max_retries=0, http_client=own)

    def _sent(self, wish: Wish, form: Form | None = None) -> dict[str, Any]:
        card = self.card.model_copy(update={"form": form}) if form else self.card
        return {"model": self.model, "max_completion_tokens": wish.most, **request(wish, card)}

    @contextmanager
    def _translated(self, operation: str, *, paid: bool) -> Iterator[list[str]]:
        """Say the client's errors in the studio's words; an answer Groq itself found unfit is left in the list.

        What the client raises is not shown with it: it may tell the key.
        """
        import groq

        unfit: list[str] = []
        fault: VendorError | None = None
        try:
            with faults(VENDOR, operation, paid=paid), _transported():
                yield unfit
        except groq.APIStatusError as error:
            if operation == CHAT and _told(error).get("code") == _UNFIT:
                unfit.append(str(_told(error).get("failed_generation") or ""))
            else:
                fault = self._fault(error, operation)
        except groq.APIError:
            kind = Unclear if paid else Down
            fault = kind(f"{VENDOR}'s answer broke off", vendor=VENDOR, operation=operation)
        except json.JSONDecodeError as error:
            fault = lost(VENDOR, error.msg)
        if fault:
            raise fault from None

    def _fault(self, error: APIStatusError, operation: str) -> VendorError:
        status, told = error.status_code, _told(error)
        about: dict[str, Any] = {"vendor": VENDOR, "operation": operation, "cause": status}
        detail = f"{VENDOR} answered {status}: {told.get('message') or 'it says no more'}".replace(self._key, "[key]")
        if status in _BUSY:
            return busy(detail, error.response.headers, vendor=VENDOR, operation=operation)
        if status in _DENIED:
            return Denied(f"{detail}; check GROQ_API_KEY", **about)
        if told.get("code") in _GONE:
            return Invalid(
                f"{VENDOR} does not have the model {self.model} any more: choose another in {self.setting}", **about
            )
        if status in _SILENT:
            return Unclear(detail, **about) if operation == CHAT else Down(detail, **about)
        if status >= 500:
            return Down(detail, **about)
        return Invalid(detail, **about)


@contextmanager
def _transported() -> Iterator[None]:
    """Raise the transport's own error instead of the client's around it."""
    import groq

    transport: BaseException | None = None
    try:
        yield
    except groq.APIConnectionError as error:  # a timeout is one, too
        transport = error.__cause__ or error
    if transport:
        raise transport from None


def _told(error: APIStatusError) -> Mapping[str, Any]:
    """The error object of an answer, empty where there is none."""
    body = error.body
    found = body.get("error", body) if isinstance(body, dict) else {}
    return found if isinstance(found, dict) else {}


def groq_writer(
    name: str, model: str, key: str, base_url: str, *, setting: str = "", own: Line | None = None
) -> RemoteWriter:
    """A Groq model as a writer of the crew; KeyMissing without a key. `setting` tells where its model is chosen."""
    talker = GroqTalker(model, key, base_url, setting or f"`model` of {name} in data/crew.toml")
    return RemoteWriter(name, talker, own or line(VENDOR))
