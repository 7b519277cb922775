"""How a puppet stands at one instant, and what every puppet can do with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from services.offline.theatre.sprite import Pixels, Touched
from studio.story.breakdown import Emotion, Gesture
from studio.takes.briefs import Mouth


@dataclass(frozen=True)
class Pose:
    """One instant of a puppet. Angles in degrees, amounts from 0 to 1."""

    emotion: Emotion = Emotion.CALM
    feeling: float = 1.0  # how far from calm to the emotion
    mouth: Mouth = Mouth.REST
    blink: float = 0.0  # 1 is closed
    gaze: tuple[float, float] = (0.0, 0.0)  # -1..1 right and down, before facing is applied
    turn: float = 0.4  # 0 front, 0.5 three-quarter, 1 profile, towards `facing`
    tilt: float = 0.0  # head, degrees clockwise
    lean: float = 0.0  # body, degrees forward
    breath: float = 0.0  # -1..1
    gesture: Gesture = Gesture.REST
    reach: float = 1.0  # how far into the gesture
    idle: str = "rest"  # the row of gestures.toml in which the arms rest
    prop: str = ""
    own: str = ""  # the colour somebody gave it, #rrggbb
    stride: float | None = None  # walk cycle 0..1, None stands
    back: bool = False  # seen from behind, for over-shoulder shots


class Piece(StrEnum):
    """The layers of a puppet, from the back; each changes at its own pace."""

    HAIR = "hair"  # what hangs behind the body
    BODY = "body"  # with its contact shadow
    HEAD = "head"
    OVER = "over"  # arms before the face


class Puppet(Protocol):
    """A character cut from paper, rasterised for one height in pixels and one light."""

    @property
    def height(self) -> float:
        """Pixels from the sole to the crown, without hat."""
        ...

    @property
    def eyes(self) -> float:
        """Pixels from the sole up to the eyes: where framings and eyelines are measured."""
        ...

    @property
    def nbytes(self) -> int:
        """The memory it takes by now."""
        ...

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
        """Draw these pieces in place: feet in canvas pixels, facing 1 right, -1 left; say what was touched."""
        ...


@dataclass(frozen=True)
class Light:
    """The light of a set as it falls on people. Colours are #rrggbb."""

    side: int = 1  # 1: the light comes from the right, -1: from the left, 0: from behind
    key: str = "#fff3d6"  # tint of lit planes and of the rim
    shade: str = "#2a1f2b"  # what shaded planes lean towards
    rim: float = 0.4  # strength of the rim light
    ambient: float = 0.0  # how far the whole figure leans towards `shade` (night, dread)
