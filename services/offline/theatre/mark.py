"""The nouns of a composed shot: bodies, marks, the view of the set. They measure; they decide nothing."""

from __future__ import annotations

from dataclasses import dataclass

from studio.story.breakdown import Figure
from studio.takes.frame import Frame

CHIN = 62 / 84  # of the way from the eyes to the crown; the conventions of data/paper/README.md
MOUTH = 40 / 84


@dataclass(frozen=True)
class Body:
    """A figure's measures: height in average adults; the eyes and the top of hat or hair as parts of that height."""

    stature: float = 1.0
    eyes: float = 0.885
    top: float = 1.04

    @property
    def head(self) -> float:
        """Chin to crown as a part of the height."""
        return (1 - self.eyes) * (1 + CHIN)


@dataclass(frozen=True)
class Mark:
    """Where a figure stands: middle of the feet, sole to crown, all in frame pixels."""

    figure: Figure
    x: float
    feet: float
    height: float
    body: Body
    facing: int = 1
    turn: float = 0.4
    back: bool = False  # the near shoulder of an over-shoulder shot
    rests: str = ""  # a row of gestures.toml's idle table that the place asks for

    @property
    def eyes(self) -> float:
        """Height of the eyes from the top of the frame."""
        return self.feet - self.height * self.body.eyes

    @property
    def mouth(self) -> float:
        """Height of the mouth from the top of the frame."""
        return self.eyes + MOUTH * (1 - self.body.eyes) * self.height

    @property
    def face(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the face."""
        head = self.body.head * self.height
        crown = self.feet - self.height
        return self.x - 0.42 * head, crown, self.x + 0.42 * head, crown + head


@dataclass(frozen=True)
class View:
    """How the set is seen: pixel (x, y) of the set lies in the middle of the frame, `zoom` times as large."""

    x: float
    y: float
    zoom: float
    blur: float = 0.0  # sigma in frame pixels


@dataclass(frozen=True)
class Composition:
    """A composed shot. Marks are in drawing order, the farthest first; `thing` is x, y and height of an insert."""

    frame: Frame
    view: View
    marks: tuple[Mark, ...]
    focus: tuple[float, float]  # the point the shot is about
    thing: tuple[float, float, float] | None = None
    near: bool = True  # the set's foreground is in the shot
