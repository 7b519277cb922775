"""How far a sound lies from the picture it belongs to: a knock against a white frame, as a player would see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

_AROUND = 2.0  # seconds looked at on each side
_WHITE = 200  # mean luma of a white frame


def drift(film: Path, frames: Sequence[int], fps: int) -> float:
    """The largest distance in frames between white frame and knock at these frames of the film."""
    return max(abs(_knock(film, at / fps) - _white(film, at / fps)) for at in frames) * fps


def _white(film: Path, near: float) -> float:
    """Seconds at which the first white picture around a time is shown."""
    with av.open(str(film)) as file:
        for frame in _decoded(file, file.streams.video[0], near):
            if np.asarray(frame.to_ndarray(format="gray")).mean() > _WHITE:
                return float(frame.time)
    raise ValueError(f"no white frame near {near:.1f} s")


def _knock(film: Path, near: float) -> float:
    """Seconds at which the loudest sample around a time is heard."""
    best, when = 0.0, 0.0
    with av.open(str(film)) as file:
        for frame in _decoded(file, file.streams.audio[0], near):
            sound = np.abs(frame.to_ndarray()).max(axis=0)
            place = int(sound.argmax())
            if sound[place] > best:
                best, when = float(sound[place]), float(frame.time) + place / frame.sample_rate
    return when


def _decoded(file: InputContainer, stream: VideoStream | AudioStream, near: float) -> Iterator[Any]:
    """The frames of a stream from a little before a time to a little after it."""
    start = max(0.0, near - _AROUND)
    file.seek(int(start / (stream.time_base or 1)), stream=stream, backward=True)
    for frame in file.decode(stream):
        shown = getattr(frame, "time", None)
        if shown is None or shown < start:
            continue
        if shown > near + _AROUND:
            return
        yield frame
