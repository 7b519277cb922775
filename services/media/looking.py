"""A look at a film a vendor made: whether there is anything to see and whether it moves. It judges no beauty."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from studio.errors import Garbled

_SAMPLES = 8
_SMALL = (128, 72)
_DARK, _FLAT = 6.0, 1.5  # grey levels of mean and spread; below both a picture is black
_FROZEN = 0.75  # grey levels: an encoder's own noise stays below, the slightest drift of a camera does not


def check_film(file: Path, *, vendor: str, request: str = "") -> None:
    """See that a film can be read, is not black and moves; Garbled says which it is not."""
    why, cause = "", None
    try:
        greys = _greys(file)
    except (av.FFmpegError, OSError, ValueError, IndexError) as error:
        why, cause, greys = "cannot be read", error, []
    if greys and all(one.mean() < _DARK and one.std() < _FLAT for one in greys):
        why = "is black"
    elif greys and motion(greys) < _FROZEN:
        why = "does not move"
    elif not (greys or why):
        why = "has no picture in it"
    if why:
        raise Garbled(f"{vendor}'s film {why}", vendor=vendor, operation="film", request=request, cause=cause)


def motion(greys: list[NDArray[np.float32]]) -> float:
    """How far pictures leave the first: the 95th percentile over the pixels, in grey levels."""
    moved = np.max([np.abs(one - greys[0]) for one in greys], axis=0)
    return float(np.percentile(moved, 95))


def _greys(file: Path) -> list[NDArray[np.float32]]:
    """A few pictures evenly over the film, small and grey."""
    with av.open(str(file)) as film:
        shown = [_small(np.asarray(one.to_ndarray(format="gray"), np.uint8)) for one in film.decode(video=0)]
    last, most = len(shown) - 1, min(len(shown), _SAMPLES)
    return [shown[round(last * turn / max(most - 1, 1))].astype(np.float32) for turn in range(most)]


def _small(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(grey, _SMALL, interpolation=cv2.INTER_AREA), np.uint8)
