"""What every animator keeps, the offline ones and those at vendors: one order, exactly the clip its brief asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from services.animators.fal import FalAnimator
from services.animators.runpod import RunPodAnimator
from services.fal.queue import FalQueue
from services.gpu.sheet import sheet
from services.gpu.work import Work
from services.guard import Line, vendors
from services.media.conform import conforms
from services.media.ffmpeg import Ffmpeg
from services.media.flaws import film_flaw
from services.media.footage import decoded
from services.offline.theatre.animator import PaperAnimator
from services.offline.theatre.board_move import BoardMove
from studio.crew import Animator, Order, Product, Remote
from studio.story.breakdown import Framing, Move
from studio.takes.briefs import ClipBrief, Mouth
from studio.takes.frame import Aspect, Frame
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.roster import EngineCard, Roster
from tests.doubles.drawing import a_picture
from tests.doubles.errands import KeptErrand
from tests.doubles.fal import FalDouble
from tests.doubles.runpod import RunPodDouble
from tests.doubles.server import serving
from tests.offline.doubles import box_wings
from tests.offline.shots import board, clip, figures, talk
from tests.services.clock import Clock
from tests.services.gpu.endpoint import PACE, QUICK, jobs_on

ROSTER = Roster.load(Path(__file__).parents[2] / "data" / "crew.toml")
ANIMATORS = [card.name for card in ROSTER.engine if card.role == "animator"]
WIDE, TALL = Frame(width=320, height=180, fps=24), Frame(width=180, height=320, fps=30)
FFMPEG = Ffmpeg()
Shoot = Callable[[ClipBrief], Product]


def hired(card: EngineCard, open_: ExitStack) -> Animator | Remote:
    """The engine of a card; one at a vendor talks to its double."""
    patience = Clock().patience
    match card.vendor, card.name:
        case "", "paper-theatre":
            return PaperAnimator(box_wings())
        case "", _:
            return BoardMove()
        case "fal", _:
            double = FalDouble(polls=1)
            open_.enter_context(serving(double.app))
            queue = FalQueue(double.key, double.hosts, guard=Line(vendors()["fal"], patience), patience=patience)
            open_.callback(queue.close)
            return FalAnimator(card.name, card.model, queue, FFMPEG, version=card.version)
        case "runpod", _:
            small = {Aspect.WIDE: (128, 72), Aspect.TALL: (72, 128)}
            engine = sheet().engine[card.name].model_copy(update={"sizes": small})
            jobs = open_.enter_context(jobs_on(RunPodDouble()))
            work = Work(jobs, engine, hosts=("127.0.0.1",), pace=PACE, patience=QUICK)
            return RunPodAnimator(work, FFMPEG, version=card.version)
    raise AssertionError(f"no double of {card.vendor}")


@pytest.fixture(params=ANIMATORS)
def shoot(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shoot]:
    """Has a clip made by each animator of the roster in turn, and books whatever it costs."""
    card = ROSTER.named(request.param)

    def ask(brief: ClipBrief) -> Product:
        folder = tmp_path / f"work{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        frame = brief.board.frame
        picture = tmp_path / f"board{frame.width}.png"
        picture.write_bytes(a_picture(frame.width, frame.height, 5))
        recipe = Recipe(
            kind=TakeKind.CLIP, brief=brief.model_dump(mode="json"), engine=card.name, engine_version=card.version
        )
        order, errand = Order(recipe, {"board": picture}, folder), KeptErrand(key=recipe.fingerprint)
        product = engine.make(order, errand) if card.vendor else engine.clip(order)  # type: ignore[union-attr]
        assert bool(errand.bills) == bool(card.vendor)
        assert all(bill.model == card.model for bill in errand.bills.values())
        assert all(quantity > 0 for bill in errand.bills.values() for quantity in bill.quantities.values())
        assert product.file.parent == folder
        return product

    with ExitStack() as open_:
        engine = hired(card, open_)
        assert (engine.name, engine.version) == (card.name, card.version)
        yield ask


@pytest.mark.parametrize(("frame", "frames"), [(WIDE, 30), (TALL, 41)], ids=["wide", "tall"])
def test_a_clip_is_exactly_as_its_brief_says(shoot: Shoot, frame: Frame, frames: int) -> None:
    product = shoot(clip(board(Framing.MEDIUM, figures("ann"), size=frame), frames, talk("ann", 4, Mouth.A, Mouth.MBP)))
    assert product.measure == {"frames": frames, "width": frame.width, "height": frame.height, "fps": frame.fps}
    assert conforms(FFMPEG, product.file, frame, frames)
    with av.open(str(product.file)) as file:
        assert not file.streams.audio


def test_a_long_clip_can_be_begun_in_the_middle_and_never_stands_still(shoot: Shoot) -> None:
    """Longer than SVD makes in one go: its other links and the camera's move are in it."""
    brief = clip(board(Framing.MEDIUM, figures("ann", "ben"), size=WIDE, move=Move.PUSH_IN), 132)
    product = shoot(brief.model_copy(update={"key": 20}))
    assert conforms(FFMPEG, product.file, WIDE, 132, 20)
    assert film_flaw(product.file, size=(320, 180), frames=132, fps=24) == ""
    seconds = list(decoded(product.file))[::24]
    assert min(np.abs(after.astype(int) - before).mean() for before, after in pairwise(seconds))
