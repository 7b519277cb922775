"""The painter on the endpoint's double: sizes, references in their order, what is garbled."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest

from services.gpu.sheet import sheet
from services.gpu.work import Work
from services.painters.runpod import RunPodPainter
from studio.crew import Order
from studio.errors import Garbled
from studio.story.breakdown import Framing
from studio.story.noun import Noun
from studio.takes.briefs import LookBrief, PlateBrief
from studio.takes.frame import Aspect, Frame
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.thumbs import Thumbs
from tests.doubles.errands import KeptErrand
from tests.doubles.runpod import RunPodDouble
from tests.doubles.server import Fault, Schedule
from tests.offline.shots import CAST, HARBOUR, SMALL, board, figures
from tests.services.gpu.endpoint import PACE, QUICK, jobs_on


@contextmanager
def painter(double: RunPodDouble, references: int = 4) -> Iterator[RunPodPainter]:
    small = {"sizes": {Aspect.WIDE: (128, 72)}, "references": references}
    engine = sheet().engine["keyframe-klein-4b"].model_copy(update=small)
    with jobs_on(double) as jobs:
        yield RunPodPainter(Work(jobs, engine, hosts=("127.0.0.1",), pace=PACE, patience=QUICK))


def order(folder: Path, kind: TakeKind, brief: Noun, *roles: str) -> Order:
    folder.mkdir()
    inputs = {}
    for number, role in enumerate(roles, 1):
        inputs[role] = folder.parent / f"{number}.png"
        cv2.imwrite(str(inputs[role]), np.full((900, 1600, 3), number * 20, np.uint8))
    recipe = Recipe(
        kind=kind, brief=brief.model_dump(mode="json"), engine="keyframe-klein-4b", engine_version="1", seed=2**33 + 9
    )
    return Order(recipe, inputs, folder)


def shade(picture: dict[str, str]) -> tuple[int, int]:
    """The grey of a reference, and its longer side."""
    seen = cv2.imdecode(np.frombuffer(base64.b64decode(picture["base64"]), np.uint8), cv2.IMREAD_COLOR)
    assert seen is not None
    return round(float(seen.mean())), max(seen.shape)


@pytest.mark.parametrize(
    ("kind", "brief", "size"),
    [
        (TakeKind.LOOK, LookBrief(dna=CAST["ann"], name="Ann"), (1280, 720)),
        (TakeKind.PLATE, PlateBrief(setting=HARBOUR, frame=SMALL), (320, 180)),
        (TakeKind.BOARD, board(Framing.MEDIUM, figures("ann"), size=SMALL), (320, 180)),
    ],
    ids=["look", "plate", "board"],
)
def test_stills_have_the_size_that_was_asked_for(
    tmp_path: Path, kind: TakeKind, brief: Noun, size: tuple[int, int]
) -> None:
    errand = KeptErrand()
    with painter(double := RunPodDouble(says={"keyframe-klein-4b": 2100})) as engine:
        product = engine.make(order(tmp_path / "take", kind, brief), errand)
    assert product.measure == {"width": size[0], "height": size[1]}
    made = cv2.imread(str(product.file))
    assert made is not None
    assert made.shape == (size[1], size[0], 3)
    assert sum(bill.quantities["gpu_ms"] for bill in errand.bills.values()) == 3000
    assert double.books.total == 3 * 310
    job = next(iter(double.queue.jobs.values())).input
    assert job["prompt"]
    assert job["seed"] == 9
    assert "references" not in job


def test_a_board_takes_the_looks_along_the_focus_first_and_then_the_place(tmp_path: Path) -> None:
    brief = board(Framing.MEDIUM, figures("ann", "ben", "cat"), size=SMALL, focus="ben")
    take = order(tmp_path / "take", TakeKind.BOARD, brief, "look:ann", "look:ben", "look:cat", "plate")
    with painter(double := RunPodDouble(), 3) as engine:
        engine.make(take, KeptErrand())
    job = next(iter(double.queue.jobs.values())).input
    assert [shade(one) for one in job["references"]] == [(40, 768), (20, 768), (80, 768)]
    assert "Picture 3 is the place" in job["prompt"]
    assert "{" not in job["prompt"]


@pytest.mark.parametrize("fault", [Fault.GARBLED, Fault.FAILED])
def test_what_cannot_be_believed_is_garbled_and_booked(tmp_path: Path, fault: Fault) -> None:
    errand = KeptErrand()
    brief = PlateBrief(setting=HARBOUR, frame=SMALL)
    double = RunPodDouble(Schedule({"job": [fault]}), says={"keyframe-klein-4b": 3000})
    with painter(double) as engine, pytest.raises(Garbled):
        engine.make(order(tmp_path / "take", TakeKind.PLATE, brief), errand)
    assert [bill.request for bill in errand.bills.values()] == ["job-1-u1"]


def test_the_thumbnail_it_draws_is_the_one_its_file_gives(tmp_path: Path) -> None:
    brief = PlateBrief(setting=HARBOUR, frame=Frame(width=1280, height=720, fps=24))
    with painter(RunPodDouble()) as engine:
        product = engine.make(order(tmp_path / "take", TakeKind.PLATE, brief), KeptErrand())
    assert product.small is not None
    again = Thumbs(tmp_path / "thumbs").of("ab12", lambda: product.file)
    assert product.small.read_bytes() == again.read_bytes()
