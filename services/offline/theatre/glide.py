"""A camera's way over a painted board, where nothing moves but the camera: eased, at one pace, never at rest."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from services.offline.theatre.camera import Camera, Path
from studio.story.breakdown import Framing, Move
from studio.takes.frame import Frame

_RAMP = 0.8  # seconds to come into motion, and to come out of it
_EYES = 0.42  # of the height: what a push comes closer to, where faces are
# Zoom and share of the width a second, the least and the most in a shot: a long one is no faster, only farther.
_ZOOM = {Move.PUSH_IN: (0.022, 0.05, 0.16), Move.PULL_OUT: (0.022, 0.05, 0.16), Move.DRIFT: (0.008, 0.015, 0.06)}
_REST = (0.007, 0.015, 0.06)
_ASIDE = {Move.PAN_LEFT: (0.016, 0.03, 0.11), Move.PAN_RIGHT: (0.016, 0.03, 0.11), Move.DRIFT: (0.006, 0.012, 0.04)}


@dataclass(frozen=True)
class Glide:
    """A move over `frames` frames; the seed chooses to which side a standing camera drifts."""

    move: Move
    frames: int
    frame: Frame
    framing: Framing = Framing.MEDIUM
    seed: int = 0

    @property
    def reach(self) -> tuple[float, float]:
        """The most pixels it goes aside and up or down, at a zoom of 1."""
        shake = Path(self.move, self.frames, self.frame, (0, 0)).reach if self.move is Move.SHAKE else (0.0, 0.0)
        return self._aside / 2 + shake[0], self._aside / 4 + shake[1]

    def at(self, index: int) -> Camera:
        """The camera at a frame, counted from 0."""
        part = self._part(index)
        zoom, turned = self._grown * part, 2 * part - 1
        match self.move:
            case Move.PULL_OUT:
                zoom = self._grown * (1 - part)
            case Move.PAN_LEFT:
                return Camera(1.0 + self._grown, self._aside / 2 * turned)
            case Move.PAN_RIGHT:
                return Camera(1.0 + self._grown, -self._aside / 2 * turned)
            case Move.SHAKE:
                jolt = Path(Move.SHAKE, self.frames, self.frame, (0, 0), seed=self.seed).at(index)
                return self._about(zoom, jolt.x, jolt.y)
        side = 1 if random.Random(self.seed).random() < 0.5 else -1
        return self._about(zoom, side * self._aside / 2 * turned, -self._aside / 4 * part)

    def _about(self, zoom: float, x: float, y: float) -> Camera:
        """A zoom about the eyes, not about the middle; a thing that fills the frame has none."""
        above = 0.0 if self.framing is Framing.INSERT else 0.5 - _EYES
        return Camera(1.0 + zoom, x, y + above * self.frame.height * zoom)

    @property
    def _seconds(self) -> float:
        return self.frames / self.frame.fps

    @property
    def _grown(self) -> float:
        """How much closer it comes in all."""
        if self.move in (Move.PAN_LEFT, Move.PAN_RIGHT):
            return 0.0
        rate, least, most = _ZOOM.get(self.move, _REST)
        return min(max(rate * self._seconds, least), most)

    @property
    def _aside(self) -> float:
        """How many pixels it goes aside in all."""
        rate, least, most = _ASIDE.get(self.move, (0.0, 0.0, 0.0))
        return self.frame.width * min(max(rate * self._seconds, least), most)

    def _part(self, index: int) -> float:
        """How much of the way is done: away in a ramp, then at one pace, and out in a ramp."""
        done = index / max(self.frames - 1, 1)
        ramp = min(0.5, _RAMP / max(self._seconds, 1e-6))
        if done > 0.5:
            return 1 - self._ramped(1 - done, ramp)
        return self._ramped(done, ramp)

    @staticmethod
    def _ramped(done: float, ramp: float) -> float:
        """The way until before the middle: its pace grows as a raised cosine does, so nothing jerks."""
        if done >= ramp:
            return (done - ramp / 2) / (1 - ramp)
        return (done - ramp / math.pi * math.sin(math.pi * done / ramp)) / 2 / (1 - ramp)
