"""How one picture moves to the next, and what that says of a moment between them; small greys in, small maps out.

It paints nothing: gpu_endpoint.between does. Maps are about half the size of a picture, so a processor is quick enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

_SEARCHED = 512  # pixels of the longer side motion is looked for in
_BOX = (7, 7)
_GAIN = 1.5  # grey levels following a motion must fit better than standing still, or the place stands still
_STRAYED = 1.5  # pixels two motions may differ and still be the same
_FRONT = 6.0  # pixels of motion against the rest of the picture from which on a place is surely in front
_UNKNOWN = 0.1  # what a place counts that is seen in one picture only
_FAINT = np.float32(1e-4)
_DOUBT = 24.0  # grey levels two views of one place may differ before only the nearer one is believed
_CUT_FIT, _CUT_MISS = 0.5, 14.0  # share of the picture that fits, grey levels it misses by: beyond both it is a cut


@dataclass(frozen=True)
class Moment:
    """A moment between two pictures: how far each place is from where it was and where it will be, in shares of a side.

    `first` is how much the first picture counts, 0 to 1; the second one counts the rest.
    """

    to_first: Floats
    to_second: Floats
    first: Floats


class Motion:
    """What moves between two neighbouring RGB pictures of equal size."""

    def __init__(self, first: Pixels, second: Pixels) -> None:
        """Find the motion both ways; what does not fit better for being moved stands still."""
        scale = min(1.0, _SEARCHED / max(first.shape[:2]))
        self._greys = [_grey(one, scale) for one in (first, second)]
        high, wide = self._greys[0].shape
        self._x, self._y = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
        self._there, miss = self._found(*self._greys)
        self._back, _ = self._found(*reversed(self._greys))
        self._fits = self._homely(self._there, self._back), self._homely(self._back, self._there)
        self._everything = np.median(self._there.reshape(-1, 2), axis=0)
        self.cut = bool(self._fits[0].mean() < _CUT_FIT and miss.mean() > _CUT_MISS)

    def at(self, share: float) -> Moment:
        """The moment at this share of the way, 0 being the first picture."""
        moved = self._landed(share)
        high, wide = moved.shape[:2]
        to_first, to_second = -share * moved, (1 - share) * moved
        one = self._shown(self._fits[0], self._there, to_first, moved)
        other = self._shown(self._fits[1], -self._back, to_second, moved)
        views = [self._shifted(grey, by) for grey, by in zip(self._greys, (to_first, to_second), strict=True)]
        doubt = 1 - np.exp(-((_smooth(np.abs(views[0] - views[1])) / _DOUBT) ** 2))
        near = (1 - share) ** 4 / ((1 - share) ** 4 + share**4)
        weight = (1 - doubt) * (1 - share) + doubt * near
        one, other = (one + _FAINT) * weight, (other + _FAINT) * (1 - weight)
        sides = np.array([wide, high], np.float32)
        return Moment(_f32(to_first / sides), _f32(to_second / sides), _soft(one / (one + other), 1))

    def _found(self, first: Floats, second: Floats) -> tuple[Floats, Floats]:
        """How each place moves, and by how many grey levels it then misses."""
        finder: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        flow = finder.calc(first.astype(np.uint8), second.astype(np.uint8), None)
        still = _smooth(np.abs(first - second))
        moved = _smooth(np.abs(first - self._shifted(second, flow)))
        # A background's grain gives flows of parts of a pixel, which would make it swim: nothing moves without a gain.
        moves = _soft(still > moved + _GAIN, 1.5)
        keep = np.clip(moves * 2, 0, 1)[..., None]
        return _f32(flow * keep), _f32(np.minimum(still, moved))

    def _landed(self, share: float) -> Floats:
        """The motion seen at each place of the moment: motions of both pictures carried to where they are by then."""
        carried = np.zeros((3, *self._x.shape))
        for flow, fits, part, sign in (
            (self._there, self._fits[0], share, 1),
            (self._back, self._fits[1], 1 - share, -1),
        ):
            against = sign * flow - self._everything
            front = np.minimum(np.hypot(against[..., 0], against[..., 1]), _FRONT)
            # What moves against the rest is in front of it: it wins where both land on one place.
            weight = (fits + _FAINT) * np.exp(2 * front) * (1 - part + 0.05)
            carried += self._splat(flow * part, sign * flow, weight)
        weight, across, down = (_f32(cv2.boxFilter(one, -1, (3, 3))) for one in carried)
        known = weight > 0.02
        exact = np.stack([across, down], axis=2) / np.maximum(weight, _FAINT)[..., None]
        if known.all():
            return _f32(exact)
        around = _soft(known, 4)[..., None]
        filled = _soft(exact * known[..., None], 4) / np.maximum(around, _FAINT)
        return _f32(np.where(known[..., None], exact, filled))

    def _splat(self, by: Floats, carried: Floats, weight: Floats) -> Any:
        """Weights and weighted motions, summed up at the places they land nearest to."""
        high, wide = self._x.shape
        column, row = np.rint(self._x + by[..., 0]).astype(np.intp), np.rint(self._y + by[..., 1]).astype(np.intp)
        inside = (column >= 0) & (column < wide) & (row >= 0) & (row < high)
        place, much = (row * wide + column)[inside], weight[inside]
        values = much, much * carried[..., 0][inside], much * carried[..., 1][inside]
        return np.stack([np.bincount(place, one, high * wide).reshape(high, wide) for one in values])

    def _homely(self, there: Floats, back: Floats) -> Floats:
        """How surely each place is in both pictures, 0 to 1: going there and back leads home."""
        away = there + self._shifted(back, there)
        return _f32(np.exp(-(away * away).sum(axis=2) / (2 * _STRAYED**2)))

    def _shown(self, fits: Floats, flow: Floats, by: Floats, moved: Floats) -> Floats:
        """How surely a picture shows, where it is told to look, what moves like this place, 0 to 1.

        What surely moves otherwise is something else; what is seen in one picture only has no motion to compare.
        """
        surely, apart = self._shifted(fits, by), self._shifted(flow, by) - moved
        return _f32(surely * np.exp(-(apart * apart).sum(axis=2) / (2 * _STRAYED**2)) + (1 - surely) * _UNKNOWN)

    def _shifted(self, picture: Floats, by: Floats) -> Floats:
        x, y = self._x + by[..., 0], self._y + by[..., 1]
        return np.asarray(cv2.remap(picture, x, y, cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE), np.float32)


def _grey(picture: Pixels, scale: float) -> Floats:
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    return _f32(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))


def _smooth(levels: Floats) -> Floats:
    return np.asarray(cv2.boxFilter(levels, -1, _BOX), np.float32)


def _soft(values: Any, by: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(_f32(values), (0, 0), by), np.float32)


def _f32(values: Any) -> Floats:
    return np.asarray(values, np.float32)
