"""16-bit PCM WAV files, written in pieces so that an hour needs no more memory than a minute."""

from __future__ import annotations

import wave
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.offline.sound.loudness import RATE
from studio.errors import RenderFailed

_FULL = 32767


def write(path: Path, blocks: Iterable[NDArray[np.floating]], *, channels: int) -> int:
    """Write float blocks, (samples,) or (samples, channels), and count the samples; raises RenderFailed."""
    count = 0
    try:
        with path.open("wb") as raw, wave.open(raw, "wb") as file:
            file.setnchannels(channels)
            file.setsampwidth(2)
            file.setframerate(RATE)
            for block in blocks:
                file.writeframesraw((np.clip(block, -1.0, 1.0) * _FULL).round().astype("<i2").tobytes())
                count += len(block)
    except OSError as failed:
        raise RenderFailed(f"{path.name} could not be written: {failed}", cause=path) from failed
    return count
