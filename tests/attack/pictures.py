"""Pictures that are not what they say."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image


def chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(
    width: int = 300, height: int = 300, *, extra: bytes = b"", pixels: bytes | None = None, after: bytes = b""
) -> bytes:
    """A black PNG; `extra` chunks stand before its pixels, which may be others, and anything after its end."""
    data = zlib.compress(b"\0" * (width * 3 + 1) * height) if pixels is None else pixels
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"") + after


def scanned(times: int) -> bytes:
    """A JPEG whose last scan comes again so many times: each is a walk over all of its pixels."""
    out = BytesIO()
    Image.effect_noise((300, 300), 50).convert("RGB").save(out, "JPEG", progressive=True)
    data = out.getvalue()
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * times + data[-2:]
