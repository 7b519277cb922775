"""Where things of a set stand in the picture: eye level, floor line and scale by distance; draws nothing."""

from __future__ import annotations

from dataclasses import dataclass

from studio.takes.frame import Aspect, Frame

ADULT = 800  # units of a paper part in an adult's height
CM = ADULT / 170  # units in a centimetre

_FLOOR = {Aspect.WIDE: 0.93, Aspect.SQUARE: 0.88, Aspect.TALL: 0.82}
_FIGURE = {Aspect.WIDE: 0.58, Aspect.SQUARE: 0.53, Aspect.TALL: 0.5}
_EYE = 0.82  # the camera looks from a little under an adult's eyes
_INDEX = {Aspect.WIDE: 0, Aspect.SQUARE: 1, Aspect.TALL: 2}


@dataclass(frozen=True)
class View:
    """A set's geometry in its own pixels. z is size against the figures: 1 where they stand, 0 at the horizon."""

    frame: Frame
    margin: int
    mirror: bool = False

    @property
    def width(self) -> int:
        """Pixels across the whole set."""
        return self.frame.width + 2 * self.margin

    @property
    def height(self) -> int:
        """Pixels down the whole set."""
        return self.frame.height + 2 * self.margin

    @property
    def figure(self) -> float:
        """Pixels an adult is high on the floor line."""
        return self.frame.height * _FIGURE[self.frame.aspect]

    @property
    def floor(self) -> float:
        """The y the figures stand on."""
        return self.margin + self.frame.height * _FLOOR[self.frame.aspect]

    @property
    def horizon(self) -> float:
        """The y of the eye level, where the ground ends."""
        return self.floor - _EYE * self.figure

    @property
    def unit(self) -> float:
        """Pixels that look well at any size, 1 at 720 lines."""
        return min(self.frame.width, self.frame.height) / 720

    def x(self, u: float) -> float:
        """-1..1 across the frame -> set pixels, mirrored if the set is."""
        return self.width / 2 + (-u if self.mirror else u) * self.frame.width / 2

    def y(self, z: float) -> float:
        """The ground's y at a distance."""
        return self.horizon + z * (self.floor - self.horizon)

    def scale(self, z: float) -> float:
        """Pixels per unit of a part at a distance."""
        return self.figure / ADULT * z

    def choose(self, values: tuple[float, ...]) -> float | None:
        """The value for this frame of (wide, square, tall); a shorter tuple leaves the later ones out."""
        index = _INDEX[self.frame.aspect]
        return values[index] if index < len(values) else None


def view(frame: Frame, *, mirror: bool = False) -> View:
    """The geometry of a set for a frame, with a twentieth of its long side to spare all round."""
    return View(frame=frame, margin=round(0.05 * max(frame.width, frame.height)), mirror=mirror)
