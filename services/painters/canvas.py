"""The sizes a model paints in."""

from __future__ import annotations

from studio.story.noun import Noun


class Canvas(Noun):
    """At most so many pixels, each side in whole steps."""

    most: int
    step: int

    def nearest(self, width: int, height: int) -> tuple[int, int]:
        """The nearest size of this shape, no larger than it may be."""
        scale = min(1.0, (self.most / (width * height)) ** 0.5)
        across, down = (max(self.step, round(side * scale / self.step) * self.step) for side in (width, height))
        while across * down > self.most:
            across, down = (across - self.step, down) if across >= down else (across, down - self.step)
        return across, down
