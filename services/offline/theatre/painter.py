"""The offline painter: looks, plates and boards as stills of the paper theatre."""

from __future__ import annotations

from pathlib import Path

import cv2
from PIL import Image

from services.offline.theatre.look_sheet import look_sheet
from services.offline.theatre.sprite import Pixels
from services.offline.theatre.stage import Stage
from services.offline.theatre.wings import Wings, paper_wings
from studio.crew import Order, Product
from studio.errors import RenderFailed
from studio.story.breakdown import Entrance, Framing, Staging
from studio.takes.briefs import BoardBrief, ClipBrief, LookBrief, PlateBrief
from studio.takes.thumbs import jpeg

# Huffman alone: two thirds of the time of the fastest full search, and the same size within a hundredth.
_PNG = (cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_HUFFMAN_ONLY)
_FIRST_SECOND = 1.0


class PaperPainter:
    """Keeps the Painter protocol. Puppets and sets stay in its wings from picture to picture of one process."""

    name = "paper-painter"
    version = "11"

    def __init__(self, wings: Wings | None = None) -> None:
        """Use these wings, or new ones with the paper puppets and sets."""
        self._wings = wings or paper_wings()

    def look(self, order: Order) -> Product:
        """LookBrief -> a character's sheet."""
        brief = LookBrief.model_validate(order.recipe.brief)
        return _kept(look_sheet(brief, self._wings), order.folder / "look.png")

    def plate(self, order: Order) -> Product:
        """PlateBrief -> a place with nobody in it."""
        brief = PlateBrief.model_validate(order.recipe.brief)
        empty = BoardBrief(staging=Staging(framing=Framing.WIDE), setting=brief.setting, cast={}, frame=brief.frame)
        stage = Stage(ClipBrief(board=empty, frames=1), order.recipe.seed, self._wings)
        return _kept(stage.picture(0), order.folder / "plate.png")

    def board(self, order: Order) -> Product:
        """BoardBrief -> the most telling instant of the shot's first second, drawn as its clip will be."""
        brief = BoardBrief.model_validate(order.recipe.brief)
        frames = round(_FIRST_SECOND * brief.frame.fps) * 3
        stage = Stage(ClipBrief(board=brief, frames=frames), order.recipe.seed, self._wings)
        return _kept(stage.picture(telling(brief)), order.folder / "board.png")


def telling(brief: BoardBrief) -> int:
    """The frame that stands for a shot: the gesture made, the feeling risen, the one who comes in nearly there."""
    leaves = any(figure.entrance is Entrance.LEAVES for figure in brief.staging.figures)
    return round((0.1 if leaves else 0.95) * _FIRST_SECOND * brief.frame.fps)


def _kept(picture: Pixels, file: Path) -> Product:
    if not cv2.imwrite(str(file), picture, _PNG):
        raise RenderFailed(f"the picture {file.name} could not be written")
    # Its thumbnail from the pixels at hand: unpacking the PNG for it takes eight times as long.
    small = file.with_suffix(".jpg")
    small.write_bytes(jpeg(Image.fromarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))))
    return Product(file, {"width": int(picture.shape[1]), "height": int(picture.shape[0])}, small)
