"""FLUX at fal: looks, plates and boards from words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from services.painters.picture import SHEET
from services.prompting import board_prompt, described
from studio.errors import Garbled, PolicyBlocked
from studio.story.cast import DNA
from studio.takes.briefs import LookBrief, PlateBrief
from studio.takes.frame import Aspect, Frame, Quality, frame
from studio.takes.recipe import TakeKind
from tests.doubles.drawing import a_picture, size_of
from tests.doubles.errands import KeptErrand
from tests.doubles.fal import FalDouble
from tests.doubles.server import Fault, Schedule
from tests.services.fal.orders import SETTING, board, order, painter, pixels

Serve = Callable[[FalDouble], FalDouble]
FLUX_2 = "fal-ai/flux-2"
ODD = Frame(width=426, height=240, fps=24)


def decoded(content: bytes) -> np.ndarray:
    read = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert read is not None
    return read


def test_a_look_a_plate_and_a_board_are_painted_in_their_sizes(serve: Serve, tmp_path: Path) -> None:
    double, kinds = serve(FalDouble()), (TakeKind.LOOK, TakeKind.PLATE, TakeKind.BOARD)
    briefs = [LookBrief(dna=DNA(), name="ANN"), PlateBrief(setting=SETTING, frame=ODD), board(frame=ODD)]
    for kind, brief, size in zip(kinds, briefs, [SHEET, (426, 240), (426, 240)], strict=True):
        product = painter(double).make(order(kind, brief, tmp_path), KeptErrand(key=kind.encode().hex().ljust(64, "0")))
        assert product.measure == {"width": size[0], "height": size[1]}
        assert pixels(product.file).shape[:2] == size[::-1]
        assert product.file.read_bytes().startswith(b"\x89PNG")
    prompts = [job.input["prompt"] for job in double.jobs.values()]
    assert described(DNA()) in prompts[0]
    assert "nobody in it" in prompts[1]
    assert prompts[2] == board_prompt(board(frame=ODD))


@pytest.mark.parametrize(
    ("model", "micros"), [("fal-ai/flux/dev", 25_000), ("fal-ai/flux/schnell", 3_000), (FLUX_2, 12_000)]
)
def test_what_is_booked_is_what_fal_bills(serve: Serve, tmp_path: Path, model: str, micros: int) -> None:
    double, errand = serve(FalDouble()), KeptErrand()
    large = board(frame=frame(Aspect.TALL, Quality.HIGH))
    painter(double, model).make(order(TakeKind.BOARD, large, tmp_path), errand)
    (job,) = double.jobs.values()
    size = job.input["image_size"]
    assert size["width"] * size["height"] <= 1_000_000
    assert size["width"] / size["height"] == pytest.approx(9 / 16, rel=0.02)
    (usage,) = errand.bills.values()
    assert usage.quantities == {"pixels": 1_000_000}
    assert double.books.total == micros


def test_the_looks_and_the_place_go_along_with_a_board_and_are_billed(serve: Serve, tmp_path: Path) -> None:
    double, errand = serve(FalDouble()), KeptErrand()
    given = {role: tmp_path / f"{at}.png" for at, role in enumerate(("look:ann", "look:bob", "plate"), 1)}
    for at, file in enumerate(given.values(), 1):
        file.write_bytes(a_picture(1600, 900, at))
    painter(double, FLUX_2).make(order(TakeKind.BOARD, board(), tmp_path, **given), errand)
    (job,) = double.jobs.values()
    assert job.model == "fal-ai/flux-2/edit"
    assert job.input["prompt"].startswith(board_prompt(board()))
    assert f"Picture 1 is the model sheet of the {described(DNA())}" in job.input["prompt"]
    assert "Picture 2 is the place" in job.input["prompt"]  # Bob is not in the picture
    sent = [double.storage.uploaded()[url] for url in job.input["image_urls"]]
    assert [size_of(one) for one in sent] == [(768, 432)] * 2
    shades = [float(pixels(given[role]).mean()) for role in ("look:ann", "plate")]
    assert [float(decoded(one).mean()) for one in sent] == pytest.approx(shades, abs=1)
    (usage,) = errand.bills.values()
    assert (usage.model, usage.quantities) == ("fal-ai/flux-2/edit", {"pixels": 3_000_000})
    assert double.books.total == 36_000


def test_a_board_whose_answer_was_lost_is_found_with_its_pictures(serve: Serve, tmp_path: Path) -> None:
    double, errand = serve(FalDouble(Schedule({"submit": [Fault.LOST_AFTER]}))), KeptErrand()
    plate = tmp_path / "plate.png"
    plate.write_bytes(a_picture(320, 180))
    painter(double, FLUX_2).make(order(TakeKind.BOARD, board(), tmp_path, plate=plate), errand)
    assert len(double.jobs) == len(errand.bills) == 1


def test_what_takes_no_pictures_along_is_asked_with_words_alone(serve: Serve, tmp_path: Path) -> None:
    double = serve(FalDouble())
    plate = tmp_path / "plate.png"
    plate.write_bytes(a_picture(320, 180))
    painter(double).make(order(TakeKind.BOARD, board(), tmp_path, plate=plate), KeptErrand())
    painter(double, FLUX_2).make(order(TakeKind.PLATE, PlateBrief(setting=SETTING, frame=ODD), tmp_path), KeptErrand())
    assert [job.model for job in double.jobs.values()] == ["fal-ai/flux/schnell", FLUX_2]
    assert double.storage.uploaded().keys() == {job.body["images"][0]["url"] for job in double.jobs.values()}


def test_the_seed_is_the_takes_own_and_stays(serve: Serve, tmp_path: Path) -> None:
    double = serve(FalDouble())
    keys = ["a" * 64, "a" * 64, "b" * 64]
    files = [painter(double).make(order(TakeKind.BOARD, board(), tmp_path), KeptErrand(key=key)).file for key in keys]
    seeds = [job.input["seed"] for job in double.jobs.values()]
    assert seeds[0] == seeds[1] != seeds[2]
    assert files[0].read_bytes() == files[1].read_bytes() != files[2].read_bytes()


def test_a_lost_answer_is_found_by_words_and_seed(serve: Serve, tmp_path: Path) -> None:
    double = serve(FalDouble(Schedule({"submit": [Fault.LOST_AFTER]})))
    errand = KeptErrand()
    painter(double).make(order(TakeKind.BOARD, board(), tmp_path), errand)
    assert len(double.jobs) == len(errand.bills) == 1


def test_a_black_picture_is_garbled_and_billed(serve: Serve, tmp_path: Path) -> None:
    double, errand = serve(FalDouble(Schedule({"submit": [Fault.GARBLED]}))), KeptErrand()
    with pytest.raises(Garbled, match="black"):
        painter(double).make(order(TakeKind.BOARD, board(), tmp_path), errand)
    assert list(errand.bills) == list(double.books.billed)


def test_what_the_checker_refuses_is_blocked(serve: Serve, tmp_path: Path) -> None:
    double = serve(FalDouble())
    with pytest.raises(PolicyBlocked):
        painter(double).make(order(TakeKind.BOARD, board("gore"), tmp_path), KeptErrand())
