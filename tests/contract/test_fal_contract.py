"""What our client sends to fal's queue and what our double answers, held against a description of it.

The description is a third party's: it knows no 202 while a request waits and calls a cancelled request by another
word, so only bodies are held against it, and cancelling is not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from services.animators.fal import FalAnimator
from services.fal.queue import FalQueue
from services.guard import Line, vendors
from services.media.ffmpeg import Ffmpeg
from services.painters.fal import FalPainter
from studio.errors import Denied, Invalid
from studio.takes.recipe import TakeKind
from tests.contract.overheard import Exchange, described, overheard
from tests.doubles.drawing import a_picture
from tests.doubles.errands import KeptErrand
from tests.doubles.fal import FalDouble
from tests.doubles.server import Fault, Schedule
from tests.services.clock import Clock
from tests.services.fal.orders import KLING, SCHNELL, board, clip, order

_FILE = "fal-queue.thirdparty-apievangelist.openapi.yml"


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    """The description."""
    return described(_FILE)


def a_queue(double: FalDouble, key: str = "") -> FalQueue:
    patience = Clock().patience
    return FalQueue(key or double.key, double.hosts, guard=Line(vendors()["fal"], patience), patience=patience)


@pytest.fixture
def heard(tmp_path: Path) -> list[Exchange]:
    """A clip, a board, a refused picture and a wrong key, as they went over the wire."""
    double = FalDouble(Schedule({"submit": [Fault.BUSY]}))
    picture = tmp_path / "board.png"
    picture.write_bytes(a_picture(320, 180))

    with overheard(double.app) as (_, exchanges):
        queue, stranger = a_queue(double), a_queue(double, "nobody:nothing")
        FalAnimator("kling", KLING, queue, Ffmpeg()).make(
            order(TakeKind.CLIP, clip(72), tmp_path, board=picture), KeptErrand()
        )
        FalPainter("flux", SCHNELL, queue).make(order(TakeKind.BOARD, board(), tmp_path), KeptErrand(key="b" * 64))
        frame = board().frame.model_copy(update={"width": 16, "height": 16})
        tiny = clip(72).model_copy(update={"board": board(frame=frame)})
        small = order(TakeKind.CLIP, tiny, tmp_path, board=picture)
        with pytest.raises(Invalid):
            FalAnimator("kling", KLING, queue, Ffmpeg()).make(small, KeptErrand(key="c" * 64))
        with pytest.raises(Denied):
            FalPainter("flux", SCHNELL, stranger).make(order(TakeKind.BOARD, board(), tmp_path), KeptErrand())
        queue.close()
        stranger.close()
    return exchanges


def schema(spec: dict[str, Any], name: str) -> Draft202012Validator:
    """A validator of one of the description's schemas."""
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": spec["components"]})


def queue_talk(heard: list[Exchange], method: str, path: str) -> Iterator[tuple[bytes, int, Any]]:
    """Exchanges with the queue at paths like this."""
    for one in heard:
        if one.method == method and re.fullmatch(rf"/queue/{path}", one.path):
            yield one.sent, one.status, json.loads(one.answered)


def test_what_is_submitted_and_accepted_is_as_described(spec: dict[str, Any], heard: list[Exchange]) -> None:
    talk = list(queue_talk(heard, "POST", ".+"))
    assert {status for _, status, _ in talk} == {200, 401, 429}
    for sent, status, answered in talk:
        if sent:  # who is refused is not read
            schema(spec, "InferenceRequest").validate(json.loads(sent))
        schema(spec, "QueueAcceptedResponse" if status == 200 else "ErrorResponse").validate(answered)


def test_what_is_said_of_a_request_is_as_described(spec: dict[str, Any], heard: list[Exchange]) -> None:
    talk = [answered for _, _, answered in queue_talk(heard, "GET", ".+/requests/[^/]+/status")]
    assert {one["status"] for one in talk} == {"IN_QUEUE", "IN_PROGRESS", "COMPLETED"}
    for answered in talk:
        schema(spec, "QueueStatusResponse").validate(answered)


def test_results_and_refusals_are_as_described(spec: dict[str, Any], heard: list[Exchange]) -> None:
    talk = [(status, answered) for _, status, answered in queue_talk(heard, "GET", ".+/requests/[^/]+")]
    assert [status for status, _ in talk] == [200, 200, 422]
    for status, answered in talk:
        schema(spec, "InferenceResult" if status == 200 else "ErrorResponse").validate(answered)
    example = spec["components"]["examples"]["FluxResultExample"]["value"]
    assert set(example) - {"timings"} <= set(talk[1][1])
    assert set(example["images"][0]) <= set(talk[1][1]["images"][0])


def test_every_path_of_the_queue_that_was_asked_is_described(spec: dict[str, Any], heard: list[Exchange]) -> None:
    known = [re.sub(r"\{model_name\}", ".+", one) for one in spec["paths"]]
    known = [re.sub(r"\{\w+\}", "[^/]+", one) for one in known]
    asked = {one.path.removeprefix("/queue") for one in heard if one.path.startswith("/queue/")}
    assert asked
    for path in asked:
        assert any(re.fullmatch(one, path) for one in known), path
