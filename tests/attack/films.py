"""Films that are not what they say, made from a small honest one."""

from __future__ import annotations

import struct
from pathlib import Path

from services.media.ffmpeg import Ffmpeg


def honest(
    folder: Path,
    name: str = "honest.mp4",
    *,
    seconds: float = 1.0,
    size: str = "64x64",
    codec: str = "libx264",
    pixel: str = "1",
) -> Path:
    """A film of two pictures a second, of pixels `pixel` times as wide as high."""
    made = folder / name
    source = ["-f", "lavfi", "-i", f"color=teal:s={size}:r=2:d={seconds}", "-vf", f"setsar={pixel}"]
    Ffmpeg().run(
        [*source, "-c:v", codec, *(["-preset", "ultrafast"] if codec == "libx264" else []), str(made)], what="it"
    )
    return made


def box(kind: bytes, *bodies: bytes) -> bytes:
    """A box of an MP4."""
    body = b"".join(bodies)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def patched(film: Path, name: str, box: bytes, at: int, value: bytes) -> Path:
    """A copy with some bytes of the first box of a kind replaced, counted from the box's name."""
    data = bytearray(film.read_bytes())
    begin = data.index(box) + at
    data[begin : begin + len(value)] = value
    made = film.with_name(name)
    made.write_bytes(data)
    return made
