"""The free animator for any painter's boards: the camera goes over the board, and nobody in it moves."""

from __future__ import annotations

import cv2

from services.offline.theatre.encode import ClipFile
from services.offline.theatre.glide import Glide
from services.offline.theatre.still import Print
from studio.crew import Order, Product
from studio.errors import BadRequest
from studio.takes.briefs import ClipBrief


class BoardMove:
    """Keeps the Animator protocol."""

    name = "board-move"
    version = "2"

    def clip(self, order: Order) -> Product:
        """ClipBrief, input board -> a silent MP4 of exactly brief.frames frames."""
        cv2.setNumThreads(1)  # two processes draw at a time
        brief = ClipBrief.model_validate(order.recipe.brief)
        if "board" not in order.inputs:
            raise BadRequest("a camera move needs the board it goes over", field="board")
        frame, staging, file = brief.board.frame, brief.board.staging, order.folder / "clip.mp4"
        glide = Glide(staging.move, brief.frames, frame, staging.framing, order.recipe.seed)
        # Slow motion shows every pixel it passes between: the sharper way costs 3 ms a frame.
        shown = Print(order.inputs["board"], frame, glide.reach, cv2.INTER_CUBIC)
        with ClipFile(file, frame, brief.key) as out:
            for index in range(brief.frames):
                out.write(shown.seen(glide.at(index)))
        return Product(file, {"frames": brief.frames, "width": frame.width, "height": frame.height, "fps": frame.fps})
