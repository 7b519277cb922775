"""Pictures as the encoder takes them: planes of luma and halved chroma, BT.709, limited range. Encodes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from services.media.lettering import Pixels

# ITU-R BT.709: luma 16 to 235, chroma 16 to 240 about 128. Rows Y, Cb, Cr; columns R, G, B.
_RED, _BLUE = 0.2126, 0.0722
_LUMA = np.array([_RED, 1 - _RED - _BLUE, _BLUE])
_ROWS = np.array(
    [
        _LUMA * 219 / 255,
        (np.array([0, 0, 1.0]) - _LUMA) / (2 * (1 - _BLUE)) * 224 / 255,
        (np.array([1.0, 0, 0]) - _LUMA) / (2 * (1 - _RED)) * 224 / 255,
    ]
)
_BLACK = (16, 128, 128)


@dataclass(frozen=True)
class Planes:
    """Luma h x w and two chroma planes of half that size each way; uint8. Width and height are even."""

    y: Pixels
    u: Pixels
    v: Pixels

    def moved(self, zoom: float, width: int, height: int) -> Planes:
        """See the middle of the picture at this zoom, placed between pixels, as planes of this size."""
        return Planes(
            _moved(self.y, zoom, width, height),
            _moved(self.u, zoom, width // 2, height // 2),
            _moved(self.v, zoom, width // 2, height // 2),
        )

    def lit(self, light: float) -> Planes:
        """The same at a share of its light, 0 being black."""
        planes = zip((self.y, self.u, self.v), _BLACK, strict=True)
        return Planes(*(_bytes(cv2.convertScaleAbs(one, alpha=light, beta=(1 - light) * dark)) for one, dark in planes))

    def tobytes(self) -> bytes:
        """The planes one after the other: yuv420p."""
        return b"".join(plane.tobytes() for plane in (self.y, self.u, self.v))


def to_planes(rgb: Pixels) -> Planes:
    """Convert an opaque RGB picture of even size."""
    y, u, v = _full(rgb)
    return Planes(y, _halved(u), _halved(v))


@dataclass(frozen=True)
class Sheet:
    """Something to lay on planes: premultiplied, with what it lets through (255 - alpha) at both sizes."""

    planes: Planes
    keep: Pixels
    keep_half: Pixels
    left: int
    top: int

    def over(self, under: Planes) -> None:
        """Lay it on planes in place; what sticks out below or on the right is cut off."""
        _lay(under.y, self.planes.y, self.keep, self.left, self.top)
        for below, above in ((under.u, self.planes.u), (under.v, self.planes.v)):
            _lay(below, above, self.keep_half, self.left // 2, self.top // 2)


def sheet(rgb: Pixels, alpha: NDArray[np.floating], left: int, top: int) -> Sheet:
    """Make a sheet of colours, straight, and how much they cover (0 to 1); sizes and places are even."""
    cover = _bytes(cv2.convertScaleAbs(alpha, alpha=255))
    y, u, v = (_bytes(cv2.multiply(plane, cover, scale=1 / 255)) for plane in _full(rgb))
    keep = np.bitwise_not(cover)
    return Sheet(Planes(y, _halved(u), _halved(v)), keep, np.bitwise_not(_halved(cover)), left, top)


def _full(rgb: Pixels) -> list[Pixels]:
    return [_bytes(plane) for plane in cv2.split(cv2.transform(rgb, np.column_stack([_ROWS, _BLACK])))]


def _moved(plane: Pixels, zoom: float, width: int, height: int) -> Pixels:
    high, wide = plane.shape
    matrix = np.array([[zoom, 0, (width - zoom * wide) / 2], [0, zoom, (height - zoom * high) / 2]], np.float32)
    return np.asarray(
        cv2.warpAffine(plane, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )


def _lay(under: Pixels, over: Pixels, keep: Pixels, left: int, top: int) -> None:
    part = under[top : top + over.shape[0], left : left + over.shape[1]]
    if part.size:
        over, keep = over[: part.shape[0], : part.shape[1]], keep[: part.shape[0], : part.shape[1]]
        cv2.add(cv2.multiply(part, keep, scale=1 / 255), over, dst=part)


def _halved(plane: Pixels) -> Pixels:
    return _bytes(cv2.resize(plane, (plane.shape[1] // 2, plane.shape[0] // 2), interpolation=cv2.INTER_AREA))


def _bytes(plane: Any) -> Pixels:
    return np.asarray(plane, np.uint8)
