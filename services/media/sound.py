"""Sound files read a window at a time, as float stereo at 48 kHz; keeps no sound in memory."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.media.ffmpeg import Ffmpeg
from services.media.kept import believed
from services.media.probe import probe
from services.media.whole import whole
from studio.errors import Unreadable
from studio.takes.frame import SAMPLE_RATE

Samples = NDArray[np.float32]
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE


@dataclass(frozen=True)
class Sound:
    """A WAV file of 16-bit or float samples at 48 kHz, mono or stereo, and where its samples lie."""

    path: Path
    offset: int
    samples: int
    channels: int
    kind: str

    def window(self, start: int, end: int) -> Samples:
        """Read samples [start, end) as (n, 2) floats in -1..1; silence outside the file, mono on both sides."""
        out = np.zeros((max(0, end - start), 2), np.float32)
        first, last = max(0, start), min(self.samples, end)
        if last <= first:
            return out
        width = int(self.kind[-1]) * self.channels
        data = np.fromfile(self.path, self.kind, (last - first) * self.channels, offset=self.offset + first * width)
        part = data.reshape(-1, self.channels).astype(np.float32)
        out[first - start : first - start + len(part)] = part / 32768 if self.kind == "<i2" else part
        return out


def open_wav(path: Path) -> Sound | None:
    """Open a WAV the mix can read as it is; None for anything else that may still be sound."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
            if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
                return None
            kind, channels, rate = "", 0, 0
            while len(mark := file.read(8)) == 8:
                name, size = struct.unpack("<4sI", mark)
                if name == b"data":
                    return _sound(path, file.tell(), size, channels, kind) if rate == SAMPLE_RATE and kind else None
                body = file.read(size + size % 2)
                if name == b"fmt ":
                    kind, channels, rate = _layout(body)
    except (OSError, struct.error) as error:
        raise Unreadable(f"{path.name} cannot be read: {error}", cause=error) from error
    return None


def open_sound(ffmpeg: Ffmpeg, path: Path, kept: Path) -> Sound:
    """Open any sound; what is not a 48 kHz WAV is decoded to `kept` first. Raises Unreadable naming the file."""
    direct = open_wav(path)
    if direct:
        return direct
    if not believed(kept, _complete):
        probe(path, picture=False)
        with whole(kept) as fresh:
            arguments = ["-i", str(path), "-map", "0:a:0", "-vn", "-ac", "2", "-ar", str(SAMPLE_RATE)]
            ffmpeg.run([*arguments, "-c:a", "pcm_s16le", "-bitexact", "-f", "wav", str(fresh)], what=path.name)
    found = open_wav(kept)
    if not found or not found.samples:
        raise Unreadable(f"{path.name} has no sound in it")
    return found


def _complete(path: Path) -> bool:
    """Whether a WAV is as long as its first bytes say."""
    try:
        with path.open("rb") as file:
            mark, size = struct.unpack("<4sI", file.read(8))
        return bool(mark == b"RIFF" and size + 8 == path.stat().st_size)
    except (OSError, struct.error):
        return False


def _layout(body: bytes) -> tuple[str, int, int]:
    tag, channels, rate = struct.unpack_from("<HHI", body)
    bits = struct.unpack_from("<H", body, 14)[0]
    if tag == _EXTENSIBLE and len(body) >= 26:
        tag = struct.unpack_from("<H", body, 24)[0]
    known = {(_PCM, 16): "<i2", (_FLOAT, 32): "<f4"}
    return (known.get((tag, bits), "") if channels in (1, 2) else ""), channels, rate


def _sound(path: Path, offset: int, size: int, channels: int, kind: str) -> Sound:
    # A WAV written to a pipe gives no true size: the file's own end counts.
    size = min(size, path.stat().st_size - offset)
    return Sound(path, offset, size // (int(kind[-1]) * channels), channels, kind)
