"""What our client sends to fal's queue and what our double answers, held against a description of it.

The description is a third party's: it knows no 202 while a request waits and calls a cancelled request by another
word, so only bodies are held against it, and cancelling is not.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.animators.fal import FalAnimator
from services.fal.queue import FalQueue
from services.guard import Line, vendors
from services.media.ffmpeg import Ffmpeg
from services.painters.fal import FalPainter
from studio.errors import Denied, Invalid
from studio.takes.recipe import TakeKind
from tests.doubles.drawing import a_picture
from tests.doubles.errands import KeptErrand
from tests.doubles.fal import FalDouble
from tests.doubles.server import Fault, Schedule, serving
from tests.services.clock import Clock
from tests.services.fal.orders import KLING, SCHNELL, board, clip, order

_FILE = "fal-queue.thirdparty-apievangelist.openapi.yml"
Exchange = tuple[str, str, bytes, int, bytes]  # method, path, sent, status, answered


class Ear:
    """Hears what goes over the wire to an application and back."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.heard = app, list[Exchange]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent, answered, status = bytearray(), bytearray(), [0]

        async def hear() -> Message:
            message = await receive()
            sent.extend(message.get("body", b""))
            return message

        async def say(message: Message) -> None:
            status[0] = message.get("status", status[0])
            answered.extend(message.get("body", b""))
            await send(message)

        await self.app(scope, hear, say)
        self.heard.append((scope["method"], scope["path"], bytes(sent), status[0], bytes(answered)))


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    """The description."""
    folder = os.environ.get("VENDOR_SPECS")
    if not folder:
        pytest.skip("VENDOR_SPECS names no folder with the vendors' descriptions")
    read: dict[str, Any] = yaml.safe_load((Path(folder) / _FILE).read_text(encoding="utf-8"))
    return read


def a_queue(double: FalDouble, key: str = "") -> FalQueue:
    patience = Clock().patience
    return FalQueue(key or double.key, double.hosts, guard=Line(vendors()["fal"], patience), patience=patience)


@pytest.fixture
def heard(tmp_path: Path) -> list[Exchange]:
    """A clip, a board, a refused picture and a wrong key, as they went over the wire."""
    double = FalDouble(Schedule({"submit": [Fault.BUSY]}))
    ears: list[Ear] = []
    picture = tmp_path / "board.png"
    picture.write_bytes(a_picture(320, 180))

    def app(base: str) -> Any:
        ears.append(Ear(double.app(base)))
        return ears[0]

    with serving(app):
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
    return ears[0].heard


def schema(spec: dict[str, Any], name: str) -> Draft202012Validator:
    """A validator of one of the description's schemas."""
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": spec["components"]})


def queue_talk(heard: list[Exchange], method: str, path: str) -> Iterator[tuple[bytes, int, Any]]:
    """Exchanges with the queue at paths like this."""
    for how, where, sent, status, answered in heard:
        if how == method and re.fullmatch(rf"/queue/{path}", where):
            yield sent, status, json.loads(answered)


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
    asked = {where.removeprefix("/queue") for _, where, *_ in heard if where.startswith("/queue/")}
    assert asked
    for path in asked:
        assert any(re.fullmatch(one, path) for one in known), path
