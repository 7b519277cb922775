"""What our client sends to ElevenLabs and what its double answers, held against the vendor's own description.

Header names and the codes of errors are not in the description; the double has those from the vendor's pages.
"""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from jsonschema import Draft202012Validator

from services.guard import Line, vendors
from services.offline.voice.booth import Booth
from services.voices.elevenlabs import ElevenVoice
from services.voices.elevenlabs_library import VoiceLibrary
from services.voices.elevenlabs_tables import tables
from services.voices.elevenlabs_wire import ElevenLabsWire
from studio.crew import Order
from studio.errors import Invalid
from studio.story.cast import DNA, Casting
from studio.takes.briefs import SpeechBrief
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.roster import Roster
from tests.contract.overheard import Exchange, described, overheard
from tests.doubles.elevenlabs import ElevenLabsDouble
from tests.doubles.errands import KeptErrand
from tests.services.clock import Clock

_FILE = "elevenlabs.openapi.2026-08-22.json"
_PATHS = {
    "POST /v1/text-to-speech/{voice_id}/with-timestamps",
    "GET /v1/history",
    "GET /v1/history/{history_item_id}",
    "GET /v1/history/{history_item_id}/audio",
    "GET /v2/voices",
    "GET /v1/models",
    "GET /v1/user/subscription",
    "POST /v1/text-to-voice/design",
    "POST /v1/text-to-voice",
}
ROSTER = Roster.load(Path(__file__).parents[2] / "data" / "crew.toml")
SAMPLE = "The lantern is lit, the boats are in, and somebody is singing on the far pier, very quietly, all night long."


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    """Of the description only what is used: nine paths and the schemas."""
    read = described(_FILE)
    used = {path: read["paths"][path] for path in {one.partition(" ")[2] for one in _PATHS}}
    return {"paths": used, "components": {"schemas": read["components"]["schemas"]}}


@pytest.fixture(scope="module")
def heard(spec: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> list[Exchange]:
    """Everything our clients ask of the vendor, in every model and manner that changes what is sent."""
    del spec  # without a description nobody need speak
    folder, double = tmp_path_factory.mktemp("lines"), ElevenLabsDouble()
    booth, patience = Booth(), Clock().patience
    talk = Line(vendors()["elevenlabs"], patience)
    with overheard(double.app) as (url, exchanges), closing(booth):
        for number, (model, manner) in enumerate(
            (card, how) for card in _models() for how in ("", "shouting", "whispering")
        ):
            engine = ElevenVoice(
                ROSTER.named(model), key=double.key, base_url=url, talk=talk, booth=booth, patience=patience
            )
            place = folder / str(number)
            place.mkdir()
            with closing(engine):
                engine.make(Order(a_line(model, manner), {}, place), KeptErrand(doubtful=number == 0))
                if number == 0:
                    engine.make(Order(a_line(model, manner), {}, place), KeptErrand(ticket="req00000000000000001"))
        library = VoiceLibrary(key=double.key, base_url=url, cache=folder / "cache", talk=talk)
        wire = ElevenLabsWire(double.key, url)
        with closing(library), closing(wire):
            library.voices("en")
            preview = library.design(DNA(), "en", SAMPLE, KeptErrand())[0].generated_voice_id
            library.keep("The Captain", DNA(), "en", preview, KeptErrand())
            wire.models()
            with pytest.raises(Invalid):
                library.design(DNA(), "en", "Too short.", KeptErrand())
    return exchanges


def _models() -> list[str]:
    return [card.name for card in ROSTER.engine if card.vendor == "elevenlabs"]


def a_line(engine: str, manner: str) -> Recipe:
    casting = Casting(voice="dblVoiceHugo0000008", pace=1.1)
    brief = SpeechBrief(text="So it is.", manner=manner, language="en-GB", casting=casting)
    return Recipe(kind=TakeKind.SPEECH, brief=brief.model_dump(mode="json"), engine=engine, engine_version="1", seed=3)


def operation_of(spec: dict[str, Any], exchange: Exchange) -> tuple[str, dict[str, Any]]:
    """The description's operation for an exchange."""
    for path, methods in spec["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", r"[^/]+", path), exchange.path) and exchange.method.lower() in methods:
            return f"{exchange.method} {path}", methods[exchange.method.lower()]
    raise AssertionError(f"{exchange.method} {exchange.path} is not described")


def validator(spec: dict[str, Any], schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": spec["components"]})


def properties(spec: dict[str, Any], schema: dict[str, Any]) -> set[str]:
    return set(spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"])


def test_every_path_we_use_is_used_and_described(spec: dict[str, Any], heard: list[Exchange]) -> None:
    assert {operation_of(spec, exchange)[0] for exchange in heard} == _PATHS


def test_bodies_are_as_described_and_have_no_field_of_their_own(spec: dict[str, Any], heard: list[Exchange]) -> None:
    sent = [(operation_of(spec, one)[1], json.loads(one.sent)) for one in heard if one.sent and one.status == 200]
    assert len(sent) >= 11
    for operation, body in sent:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        validator(spec, schema).validate(body)
        assert set(body) <= properties(spec, schema)
        settings = set(spec["components"]["schemas"]["VoiceSettingsResponseModel"]["properties"])
        assert set(body.get("voice_settings", {})) <= settings


def test_queries_are_as_described(spec: dict[str, Any], heard: list[Exchange]) -> None:
    asked = [(operation_of(spec, one)[1], one) for one in heard if one.query]
    assert asked
    for operation, exchange in asked:
        known = {one["name"]: one["schema"] for one in operation["parameters"] if one["in"] == "query"}
        for name, value in parse_qsl(exchange.query):
            written: Any = value if not value.isdecimal() else int(value)
            written = {"true": True, "false": False}.get(value, written)
            validator(spec, known[name]).validate(written)


def test_every_format_a_plan_may_have_is_the_vendors(spec: dict[str, Any]) -> None:
    operation = spec["paths"]["/v1/text-to-speech/{voice_id}/with-timestamps"]["post"]
    formats = next(one["schema"] for one in operation["parameters"] if one["name"] == "output_format")
    for plan in tables().output.plans:
        validator(spec, formats).validate(plan.format)


def test_the_doubles_answers_are_as_described(spec: dict[str, Any], heard: list[Exchange]) -> None:
    for exchange in heard:
        name, operation = operation_of(spec, exchange)
        content = operation["responses"][str(exchange.status)]["content"]
        assert exchange.media in content, name
        if exchange.media == "application/json":
            validator(spec, content["application/json"]["schema"]).validate(json.loads(exchange.answered))


def test_a_schema_error_has_the_vendors_shape(spec: dict[str, Any], heard: list[Exchange]) -> None:
    refused = [exchange for exchange in heard if exchange.status == 422]
    assert refused
    for exchange in refused:
        schema = {"$ref": "#/components/schemas/HTTPValidationError"}
        validator(spec, schema).validate(json.loads(exchange.answered))
        assert all(set(one) >= {"loc", "msg", "type"} for one in json.loads(exchange.answered)["detail"])
