"""A still brought to life: the camera goes over a picture that a person brought; nobody in it moves."""

from __future__ import annotations

from math import ceil
from pathlib import Path as File

import cv2
import numpy as np

from services.offline.theatre.camera import Camera, Path
from services.offline.theatre.planes import Planes, to_planes
from services.offline.theatre.sprite import Pixels
from studio.errors import Unreadable
from studio.story.breakdown import Move
from studio.takes.frame import Frame

_ROOM = 2  # pixels beyond the farthest the camera goes


class Print:
    """A picture that fills the frame, cut where it is wider or higher, with room for a camera's way."""

    def __init__(self, picture: File, frame: Frame, reach: tuple[float, float], way: int = cv2.INTER_LINEAR) -> None:
        """Read the picture, seen with this interpolation; Unreadable when it is none."""
        read = cv2.imread(str(picture), cv2.IMREAD_COLOR)
        if read is None:
            raise Unreadable(f"{picture.name} cannot be read as a picture")
        self._frame, self._way = frame, way
        across, down = reach
        self._planes = to_planes(_filled(np.asarray(read, np.uint8), frame, across + _ROOM, down + _ROOM))

    def seen(self, camera: Camera) -> Planes:
        """The picture as this camera sees it, about its middle."""
        zoom, x, y = camera.zoom, camera.x, camera.y
        width, height = self._frame.width, self._frame.height
        return Planes(
            _seen(self._planes.y, zoom, x, y, width, height, self._way),
            _seen(self._planes.u, zoom, x / 2, y / 2, width // 2, height // 2, self._way),
            _seen(self._planes.v, zoom, x / 2, y / 2, width // 2, height // 2, self._way),
        )


class Still:
    """A person's own picture and the camera that goes over it."""

    def __init__(self, picture: File, move: Move, frame: Frame, frames: int, seed: int) -> None:
        """Read the picture; Unreadable when it is none. A camera that stands comes slowly closer all the same."""
        # Paper figures breathe while the camera stands; a photograph that does nothing looks like a fault.
        way = Move.PUSH_IN if move is Move.HOLD else move
        self._path = Path(way, frames, frame, (frame.width / 2, frame.height / 2), seed=seed)
        self._calm = 0.4 if move is Move.HOLD else 1.0
        self._print = Print(picture, frame, self._path.reach)

    def play(self, index: int) -> Planes:
        """The picture of a frame, counted from 0."""
        camera = self._path.at(index)
        return self._print.seen(Camera(1.0 + (camera.zoom - 1.0) * self._calm, camera.x, camera.y))


def _filled(picture: Pixels, frame: Frame, across: float, down: float) -> Pixels:
    """The picture as large as fills the frame and so many pixels on each side, of even size."""
    high, wide = picture.shape[:2]
    scale = max((frame.width + 2 * across) / wide, (frame.height + 2 * down) / high)
    size = 2 * ceil(wide * scale / 2), 2 * ceil(high * scale / 2)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=way), np.uint8)


def _seen(plane: Pixels, zoom: float, x: float, y: float, width: int, height: int, way: int) -> Pixels:
    """The middle of a plane at this zoom, moved by so many pixels and placed between them."""
    high, wide = plane.shape
    matrix = np.array([[zoom, 0, (width - zoom * wide) / 2 + x], [0, zoom, (height - zoom * high) / 2 + y]], np.float32)
    return np.asarray(
        cv2.warpAffine(plane, matrix, (width, height), flags=way, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )
