"""A ComfyUI of one's own paints for nothing, and each picture once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import cv2
import pytest

from services.guard import Line, vendors
from services.painters.comfyui import ComfyPainter
from services.painters.workflow import workflow
from services.prompting import avoided, board_prompt
from studio.errors import Conflict, Garbled, Invalid
from studio.story.cast import DNA
from studio.takes.briefs import LookBrief
from studio.takes.frame import Frame
from studio.takes.recipe import TakeKind
from tests.doubles.comfyui import KLEIN, ComfyDouble
from tests.doubles.drawing import a_picture, size_of
from tests.doubles.errands import KeptErrand
from tests.doubles.server import Fault, Schedule, serving
from tests.services.clock import Clock
from tests.services.fal.orders import board, order

Hire = Callable[..., ComfyPainter]
TALL = Frame(width=180, height=320, fps=24)


@pytest.fixture
def hire() -> Iterator[Hire]:
    """Painters at doubles that are served until the test ends; none really waits."""
    with ExitStack() as open_:

        def make(double: ComfyDouble, name: str = "comfyui") -> ComfyPainter:
            base, patience = open_.enter_context(serving(double.app)), Clock().patience
            painter = ComfyPainter(base, name=name, guard=Line(vendors()["comfyui"], patience), patience=patience)
            open_.callback(painter.close)
            return painter

        yield make


def test_a_board_is_painted_in_its_size_for_nothing(hire: Hire, tmp_path: Path) -> None:
    double, errand = ComfyDouble(), KeptErrand()
    product = hire(double).make(order(TakeKind.BOARD, board(frame=TALL), tmp_path), errand)
    assert product.measure == {"width": 180, "height": 320}
    picture = cv2.imread(str(product.file))
    assert picture is not None
    assert picture.shape[:2] == (320, 180)
    (piece,) = double.pieces.values()
    inputs = {
        node["class_type"]: node["inputs"] for node in piece.graph.values() if node["class_type"] != "CLIPTextEncode"
    }
    texts = [node["inputs"]["text"] for node in piece.graph.values() if node["class_type"] == "CLIPTextEncode"]
    assert texts == [board_prompt(board(frame=TALL)), avoided()]
    assert inputs["CheckpointLoaderSimple"]["ckpt_name"] == "sdxl.safetensors"
    assert inputs["KSampler"]["seed"] == int("a" * 12, 16)
    assert inputs["EmptyLatentImage"]["width"] < inputs["EmptyLatentImage"]["height"]
    (usage,) = errand.bills.values()
    assert (usage.vendor, usage.model, usage.quantities) == ("comfyui", "comfyui", {"images": 1})


def test_a_picture_that_was_asked_for_is_not_asked_for_again(hire: Hire, tmp_path: Path) -> None:
    double, errand = ComfyDouble(), KeptErrand()
    painter = hire(double)
    painter.make(order(TakeKind.BOARD, board(), tmp_path), errand)
    painter.make(order(TakeKind.BOARD, board(), tmp_path), KeptErrand(ticket=errand.ticket))
    painter.make(order(TakeKind.BOARD, board(), tmp_path), KeptErrand(doubtful=True))
    assert double.books.asked["prompt"] == 1


def test_a_doubtful_picture_the_server_does_not_know_is_asked_for(hire: Hire, tmp_path: Path) -> None:
    double = ComfyDouble()
    hire(double).make(order(TakeKind.BOARD, board(), tmp_path), KeptErrand(doubtful=True))
    assert double.books.asked["prompt"] == 1


@pytest.mark.parametrize("script", [{"prompt": [Fault.DOWN, Fault.LOST_BEFORE]}, {"prompt": [Fault.LOST_AFTER]},
                                    {"history": [Fault.DOWN, Fault.DOWN]}], ids=str)  # fmt: skip
def test_faults_are_outlasted(hire: Hire, tmp_path: Path, script: dict[str, list[Fault]]) -> None:
    double = ComfyDouble(Schedule(script))
    hire(double).make(order(TakeKind.LOOK, LookBrief(dna=DNA(), name="ANN"), tmp_path), KeptErrand())
    assert double.painted == 1


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ({"prompt": [Fault.FAILED]}, "out of memory"),
        ({"prompt": [Fault.GARBLED]}, "black"),
        ({"history": [Fault.GARBLED]}, "no JSON"),
        ({"view": [Fault.EXPIRED]}, "not there"),
    ],
    ids=["failed", "black", "no JSON", "gone"],
)
def test_what_came_of_no_use_is_garbled(hire: Hire, tmp_path: Path, script: dict[str, list[Fault]], why: str) -> None:
    with pytest.raises(Garbled, match=why):
        hire(ComfyDouble(Schedule(script))).make(order(TakeKind.BOARD, board(), tmp_path), KeptErrand())


def test_a_server_that_forgot_a_picture_is_garbled_so_it_is_asked_for_anew(hire: Hire, tmp_path: Path) -> None:
    double, errand = ComfyDouble(), KeptErrand()
    painter = hire(double)
    painter.make(order(TakeKind.BOARD, board(), tmp_path), errand)
    double.forget()
    with pytest.raises(Garbled, match="knows nothing"):
        painter.make(order(TakeKind.BOARD, board(), tmp_path), KeptErrand(ticket=errand.ticket))


def test_a_server_without_a_model_says_so(hire: Hire, tmp_path: Path) -> None:
    double = ComfyDouble(checkpoints=())
    with pytest.raises(Invalid, match="no checkpoint"):
        hire(double).make(order(TakeKind.BOARD, board(), tmp_path), KeptErrand())


def test_a_workflow_the_server_refuses_is_invalid_and_names_the_node(hire: Hire, tmp_path: Path) -> None:
    double = ComfyDouble(gone=("sdxl.safetensors",))
    with pytest.raises(Invalid, match=r"sdxl\.safetensors' not in the list"):
        hire(double).make(order(TakeKind.BOARD, board(), tmp_path), KeptErrand())


def test_who_calls_it_off_frees_the_server(hire: Hire, tmp_path: Path) -> None:
    double = ComfyDouble(polls=99)

    class Called(KeptErrand):
        def check(self) -> None:
            if self.ticket:
                raise Conflict("called off")

    with pytest.raises(Conflict):
        hire(double).make(order(TakeKind.BOARD, board(), tmp_path), Called())
    assert all(piece.deleted for piece in double.pieces.values())


@pytest.mark.parametrize("name", ["comfyui", "comfyui-klein"])
def test_every_place_of_a_workflow_is_filled(name: str) -> None:
    made = workflow(name)
    places: dict[str, str | int] = {"prompt": "p", "avoided": "a", "width": 1, "height": 2, "seed": 3, "name": "n"}
    models = dict.fromkeys(made.models, "m")
    assert "$" not in str(made.filled(places | models, ["one.png", "two.png"][: made.most]))
    with pytest.raises(KeyError):
        made.filled({"prompt": "p"})


def test_the_looks_and_the_place_go_along_with_a_board(hire: Hire, tmp_path: Path) -> None:
    double, given = ComfyDouble(Schedule({"upload": [Fault.DOWN]})), dict[str, Path]()
    for at, role in enumerate(("look:ann", "plate"), 1):
        given[role] = tmp_path / f"{at}.png"
        given[role].write_bytes(a_picture(1600, 900, at))
    painter = hire(double, "comfyui-klein")
    product = painter.make(order(TakeKind.BOARD, board(frame=TALL), tmp_path, **given), KeptErrand())
    assert product.measure == {"width": 180, "height": 320}
    (piece,) = double.pieces.values()
    graph = piece.graph
    (guider,) = (node["inputs"] for node in graph.values() if node["class_type"] == "CFGGuider")
    for side, end in (("positive", "CLIPTextEncode"), ("negative", "ConditioningZeroOut")):
        seen, node = [], graph[guider[side][0]]
        while node["class_type"] == "ReferenceLatent":
            encoder = graph[node["inputs"]["latent"][0]]["inputs"]
            seen.append(graph[encoder["pixels"][0]]["inputs"]["image"])
            node = graph[node["inputs"]["conditioning"][0]]
        assert node["class_type"] == end
        assert [size_of(double.uploads[one]) for one in seen] == [(768, 432)] * 2
        assert len(set(seen)) == 2
    (words,) = (node["inputs"]["text"] for node in graph.values() if node["class_type"] == "CLIPTextEncode")
    assert "Picture 1 is the model sheet" in words
    assert "Picture 2 is the place" in words


def test_a_plate_is_painted_by_the_same_model_without_pictures(hire: Hire, tmp_path: Path) -> None:
    double = ComfyDouble()
    hire(double, "comfyui-klein").make(order(TakeKind.LOOK, LookBrief(dna=DNA(), name="ANN"), tmp_path), KeptErrand())
    assert double.uploads == {}
    assert double.painted == 1


def test_a_server_without_the_model_that_takes_pictures_says_which_file_is_missing(hire: Hire, tmp_path: Path) -> None:
    double = ComfyDouble(models=KLEIN | {"vae": ("ae.safetensors",)})
    with pytest.raises(
        Invalid, match="no file with flux2-vae in its name in models/vae; the engine comfyui needs none"
    ):
        hire(double, "comfyui-klein").make(order(TakeKind.BOARD, board(), tmp_path), KeptErrand())
    assert double.books.asked["prompt"] == 0
