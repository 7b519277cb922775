"""What our client sends to Groq and what its double answers, held against the vendor's own description.

The description has only the answers that succeed; errors and their codes are the vendor's pages'.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from services.guard import Line, vendors
from services.writers.engine import RemoteWriter
from services.writers.groq import groq_writer
from studio.crew import Order
from studio.takes.briefs import ProposalBrief, ScriptBrief
from studio.takes.recipe import Recipe, TakeKind
from tests.contract.overheard import Exchange, described, overheard
from tests.doubles.errands import KeptErrand
from tests.doubles.groq import GroqDouble
from tests.doubles.server import Fault, Schedule
from tests.services.clock import Clock

_FILE = "groq.openapi.2026-08-14.yaml"
_CHAT, _MODELS = "/openai/v1/chat/completions", "/openai/v1/models"
_FOUNTAIN = "INT. BAKERY - NIGHT\n\nDust.\n\nAMOS\nWe close at nine.\n"


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    """The vendor's description as JSON schemas."""
    return dict(_nullable(described(_FILE)))


def _nullable(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable` where JSON Schema has a null among the types."""
    if isinstance(node, list):
        return [_nullable(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: _nullable(value) for key, value in node.items()}
    return {"anyOf": [made, {"type": "null"}]} if node.get("nullable") is True else made


def _faults(spec: dict[str, Any], name: str, body: Any) -> list[str]:
    schema = {"$ref": f"#/components/schemas/{name}", "components": spec["components"]}
    return [f"{'.'.join(map(str, one.path))}: {one.message[:200]}" for one in
            Draft202012Validator(schema).iter_errors(body)]  # fmt: skip


@contextmanager
def _overheard(double: GroqDouble) -> Iterator[tuple[RemoteWriter, list[Exchange]]]:
    with overheard(double.app) as (url, heard):
        own = Line(vendors()["groq"], Clock(share=0.0).patience)
        writer = groq_writer("groq-gpt-oss-20b", "openai/gpt-oss-20b", double.key, url, own=own)
        try:
            yield writer, heard
        finally:
            writer.close()


def _make(writer: RemoteWriter, folder: Path) -> None:
    _order(writer, folder, ScriptBrief(text="Two bakers share an oven.", seconds=30), TakeKind.SCRIPT, KeptErrand())
    _propose(writer, folder, KeptErrand())


def _propose(writer: RemoteWriter, folder: Path, errand: KeptErrand) -> None:
    brief = ProposalBrief.model_validate({"fountain": _FOUNTAIN, "request": {"text": "Sadder."}})
    _order(writer, folder, brief, TakeKind.PROPOSAL, errand)


def _order(
    writer: RemoteWriter, folder: Path, brief: ScriptBrief | ProposalBrief, kind: TakeKind, errand: KeptErrand
) -> None:
    given = brief.model_dump(mode="json")
    recipe = Recipe(kind=kind, brief=given, engine=writer.name, engine_version=writer.version)
    writer.make(Order(recipe, {}, folder), errand)


def test_questions_and_answers_are_as_described(spec: dict[str, Any], tmp_path: Path) -> None:
    with _overheard(GroqDouble(Schedule({"chat": [Fault.GARBLED, Fault.DOWN]}))) as (writer, heard):
        _make(writer, tmp_path)
    chats = [one for one in heard if one.path == _CHAT]
    assert len(chats) == 7
    for one in chats:
        assert _faults(spec, "CreateChatCompletionRequest", json.loads(one.sent)) == []
    for one in (one for one in chats if one.status == 200):
        assert _faults(spec, "CreateChatCompletionResponse", json.loads(one.answered)) == []
    listed = next(one for one in heard if one.path == _MODELS)
    assert _faults(spec, "ListModelsResponse", json.loads(listed.answered)) == []


def test_a_stream_is_as_described(spec: dict[str, Any], tmp_path: Path) -> None:
    said: list[str] = []
    with _overheard(GroqDouble()) as (writer, heard):
        _propose(writer, tmp_path, KeptErrand(hear=said.append))
    (chat,) = [one for one in heard if one.path == _CHAT]
    assert said
    assert _faults(spec, "CreateChatCompletionRequest", json.loads(chat.sent)) == []
    lines = [line.removeprefix("data: ") for line in chat.answered.decode().split("\n\n") if line]
    assert lines[-1] == "[DONE]"
    for line in lines[:-1]:
        assert _faults(spec, "CreateChatCompletionStreamResponse", json.loads(line)) == []


def test_errors_have_the_described_shape(spec: dict[str, Any], tmp_path: Path) -> None:
    with _overheard(GroqDouble(Schedule({"chat": [Fault.BUSY, Fault.DOWN, Fault.FAILED]}))) as (writer, heard):
        _make(writer, tmp_path)
    failed = [one for one in heard if one.status >= 400]
    assert [one.status for one in failed] == [429, 503, 400]
    for one in failed:
        assert _faults(spec, "ErrorResponse", json.loads(one.answered)) == []


def test_a_body_that_is_not_as_described_is_found(spec: dict[str, Any]) -> None:
    assert _faults(spec, "CreateChatCompletionRequest", {"model": "m", "messages": [], "mood": "blue"})
    assert _faults(spec, "CreateChatCompletionResponse", {"id": "c"})
