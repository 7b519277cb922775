"""Pictures as they came over the wire: whether one can be kept without being written anew. Decodes nothing."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PLAIN = (8, 2, 0, 0, 0)  # bits a colour, RGB, and the ways of packing, filtering and not interlacing
_SHOWN = (b"IHDR", b"IDAT", b"IEND")  # the rest is not the picture: comments, prompts, a whole workflow
_AROUND = 12  # bytes of a chunk besides its data


def plain_png(file: Path, size: tuple[int, int]) -> bytes:
    """A PNG in 8-bit RGB of this size without anything but its picture; empty when the file is none.

    Colours that a profile or gamma bends are as they are stored, as they are for whoever decodes them here.
    """
    data = file.read_bytes()
    chunks = list(_chunks(data)) if data.startswith(_SIGNATURE) else []
    if [kind for kind, _ in chunks[:1]] != [b"IHDR"] or [kind for kind, _ in chunks[-1:]] != [b"IEND"]:
        return b""
    if struct.unpack(">IIBBBBB", chunks[0][1][8:-4]) != (*size, *_PLAIN):
        return b""
    if any(kind[:1].isupper() and kind not in _SHOWN for kind, _ in chunks):
        return b""
    return _SIGNATURE + b"".join(whole for kind, whole in chunks if kind in _SHOWN)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every chunk's kind and all of its bytes, as far as they are whole."""
    at = len(_SIGNATURE)
    while at + _AROUND <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        whole = data[at : at + _AROUND + length]
        if len(whole) < _AROUND + length or zlib.crc32(whole[4:-4]) != struct.unpack(">I", whole[-4:])[0]:
            return
        yield whole[4:8], whole
        at += len(whole)
