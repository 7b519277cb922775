"""Pictures and films that doubles of painters and animators answer with: real files, quick to make."""

from __future__ import annotations

import io
from textwrap import wrap

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
_CLOSER, _ASIDE = 0.02, 0.012  # a second, shares of the picture: as a calm camera moves


def a_picture(width: int, height: int, seed: int = 0, words: str = "") -> bytes:
    """A PNG of hills full of trees and houses under a graded sky, others for every seed; `words` stand below."""
    dice = np.random.default_rng(seed)
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    picture = np.empty((height, width, 3), np.float32)
    top, low = dice.uniform(90, 250, 3), dice.uniform(30, 200, 3)
    picture[:] = (top + (low - top) * (down / height)[..., None]).astype(np.float32)
    for layer in range(3):
        ridge = height * (0.45 + 0.17 * layer + 0.1 * np.sin(across * dice.uniform(2, 7) / width + dice.uniform(0, 6)))
        picture[down > ridge] = dice.uniform(20, 220, 3)
    for _ in range(60):  # enough to see a camera move by
        x, y = int(dice.uniform(0, width)), int(dice.uniform(0.2, 1) * height)
        wide, high = int(width * dice.uniform(0.01, 0.05)), int(height * dice.uniform(0.03, 0.15))
        colour = dice.integers(0, 255, 3).tolist()
        if dice.random() < 0.5:
            cv2.rectangle(picture, (x, y - high), (x + wide, y), colour, -1)
        else:
            cv2.ellipse(picture, (x, y - high), (wide, high // 2 + 1), 0, 0, 360, colour, -1)
    return _png(_titled(picture.astype(np.uint8), words) if words else picture.astype(np.uint8))


def _titled(picture: Pixels, words: str) -> Pixels:
    """The first of the words on a dark band, as far as three lines hold them."""
    high, wide = picture.shape[:2]
    size, row = wide / 1400, wide // 36
    told = wrap(words.encode("ascii", "replace").decode(), 64)[:3]
    top = high - row * (len(told) + 1)
    picture[top:] = picture[top:] // 4
    for number, line in enumerate(told, 1):
        at = (row, top + row * number)
        cv2.putText(picture, line, at, cv2.FONT_HERSHEY_SIMPLEX, size, (235, 235, 235), 2, cv2.LINE_AA)
    return picture


def _png(picture: Pixels) -> bytes:
    done, coded = cv2.imencode(".png", picture)
    assert done
    return bytes(coded)


BLACK = _png(np.zeros((360, 640, 3), np.uint8))


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height of a picture; zeros for what is none."""
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    return (0, 0) if picture is None else (picture.shape[1], picture.shape[0])


def a_film(first: bytes, size: tuple[int, int], seconds: float, fps: int = 24) -> bytes:
    """An MP4 that begins with a picture and slowly pushes in and aside on it; silent H.264."""
    picture = cv2.resize(cv2.imdecode(np.frombuffer(first, np.uint8), cv2.IMREAD_COLOR), size)
    count, out = round(seconds * fps), io.BytesIO()
    with av.open(out, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "crf": "20", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for index in range(count):
            shown = VideoFrame.from_ndarray(nearer(picture, index / fps), format="bgr24")
            film.mux(stream.encode(shown))
        film.mux(stream.encode(None))
    return out.getvalue()


def nearer(picture: Pixels, seconds: float) -> Pixels:
    """The picture after the camera came nearer and went aside for so many seconds."""
    high, wide = picture.shape[:2]
    zoom, aside = 1.0 + _CLOSER * seconds, _ASIDE * seconds
    matrix = np.array([[zoom, 0, -wide * aside], [0, zoom, -high * aside]], np.float32)
    return np.asarray(cv2.warpAffine(picture, matrix, (wide, high), borderMode=cv2.BORDER_REPLICATE), np.uint8)
