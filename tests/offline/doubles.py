"""A puppet and a set of coloured paper shapes that keep the theatre's protocols."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from services.offline.theatre.layer import Layer, Set
from services.offline.theatre.pose import Light, Piece, Pose
from services.offline.theatre.sprite import Pixels, Sprite, Touched, lay
from services.offline.theatre.wings import Wings
from studio.story.cast import DNA
from studio.story.places import Setting
from studio.takes.briefs import Mouth
from studio.takes.frame import Frame

FACE = (150, 190, 240)
_OPEN = {Mouth.REST: 2, Mouth.MBP: 1, Mouth.A: 16, Mouth.EI: 9, Mouth.O: 13, Mouth.UW: 8, Mouth.FV: 5, Mouth.LTH: 7}


@dataclass(frozen=True)
class BoxPuppet:
    """A body of one box, a head with eyes and a mouth that opens."""

    dna: DNA
    adult: float  # pixels of an average adult

    @property
    def height(self) -> float:
        """As high as the DNA says."""
        return self.adult * self.dna.height

    @property
    def eyes(self) -> float:
        """As an adult's."""
        return self.height * 0.895

    @property
    def nbytes(self) -> int:
        """None."""
        return 0

    def draw(
        self,
        canvas: Pixels,
        pose: Pose,
        *,
        feet: tuple[float, float],
        zoom: float = 1.0,
        facing: int = 1,
        pieces: tuple[Piece, ...] = tuple(Piece),
    ) -> Touched:
        """Draw boxes and ellipses, in units of 1/800 of the height."""
        unit = self.height / 800
        sheet = np.zeros((round(900 * unit), round(500 * unit), 4), np.uint8)

        def at(x: float, y: float) -> tuple[int, int]:
            return round((250 + x) * unit), round((860 + y) * unit)

        cloth = tuple(int(self.dna.cloth[i : i + 2], 16) for i in (5, 3, 1))
        if Piece.BODY in pieces:
            cv2.rectangle(sheet, at(-80, -640), at(80 + 4 * pose.breath, 0), (*cloth, 255), -1)
        turned = 18 * pose.turn
        if Piece.HEAD in pieces:
            cv2.ellipse(sheet, at(0, -727), (round(60 * unit), round(73 * unit)), 0, 0, 360, (*FACE, 255), -1)
        if Piece.HEAD in pieces and not pose.back:
            for side in (-26, 26):
                high = max(round(11 * unit * (1 - pose.blink)), 1)
                cv2.ellipse(sheet, at(side + turned, -716), (round(10 * unit), high), 0, 0, 360, (40, 30, 20, 255), -1)
            mouth = (round(18 * unit), max(round(_OPEN[pose.mouth] * unit), 1))
            cv2.ellipse(sheet, at(turned, -676), mouth, 0, 0, 360, (40, 20, 120, 255), -1)
        x, y = at(0, 0)
        matrix = np.array([[zoom * facing, 0, feet[0] - zoom * facing * x], [0, zoom, feet[1] - zoom * y]])
        return lay(canvas, Sprite(sheet), matrix)


def box_set(setting: Setting, frame: Frame, seed: int) -> Set:
    """A striped sky, hills and a dark foreground, with a magenta rim where no camera may ever look."""
    margin = round(0.05 * max(frame.width, frame.height))
    width, height = frame.width + 2 * margin, frame.height + 2 * margin
    sky, hills, front = (np.zeros((height, width, 4), np.uint8) for _ in range(3))
    sky[:, :] = (140, 110, 90, 255)
    sky[:, ::40] = (150, 120, 100, 255)
    hills[height // 2 :, :] = (60, 90, 70, 255)
    front[height - margin - 20 :, : width // 3] = (20, 20, 30, 255)
    sky[[0, 1, -2, -1], :] = sky[:, [0, 1, -2, -1]] = (255, 0, 255, 255)
    floor, figure = margin + 0.93 * frame.height, 0.58 * frame.height
    layers = (Layer(sky, 0.0), Layer(hills, 0.7), Layer(front, 1.5))
    return Set(layers, 2, margin, floor, floor - 0.82 * figure, figure, Light(), (0.3, 0.5, 0.7))


def box_wings() -> Wings:
    """Wings with stand-ins for puppets and sets."""
    return Wings(
        puppets=lambda dna, adult, light: BoxPuppet(dna, adult), sets=box_set, weathers=lambda setting, frame: None
    )
