"""Where the camera is at an instant of a shot: moves eased at both ends, never past the edge of the set."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from studio.story.breakdown import Move
from studio.takes.frame import Frame


@dataclass(frozen=True)
class Camera:
    """How what lies at depth 1 is seen: `zoom` about a point of the frame, then moved by x, y pixels."""

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True)
class Path:
    """A move over a shot of `frames` frames about the point `about`."""

    move: Move
    frames: int
    frame: Frame
    about: tuple[float, float]
    spare: tuple[float, float] = (math.inf, math.inf)  # how far it may go at depth 1
    seed: int = 0

    @property
    def still(self) -> bool:
        """Whether the camera stands."""
        return self.move is Move.HOLD

    @property
    def reach(self) -> tuple[float, float]:
        """The most pixels the camera goes aside and up or down from the middle, at depth 1."""
        width, height = self.frame.width, self.frame.height
        across, down = {
            Move.PAN_LEFT: (0.035 * width, 0.0),
            Move.PAN_RIGHT: (0.035 * width, 0.0),
            Move.DRIFT: (0.014 * width, 0.008 * height),
            Move.SHAKE: (0.012 * height, 0.012 * height),
        }.get(self.move, (0.0, 0.0))
        return min(across, self.spare[0]), min(down, self.spare[1])

    @property
    def closest(self) -> float:
        """The largest zoom of the move."""
        return {Move.PUSH_IN: 1.10, Move.PULL_OUT: 1.10, Move.DRIFT: 1.03}.get(self.move, 1.0)

    def at(self, index: int) -> Camera:
        """The camera at a frame, counted from 0."""
        part = index / max(self.frames - 1, 1)
        eased = ease(part)
        across, down = self.reach
        match self.move:
            case Move.PUSH_IN:
                return Camera(1.0 + (self.closest - 1.0) * eased)
            case Move.PULL_OUT:
                return Camera(self.closest - (self.closest - 1.0) * eased)
            case Move.PAN_LEFT:
                return Camera(1.0, across * (2 * eased - 1))
            case Move.PAN_RIGHT:
                return Camera(1.0, across * (1 - 2 * eased))
            case Move.DRIFT:
                return Camera(1.0 + (self.closest - 1.0) * eased, across * (2 * eased - 1), -down * eased)
            case Move.SHAKE:
                return self._shaken(index)
        return Camera()

    def _shaken(self, index: int) -> Camera:
        """A blow a quarter of a second in, dying away within a second; the seed gives its direction."""
        since = index / self.frame.fps - 0.25
        if not 0 <= since < 1.2:
            return Camera()
        dice = random.Random(self.seed)
        turn, sway = dice.uniform(0, math.tau), dice.uniform(0.8, 1.2)
        force = math.exp(-3.5 * since) * min(since * 12, 1.0) * (1 - since / 1.2)
        across, down = self.reach
        return Camera(
            1.0,
            across * force * math.sin(math.tau * 6.1 * sway * since + turn),
            down * force * math.sin(math.tau * 7.3 * since),
        )


def ease(part: float) -> float:
    """Slow away, slow to a stop: 0..1 to 0..1 with no speed at either end."""
    clamped = min(max(part, 0.0), 1.0)
    return min(clamped * clamped * clamped * (clamped * (clamped * 6 - 15) + 10), 1.0)


def seen(camera: Camera, depth: float) -> Camera:
    """The same camera as it moves paper at another depth: the sky stays, what is near moves more."""
    return Camera(1.0 + (camera.zoom - 1.0) * depth, camera.x * depth, camera.y * depth)
