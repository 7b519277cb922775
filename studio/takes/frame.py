"""The frame a film is made for: aspect, quality, and what follows from them."""

from __future__ import annotations

from enum import StrEnum

from studio.story.noun import Noun

SAMPLE_RATE = 48_000
LONGEST = 8  # times the shorter side: what is longer yet, scaled until it fills a frame, is larger than memory


class Aspect(StrEnum):
    WIDE = "16:9"
    TALL = "9:16"
    SQUARE = "1:1"


class Quality(StrEnum):
    LOW = "low"
    HIGH = "high"


class Frame(Noun):
    """Width and height in pixels, whole frames a second."""

    width: int
    height: int
    fps: int

    @property
    def samples(self) -> int:
        """Audio samples a frame: 2000 at 24 fps, 1600 at 30."""
        return SAMPLE_RATE // self.fps

    @property
    def aspect(self) -> Aspect:
        """The aspect these pixels have."""
        if self.width == self.height:
            return Aspect.SQUARE
        return Aspect.WIDE if self.width > self.height else Aspect.TALL


_SHORT_SIDE = {Quality.LOW: (720, 24), Quality.HIGH: (1080, 30)}


def frame(aspect: Aspect, quality: Quality) -> Frame:
    """The delivery frame: low is 720 lines at 24 fps, high 1080 at 30."""
    short, fps = _SHORT_SIDE[quality]
    long = short * 16 // 9
    width, height = {Aspect.WIDE: (long, short), Aspect.TALL: (short, long), Aspect.SQUARE: (short, short)}[aspect]
    return Frame(width=width, height=height, fps=fps)


def too_long(width: float, height: float) -> bool:
    """Whether a picture's one side is so much longer than the other that it can fill no frame."""
    return max(width, height) > LONGEST * min(width, height)
