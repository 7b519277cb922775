"""What every painter keeps, the offline one and those at vendors: one order, the same kind of still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from services.fal.models import models
from services.fal.queue import FalQueue
from services.gpu.sheet import sheet
from services.gpu.work import Work
from services.guard import Line, vendors
from services.media.flaws import picture_flaw
from services.offline.theatre.painter import PaperPainter
from services.painters.comfyui import ComfyPainter
from services.painters.fal import FalPainter
from services.painters.runpod import RunPodPainter
from services.painters.workflow import workflow
from studio.crew import Engine, Order, Product, Remote
from studio.story.breakdown import Figure, Framing, Staging
from studio.story.noun import Noun
from studio.takes.briefs import BoardBrief, LookBrief, PlateBrief
from studio.takes.frame import Aspect, Frame
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.roster import EngineCard, Roster
from tests.doubles.comfyui import ComfyDouble
from tests.doubles.errands import KeptErrand
from tests.doubles.fal import FalDouble
from tests.doubles.runpod import RunPodDouble
from tests.doubles.server import serving
from tests.offline.doubles import box_wings
from tests.offline.shots import CAST, HARBOUR
from tests.services.clock import Clock
from tests.services.gpu.endpoint import PACE, QUICK, jobs_on

ROSTER = Roster.load(Path(__file__).parents[2] / "data" / "crew.toml")
PAINTERS = [card.name for card in ROSTER.engine if card.role == "painter"]
FRAMES = [
    Frame(width=320, height=180, fps=24),
    Frame(width=180, height=320, fps=24),
    Frame(width=200, height=200, fps=24),
]
Paint = Callable[[TakeKind, Noun], Product]


def hired(card: EngineCard, open_: ExitStack) -> Engine:
    """The engine of a card; one at a vendor talks to its double."""
    patience = Clock().patience
    match card.vendor:
        case "":
            return PaperPainter(box_wings())
        case "fal":
            double = FalDouble(polls=1)
            open_.enter_context(serving(double.app))
            queue = FalQueue(double.key, double.hosts, guard=Line(vendors()["fal"], patience), patience=patience)
            open_.callback(queue.close)
            return FalPainter(card.name, card.model, queue, version=card.version)
        case "comfyui":
            base = open_.enter_context(serving(ComfyDouble().app))
            guard = Line(vendors()["comfyui"], patience)
            painter = ComfyPainter(base, name=card.name, version=card.version, guard=guard, patience=patience)
            open_.callback(painter.close)
            return painter
        case "runpod":
            small = {Aspect.WIDE: (160, 96), Aspect.TALL: (96, 160), Aspect.SQUARE: (128, 128)}
            engine = sheet().engine[card.name].model_copy(update={"sizes": small})
            jobs = open_.enter_context(jobs_on(RunPodDouble()))
            work = Work(jobs, engine, hosts=("127.0.0.1",), pace=PACE, patience=QUICK)
            return RunPodPainter(work, version=card.version)
    raise AssertionError(f"no double of {card.vendor}")


@pytest.fixture(params=PAINTERS)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each painter of the roster in turn, by the name and version the roster has."""
    card = ROSTER.named(request.param)
    with ExitStack() as open_:
        made = hired(card, open_)
        assert (made.name, made.version) == (card.name, card.version)
        yield made


@pytest.fixture
def paint(engine: Engine, tmp_path: Path) -> Paint:
    """Has one still painted, and books whatever it costs."""

    def ask(kind: TakeKind, brief: Noun) -> Product:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        recipe = Recipe(kind=kind, brief=brief.model_dump(mode="json"), engine=engine.name, engine_version="1")
        errand = KeptErrand(key=recipe.fingerprint)
        if isinstance(engine, PaperPainter):
            product: Product = getattr(engine, kind)(Order(recipe, {}, folder))
        else:
            remote: Remote = engine  # type: ignore[assignment]
            product = remote.make(Order(recipe, {}, folder), errand)
            assert len(errand.bills) == 1
            assert all(quantity > 0 for bill in errand.bills.values() for quantity in bill.quantities.values())
        assert product.file.parent == folder
        return product

    return ask


def checked(product: Product, width: int, height: int) -> None:
    assert product.measure == {"width": width, "height": height}
    assert product.file.read_bytes().startswith(b"\x89PNG")
    assert picture_flaw(product.file, size=(width, height)) == ""


def test_a_painter_at_a_vendor_takes_looks_along_or_says_that_it_does_not() -> None:
    sold = [card for card in ROSTER.engine if card.role == "painter" and card.vendor]
    known = {card.name: card.references for card in sold}
    most = {name: workflow(name).most for name in ("comfyui", "comfyui-klein")}
    most |= {card.name: sheet().engine[card.name].references for card in sold if card.vendor == "runpod"}
    rows = {card.name: models().picture[card.model].referring for card in sold if card.vendor == "fal"}
    assert known == most | {name: one.most if one else 0 for name, one in rows.items()}
    assert [card.name for card in sold if bool(card.references) == bool(card.caution)] == []


def test_a_look_is_a_sheet(paint: Paint) -> None:
    product = paint(TakeKind.LOOK, LookBrief(dna=CAST["ann"], name="ANN"))
    checked(product, int(product.measure["width"]), int(product.measure["height"]))
    assert product.measure["width"] > product.measure["height"] >= 360


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.aspect)
def test_a_plate_and_a_board_fill_the_frame(paint: Paint, frame: Frame) -> None:
    checked(paint(TakeKind.PLATE, PlateBrief(setting=HARBOUR, frame=frame)), frame.width, frame.height)
    staging = Staging(framing=Framing.MEDIUM, figures=(Figure(character="ann"), Figure(character="ben")), focus="ann")
    board = BoardBrief(staging=staging, setting=HARBOUR, cast={"ann": CAST["ann"], "ben": CAST["ben"]}, frame=frame)
    checked(paint(TakeKind.BOARD, board), frame.width, frame.height)
