"""The offline animator: a clip brief played on the paper stage and written in delivery settings."""

from __future__ import annotations

import cv2

from services.offline.theatre.encode import ClipFile
from services.offline.theatre.stage import Stage
from services.offline.theatre.still import Still
from services.offline.theatre.wings import Wings, paper_wings
from studio.crew import Order, Product
from studio.errors import BadRequest
from studio.takes.briefs import ClipBrief


class PaperAnimator:
    """Keeps the Animator protocol. Puppets and sets stay in its wings from clip to clip of one process."""

    name = "paper-theatre"
    version = "13"

    def __init__(self, wings: Wings | None = None) -> None:
        """Use these wings, or new ones with the paper puppets and sets."""
        self._wings = wings or paper_wings()

    def clip(self, order: Order) -> Product:
        """ClipBrief -> a silent MP4 of exactly brief.frames frames."""
        # Two processes draw at a time: a pool of threads in each would only get in the other's way.
        cv2.setNumThreads(1)
        brief = ClipBrief.model_validate(order.recipe.brief)
        shown = self._still(order, brief) if brief.still else Stage(brief, order.recipe.seed, self._wings)
        frame, file = brief.board.frame, order.folder / "clip.mp4"
        with ClipFile(file, frame, brief.key) as out:
            for index in range(brief.frames):
                out.write(shown.play(index))
        measure = {"frames": brief.frames, "width": frame.width, "height": frame.height, "fps": frame.fps}
        return Product(file, measure)

    def _still(self, order: Order, brief: ClipBrief) -> Still:
        """The person's own board, with the camera going over it."""
        if "board" not in order.inputs:
            raise BadRequest("a clip of a still needs the still", field="board")
        move = brief.board.staging.move
        return Still(order.inputs["board"], move, brief.board.frame, brief.frames, order.recipe.seed)
