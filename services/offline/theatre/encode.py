"""Clips written in the delivery settings of data/encoding.toml, so that a clip already is a shot master.

It encodes pictures it is given; it neither draws nor cuts.
"""

from __future__ import annotations

import tomllib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np
from av.video.frame import PictureType, VideoFrame

from services.media.processor import instructions
from services.offline.theatre.planes import Planes
from services.offline.theatre.sprite import Pixels
from studio.errors import RenderFailed
from studio.takes.frame import Frame

_AHEAD = 3  # pictures composed before the encoder has taken them

SETTINGS = Path(__file__).parents[3] / "data" / "encoding.toml"


@cache
def settings() -> dict[str, Any]:
    """Read the delivery settings once."""
    return tomllib.loads(SETTINGS.read_text("utf-8"))


class ClipFile:
    """An MP4 being written, one picture after the other; a context manager that closes it.

    The encoder has a thread of its own, so that a picture is encoded while the next ones are composed.
    """

    def __init__(self, path: Path, frame: Frame, key: int = 0) -> None:
        """Open `path` for pictures of this frame's size and rate; the film may begin at picture `key` too."""
        chosen = settings()
        picture = chosen["picture"]
        self._ticks = int(picture["timescale_per_fps"])
        options = {
            "movflags": str(picture["movflags"]),
            "video_track_timescale": str(frame.fps * self._ticks),
            "fflags": "+bitexact",
        }
        self._container = av.open(str(path), "w", format="mp4", options=options)
        self._stream = self._container.add_stream(picture["codec"], rate=frame.fps, options=_codec(picture, frame.fps))
        self._stream.width, self._stream.height = frame.width, frame.height
        self._stream.pix_fmt = picture["pixel_format"]
        context = self._stream.codec_context
        codes = chosen["colour"]["codes"]
        context.color_primaries, context.color_trc = codes["primaries"], codes["transfer"]
        context.colorspace, context.color_range = codes["matrix"], codes["range"]
        self._pictures = [VideoFrame(frame.width, frame.height, picture["pixel_format"]) for _ in range(_AHEAD + 1)]
        for one in self._pictures:
            one.colorspace, one.color_range = codes["matrix"], codes["range"]
        self.count, self._key = 0, key
        self._encoder = ThreadPoolExecutor(1, "encoder")
        self._ahead: deque[Future[None]] = deque()

    def write(self, planes: Planes) -> None:
        """Encode one picture; it may be changed by the caller afterwards. RenderFailed names a picture before it."""
        if len(self._ahead) == _AHEAD:
            self._ahead.popleft().result()
        picture = self._pictures[self.count % len(self._pictures)]
        for index, plane in enumerate((planes.y, planes.u, planes.v)):
            np.copyto(_view(picture, index), plane)
        picture.pts = self.count
        if self._key:
            picture.pict_type = PictureType.I if self.count == self._key else PictureType.NONE
        self._ahead.append(self._encoder.submit(self._encode, picture, self.count))
        self.count += 1

    def _encode(self, picture: VideoFrame, number: int) -> None:
        try:
            self._container.mux(self._stream.encode(picture))
        except (av.FFmpegError, OSError) as broken:
            raise RenderFailed(f"picture {number} of a clip could not be written", cause=broken) from broken

    def __enter__(self) -> ClipFile:
        """Start writing."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Finish the file, or leave it broken when drawing failed."""
        try:
            if kind is None:
                self._finish()
        finally:
            self._encoder.shutdown(cancel_futures=True)
            self._container.close()

    def _finish(self) -> None:
        for one in self._ahead:
            one.result()
        try:
            self._container.mux(self._stream.encode(None))
        except (av.FFmpegError, OSError) as broken:
            raise RenderFailed("a clip could not be finished", cause=broken) from broken


def _codec(picture: dict[str, Any], fps: int) -> dict[str, str]:
    gop = str(fps * int(picture["gop_seconds"]))
    return {
        "preset": str(picture["preset"]),
        "mbtree": str(picture["macroblock_tree"]),
        "rc-lookahead": str(picture["look_ahead"]),
        "crf": str(picture["crf"]),
        "threads": str(picture["threads"]),
        "g": gop,
        "keyint_min": gop,
        "sc_threshold": str(picture["scene_cut"]),
        "bf": str(picture["b_frames"]),
        "flags": "+bitexact+cgop",
        **instructions(),
    }


def _view(picture: VideoFrame, index: int) -> Pixels:
    plane = picture.planes[index]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width]
