"""A set as a stack of paper layers, from the sky to the blurred foreground."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.offline.theatre.pose import Light
from services.offline.theatre.sprite import Pixels


@dataclass(frozen=True)
class Layer:
    """One sheet of paper. `depth` 0 is the sky (never moves), 1 the ground the figures stand on, above 1 is nearer."""

    pixels: Pixels  # premultiplied BGRA, all layers of a set the same size
    depth: float
    hem: float = 0.0  # the y down to which it hangs from the ceiling; a shot that cuts it leaves it out


@dataclass(frozen=True)
class Set:
    """A built place, larger than the frame by `margin` pixels on each side so that a camera can move.

    `floor` is the y of the line figures stand on, `horizon` the eye level, `figure` the pixels an average adult is
    high there, all in the set's pixels at zoom 1. `front` indexes the first layer that lies before the figures.
    """

    layers: tuple[Layer, ...]
    front: int
    margin: int
    floor: float
    horizon: float
    figure: float
    light: Light
    spots: tuple[float, ...] = field(default=())  # good x positions for figures, 0..1 across the frame
    stars: tuple[tuple[float, float], ...] = ()  # pixels where nothing hides a bright star
    seated: bool = False  # nobody walks in it, and no legs are seen
    driver: int = 0  # the side of whoever drives: 1 right, -1 left, 0 nobody does
