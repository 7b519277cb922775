"""Trouble at Groq: what is asked again and by whom, what it costs, and what a person is told."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from services.guard import Line, vendors
from services.writers.groq import groq_writer
from studio.errors import (
    Busy,
    Conflict,
    Denied,
    Down,
    Invalid,
    KeyMissing,
    PolicyBlocked,
    StudioError,
    Unclear,
    VendorError,
)
from tests.doubles.errands import KeptErrand
from tests.doubles.server import Fault, serving
from tests.services.clock import Clock
from tests.services.writers.conftest import KEY, MODEL, Build, Studio


def test_a_busy_or_broken_vendor_is_asked_again(build: Build) -> None:
    studio = build(chat=[Fault.BUSY, Fault.DOWN], models=[Fault.DOWN, Fault.TRUNCATED, Fault.LOST_BEFORE])
    studio.script()
    assert studio.double.books.asked == {"chat": 6, "models": 4}
    assert studio.billed == studio.double.books.total


def test_after_three_refusals_it_is_given_up_with_nothing_owed(build: Build) -> None:
    studio = build(chat=[Fault.DOWN] * 3)
    with pytest.raises(Down):
        studio.script()
    assert studio.double.books.asked["chat"] == 3
    assert studio.errand.bills == {}
    assert studio.errand.ticket == ""  # so that another writer may take over


def test_a_retry_after_longer_than_there_is_time_is_told_at_once(build: Build) -> None:
    studio = build(chat=[Fault.BUSY], seconds=30)
    studio.double.again = "61"
    with pytest.raises(Busy) as caught:
        studio.script()
    assert caught.value.after == 61
    assert studio.double.books.asked["chat"] == 1
    assert studio.clock.slept == []


def test_a_retry_after_within_the_time_is_waited_for_at_any_length(build: Build) -> None:
    studio = build(chat=[Fault.BUSY])
    studio.double.again = "61"
    studio.script()
    assert sum(studio.clock.slept) == 61


@pytest.mark.parametrize("status", [429, 498])
def test_a_storm_is_waited_out_for_as_long_as_there_is_time(build: Build, status: int) -> None:
    studio, seen = build(), []

    def answer(request: Request) -> Response:
        seen.append(request)
        return JSONResponse(_said(), status, headers={"retry-after": "2"})

    with pytest.raises(Busy):
        _make(studio, answer, KeptErrand(), clock := Clock(share=1.0))
    assert 6 < len(seen) < 30  # more often than what is broken is asked, and ever more seldom
    assert 200 < sum(clock.slept) <= 300


def test_a_storm_that_ends_slows_the_script_and_fails_nothing(build: Build) -> None:
    studio = build(chat=[Fault.BUSY] * 12)
    studio.script()
    assert studio.billed == studio.double.books.total
    assert studio.errand.ticket == "1 -" or studio.errand.ticket.startswith("1 - ")


@pytest.mark.parametrize("model", ["mixtral-8x7b-32768", "openai/gpt-5"])
def test_a_model_that_is_gone_names_the_setting(build: Build, model: str) -> None:
    studio = build(model=model)
    with pytest.raises(Invalid, match=r"`model` of groq-gpt-oss-120b in data/crew\.toml") as caught:
        studio.script()
    assert model in str(caught.value)
    assert "openai/gpt-oss-120b" in str(caught.value)
    assert studio.double.books.asked["chat"] == 0


def test_a_model_that_goes_while_the_studio_runs_names_the_setting_too(build: Build) -> None:
    studio = build()
    studio.script()
    studio.double.gone = frozenset({MODEL})
    with pytest.raises(Invalid, match="any more: choose another in `model` of groq"):
        studio.script()


def test_the_models_are_asked_for_once_a_process(build: Build) -> None:
    studio = build()
    studio.script()
    studio.script()
    assert studio.double.books.asked["models"] == 1
    assert MODEL in studio.writer.ping()


def test_without_a_key_the_setting_is_named() -> None:
    with pytest.raises(KeyMissing, match="GROQ_API_KEY"):
        groq_writer("groq-gpt-oss-120b", MODEL, "", "http://127.0.0.1:9")


def _answering(answer: Callable[[Request], Response]) -> Callable[[str], Starlette]:
    models = {"object": "list", "data": [{"id": MODEL}]}
    routes = [
        Route("/openai/v1/models", lambda _: JSONResponse(models)),
        Route("/openai/v1/chat/completions", answer, methods=["POST"]),
    ]
    return lambda _: Starlette(routes=routes)


def _said(code: str = "") -> dict[str, object]:
    return {"error": {"message": "No.", "type": "invalid_request_error", "code": code}}


def _make(
    studio: Studio, answer: Callable[[Request], Response], errand: KeptErrand, clock: Clock | None = None
) -> None:
    with serving(_answering(answer)) as url:
        own = Line(vendors()["groq"].model_copy(update={"trips": 50}), (clock or Clock(share=0.0)).patience)
        studio.writer = groq_writer("groq-gpt-oss-120b", MODEL, KEY, url, own=own)
        try:
            studio.script(errand=errand)
        finally:
            studio.writer.close()


@pytest.mark.parametrize(
    ("status", "kind", "asked"),
    [
        (400, Invalid, 1), (401, Denied, 1), (403, Denied, 1), (404, Invalid, 1), (408, Unclear, 2), (413, Invalid, 1),
        (422, Invalid, 1), (424, Invalid, 1), (499, Unclear, 2), (500, Down, 3),
        (502, Down, 3), (503, Down, 3), (504, Unclear, 2),
    ],
)  # fmt: skip
def test_what_a_status_means(build: Build, status: int, kind: type[VendorError], asked: int) -> None:
    seen: list[Request] = []

    def answer(request: Request) -> Response:
        seen.append(request)
        return JSONResponse(_said(), status)

    errand = KeptErrand()
    with pytest.raises(kind) as caught:
        _make(build(), answer, errand)
    assert type(caught.value) is kind
    assert len(seen) == asked
    assert len(errand.bills) == (asked if kind is Unclear else 0)  # what may have been billed is owed


@pytest.mark.parametrize("body", ["", "<html>", "{}", '{"choices": []}', '{"choices": 7}', "[1]"])
def test_an_answer_that_is_none_may_have_been_billed(build: Build, body: str) -> None:
    with pytest.raises(Unclear):
        _make(build(), lambda _: PlainTextResponse(body, media_type="application/json"), KeptErrand())


def test_what_the_vendors_filter_refuses_is_billed_and_blocked(build: Build) -> None:
    choice = {"index": 0, "finish_reason": "content_filter", "message": {"role": "assistant", "content": ""}}
    told = {"id": "c", "choices": [choice], "usage": {"prompt_tokens": 9, "completion_tokens": 1}}
    errand = KeptErrand()
    with pytest.raises(PolicyBlocked):
        _make(build(), lambda _: JSONResponse({**told, "x_groq": {"id": "req_1"}}), errand)
    assert errand.bills["req_1"].quantities == {"input_tokens": 9, "cached_tokens": 0, "output_tokens": 1}


def test_a_vendor_nobody_can_reach_is_down(build: Build) -> None:
    studio = build()
    own = Line(vendors()["groq"], Clock(share=0.0).patience)
    studio.writer = groq_writer("groq-gpt-oss-120b", MODEL, KEY, "http://127.0.0.1:1", own=own)
    with pytest.raises(Down, match="cannot be reached"):
        studio.script()
    studio.writer.close()


@pytest.mark.parametrize("fault", [Fault.DENIED, Fault.DOWN, Fault.BUSY, Fault.LOST_AFTER, Fault.GARBLED])
def test_no_error_tells_the_key(build: Build, fault: Fault) -> None:
    studio = build(chat=[fault] * 99)
    with pytest.raises(StudioError) as caught:
        studio.script()
    error: BaseException | None = caught.value
    told = "".join(traceback.format_exception(caught.value)) + repr(studio.writer)
    while error is not None:
        told += f"{error!r} {vars(error)!r}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    assert KEY not in told


def test_a_wrong_key_is_denied_and_not_repeated_to_the_person(build: Build) -> None:
    studio = build(key="gsk_somebody_elses")
    with pytest.raises(Denied, match="GROQ_API_KEY") as caught:
        studio.script()
    assert "gsk_somebody_elses" not in str(caught.value)
    assert studio.double.books.asked["models"] == 1


def test_the_clients_own_retries_are_off_and_a_ping_is_asked_once(build: Build) -> None:
    studio = build(models=[Fault.DOWN])
    with pytest.raises(Down):
        studio.writer.ping()
    assert studio.double.books.asked["models"] == 1
    assert MODEL in studio.writer.ping()


def test_what_is_called_off_while_it_waits_ends_at_once(build: Build) -> None:
    studio = build(chat=[Fault.BUSY])
    studio.double.again = "100"
    late = LateErrand(checks=8)
    with pytest.raises(Conflict):
        studio.script(errand=late)
    assert sum(studio.clock.slept) < 40  # of the 100 it was told to wait
    assert studio.double.books.asked["chat"] == 1
    assert late.ticket == ""


@dataclass
class LateErrand(KeptErrand):
    """Called off after it was asked so many times whether it is."""

    checks: int = 0

    def check(self) -> None:
        self.checks -= 1
        if self.checks < 0:
            raise Conflict("called off")
