"""Pictures as the encoder wants them: planes of luma and halved chroma, BT.709, limited range.

Everything that moves per frame is moved in planes: half the samples of BGR, and nothing is left to convert.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from services.offline.theatre.sprite import Pixels

# ITU-R BT.709: Kr 0.2126, Kb 0.0722; luma 16..235, chroma 16..240. Rows Y, Cb, Cr; columns B, G, R.
_KR, _KB = 0.2126, 0.0722
_LUMA = np.array([_KB, 1 - _KR - _KB, _KR])
_ROWS = np.array(
    [
        _LUMA * 219 / 255,
        (np.array([1.0, 0, 0]) - _LUMA) / (2 * (1 - _KB)) * 224 / 255,
        (np.array([0, 0, 1.0]) - _LUMA) / (2 * (1 - _KR)) * 224 / 255,
    ]
)
_OFFSETS = np.array([16.0, 128.0, 128.0])
_OPAQUE = np.column_stack([_ROWS, _OFFSETS]).astype(np.float32)
# Of premultiplied BGRA: the offsets belong to what covers.
_COVERING = np.column_stack([_ROWS, _OFFSETS / 255]).astype(np.float32)
_BACK = np.column_stack([np.linalg.inv(_ROWS), -np.linalg.inv(_ROWS) @ _OFFSETS]).astype(np.float32)


@dataclass
class Planes:
    """Luma h x w, and two chroma planes of half that size each way; uint8. Width and height are even."""

    y: Pixels
    u: Pixels
    v: Pixels

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the luma in pixels."""
        return int(self.y.shape[1]), int(self.y.shape[0])

    def copy(self) -> Planes:
        """Copy all three planes."""
        return Planes(self.y.copy(), self.u.copy(), self.v.copy())


@dataclass
class Sheet:
    """A cut-out in planes: premultiplied, with what it lets through (255 - alpha) at both sizes.

    `left` and `top` (even) place it on the picture it was cut from.
    """

    planes: Planes
    keep: Pixels
    keep_half: Pixels
    left: int = 0
    top: int = 0


def to_planes(bgr: Pixels) -> Planes:
    """Convert an opaque BGR picture of even size."""
    y, u, v = cv2.split(cv2.transform(bgr, _OPAQUE))
    return Planes(y, _halve(u), _halve(v))


def of_light(bgr: Pixels) -> tuple[Pixels, Pixels, Pixels]:
    """What light added to a picture adds to its luma and chroma: signed float planes of full size."""
    light, rows = bgr.astype(np.float32), _ROWS.astype(np.float32)
    y, u, v = (cv2.transform(light, rows[n : n + 1]) for n in range(3))
    return y, u, v


def to_bgr(planes: Planes) -> Pixels:
    """Convert back to BGR, chroma interpolated."""
    size = planes.size
    chroma = [cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in (planes.u, planes.v)]
    return cv2.transform(cv2.merge([planes.y, *chroma]), _BACK)


def cut_sheet(
    bgra: Pixels, *, left: int = 0, top: int = 0, within: tuple[int, int, int, int] | None = None
) -> Sheet | None:
    """Cut the smallest even rectangle holding anything out of premultiplied BGRA; None when it is empty.

    `within` is where to look (left, top, right, bottom), if that is known.
    """
    wide, high = bgra.shape[1], bgra.shape[0]
    x, y, right, bottom = within or (0, 0, wide, high)
    across, down, width, height = cv2.boundingRect(cv2.extractChannel(bgra[y:bottom, x:right], 3))
    if width == 0:
        return None
    x, y = x + across, y + down
    # Two clear pixels all round, so that an interpolated edge fades out instead of repeating.
    x0, y0 = max(x - 2, 0) & ~1, max(y - 2, 0) & ~1
    x1, y1 = min(x + width + 3, wide) & ~1, min(y + height + 3, high) & ~1
    return to_sheet(bgra[y0:y1, x0:x1], left=left + x0, top=top + y0)


def to_sheet(bgra: Pixels, *, left: int = 0, top: int = 0) -> Sheet:
    """Convert premultiplied BGRA of even size as a whole; chroma from the halved picture, a third of the work."""
    half = cv2.resize(bgra, (bgra.shape[1] // 2, bgra.shape[0] // 2), interpolation=cv2.INTER_AREA)
    u, v = cv2.split(cv2.transform(half, _COVERING[1:]))
    keep, keep_half = (cv2.bitwise_not(cv2.extractChannel(one, 3)) for one in (bgra, half))
    return Sheet(Planes(cv2.transform(bgra, _COVERING[:1]), u, v), keep, keep_half, left, top)


def lay_sheet(under: Planes, over: Sheet) -> None:
    """Lay a sheet on planes in place, where it says it belongs; what sticks out is cut off."""
    width, height = under.size
    wide, high = over.planes.size
    x0, y0 = max(over.left, 0), max(over.top, 0)
    x1, y1 = min(over.left + wide, width), min(over.top + high, height)
    if x1 <= x0 or y1 <= y0:
        return
    sx, sy = x0 - over.left, y0 - over.top
    full = (slice(y0, y1), slice(x0, x1)), (slice(sy, sy + y1 - y0), slice(sx, sx + x1 - x0))
    half = tuple(tuple(slice(part.start // 2, part.stop // 2) for part in cut) for cut in full)
    _blend(under.y[full[0]], over.planes.y[full[1]], over.keep[full[1]])
    _blend(under.u[half[0]], over.planes.u[half[1]], over.keep_half[half[1]])
    _blend(under.v[half[0]], over.planes.v[half[1]], over.keep_half[half[1]])


def _blend(under: Pixels, over: Pixels, keep: Pixels) -> None:
    cv2.add(cv2.multiply(under, keep, scale=1 / 255), over, dst=under)


def _halve(plane: Pixels) -> Pixels:
    return cv2.resize(plane, (plane.shape[1] // 2, plane.shape[0] // 2), interpolation=cv2.INTER_AREA)
