"""Orders for fal's engines, and engines that talk to its double."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from services.animators.fal import FalAnimator
from services.fal.queue import FalQueue
from services.guard import Line, vendors
from services.media.ffmpeg import Ffmpeg
from services.painters.fal import FalPainter
from studio.crew import Order
from studio.story.breakdown import Emotion, Figure, Framing, Staging
from studio.story.cast import DNA
from studio.story.noun import Noun
from studio.story.places import Kit, Mood, Place, Setting, Time
from studio.takes.briefs import BoardBrief, ClipBrief
from studio.takes.frame import Frame
from studio.takes.recipe import Recipe, TakeKind
from tests.doubles.fal import FalDouble
from tests.services.clock import Clock

SMALL = Frame(width=320, height=180, fps=24)
KLING = "kling/v4/image-to-video"
KLING_3 = "fal-ai/kling-video/v3/standard/image-to-video"
SCHNELL = "fal-ai/flux/schnell"
SETTING = Setting(place=Place(id="pier", name="Pier", interior=False, kit=Kit.HARBOUR), time=Time.DUSK, mood=Mood.DUSK)


_open: list[FalQueue] = []


def board(action: str = "", frame: Frame = SMALL) -> BoardBrief:
    """Ann on the pier."""
    staging = Staging(framing=Framing.MEDIUM, figures=(Figure(character="ann", emotion=Emotion.JOY),), action=action)
    return BoardBrief(staging=staging, setting=SETTING, cast={"ann": DNA()}, frame=frame)


def clip(frames: int = 80, action: str = "") -> ClipBrief:
    """Ann in motion."""
    return ClipBrief(board=board(action), frames=frames)


def order(kind: TakeKind, brief: Noun, folder: Path, **inputs: Path) -> Order:
    """An order for a brief, in a folder of its own."""
    made = folder / f"work-{len(list(folder.iterdir()))}"
    made.mkdir()
    recipe = Recipe(kind=kind, brief=brief.model_dump(mode="json"), engine="tested", engine_version="1")
    return Order(recipe, inputs, made)


def queue(double: FalDouble, clock: Clock | None = None, key: str = "") -> FalQueue:
    """A client of the double that never really waits."""
    patience = (clock or Clock()).patience
    made = FalQueue(key or double.key, double.hosts, guard=Line(vendors()["fal"], patience), patience=patience)
    _open.append(made)
    return made


def hang_up() -> None:
    """Close what was opened."""
    while _open:
        _open.pop().close()


def animator(double: FalDouble, model: str = KLING, **given: object) -> FalAnimator:
    """Kling at the double."""
    return FalAnimator("kling", model, queue(double, **given), Ffmpeg())  # type: ignore[arg-type]


def painter(double: FalDouble, model: str = SCHNELL, **given: object) -> FalPainter:
    """FLUX at the double."""
    return FalPainter("flux", model, queue(double, **given))  # type: ignore[arg-type]


def pixels(file: Path) -> np.ndarray:
    """A picture's pixels."""
    read = cv2.imread(str(file))
    assert read is not None
    return read
