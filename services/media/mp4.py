"""Reads the one picture track of an MP4 without decoding: what it is, and where each frame's bytes lie.

Opening a file with libavformat decodes a picture (7.8 ms); joining 720 shots would spend most of its time there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.errors import Unreadable

_NESTS = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
_VISUAL_ENTRY = 86  # bytes of a VisualSampleEntry before its own boxes
_MOST = 2_000_000  # frames a track may say it has: nine hours of sixty a second
Boxes = dict[bytes, bytes]


@dataclass(frozen=True)
class Look:
    """Everything that must be equal before packets may be joined."""

    codec: str
    extradata: bytes
    timescale: int
    width: int
    height: int
    colour: bytes


@dataclass(frozen=True)
class Track:
    """The picture track of a file: its look and where its frames are."""

    path: Path
    look: Look
    sizes: NDArray[np.int64]
    offsets: NDArray[np.int64]
    ticks: int  # of each frame; 0 when they differ
    keys: frozenset[int]
    reordered: bool

    @property
    def frames(self) -> int:
        """How many pictures the track has."""
        return len(self.sizes)

    @property
    def complete(self) -> bool:
        """Whether the bytes of every frame are in the file; a broken download has them only up to some frame."""
        return not self.frames or int((self.offsets + self.sizes).max()) <= self.path.stat().st_size

    def part(self, first: int, last: int) -> Track:
        """The track of frames [first, last) alone; Unreadable when they are not there or begin at no key frame."""
        if not 0 <= first < last <= self.frames or first not in self.keys:
            raise Unreadable(f"{self.path.name} cannot be joined from frame {first} to {last}: it has {self.frames}")
        keys = frozenset(key - first for key in self.keys if first <= key < last)
        return replace(self, sizes=self.sizes[first:last], offsets=self.offsets[first:last], keys=keys)

    def packets(self) -> Iterator[bytes]:
        """Read the frames' bytes in order."""
        with self.path.open("rb") as file:
            for offset, size in zip(self.offsets.tolist(), self.sizes.tolist(), strict=True):
                file.seek(offset)
                yield file.read(size)


def read(path: Path) -> Track:
    """Read the picture track of an MP4; raises Unreadable naming the file."""
    try:
        for track in _tracks(_moov(path)):
            if track.get(b"hdlr", b"")[8:12] == b"vide":
                return _track(path, track)
    except (OSError, struct.error, KeyError, ValueError, IndexError, RecursionError) as error:
        raise Unreadable(f"{path.name} cannot be read as an MP4: {error}", cause=error) from error
    raise Unreadable(f"{path.name} has no picture track")


def _moov(path: Path) -> bytes:
    """Walk the file's boxes to moov."""
    at, end = 0, path.stat().st_size
    with path.open("rb") as source:
        while at + 8 <= end:
            source.seek(at)
            head = source.read(16)
            size, kind = struct.unpack(">I4s", head[:8])
            skip = 8
            if size == 1:
                size, skip = struct.unpack(">Q", head[8:16])[0], 16
            size = size or end - at
            if kind == b"moov":
                source.seek(at + skip)
                return source.read(min(size, end - at) - skip)
            if size < 8:
                break
            at += size
    raise ValueError("no moov box")


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if size < 8:
            return
        yield kind, data[at + 8 : at + size]
        at += size


def _tracks(moov: bytes) -> Iterator[Boxes]:
    for kind, body in _boxes(moov):
        if kind == b"trak":
            yield dict(_leaves(body))


def _leaves(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    for kind, body in _boxes(data):
        if kind in _NESTS:
            yield from _leaves(body)
        elif kind != b"hdlr" or body[8:12] != b"url ":
            yield kind, body


def _table(body: bytes, columns: int, kind: str = ">u4") -> NDArray[np.int64]:
    count = struct.unpack_from(">I", body, 4)[0]
    return np.frombuffer(body, kind, count * columns, 8).astype(np.int64).reshape(count, columns)


def _track(path: Path, boxes: Boxes) -> Track:
    same, count = struct.unpack_from(">II", boxes[b"stsz"], 4)
    if count > min(_MOST, path.stat().st_size):
        raise ValueError(f"it says that it has {count} pictures")
    sizes = np.full(count, same, np.int64) if same else np.frombuffer(boxes[b"stsz"], ">u4", count, 12).astype(np.int64)
    ticks = _table(boxes[b"stts"], 2)
    steps = {int(step) for step in ticks[:, 1]}
    keys = {int(n) - 1 for n in _table(boxes[b"stss"], 1)[:, 0]} if b"stss" in boxes else set(range(count))
    return Track(
        path=path,
        look=_look(boxes),
        sizes=sizes,
        offsets=_offsets(boxes, sizes),
        ticks=steps.pop() if len(steps) == 1 else 0,
        keys=frozenset(keys),
        reordered=b"ctts" in boxes,
    )


def _offsets(boxes: Boxes, sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each frame begins: the chunks' places plus the sizes of the frames before it in its chunk."""
    chunks = _table(boxes[b"stco"], 1)[:, 0] if b"stco" in boxes else _table(boxes[b"co64"], 1, ">u8")[:, 0]
    runs = _table(boxes[b"stsc"], 3)
    lasts = np.append(runs[1:, 0] - 1, len(chunks))
    times = lasts - runs[:, 0] + 1
    if (times < 0).any() or int(times.sum()) != len(chunks) or int((runs[:, 1] * times).sum()) != len(sizes):
        raise ValueError("its tables say different numbers of pictures")
    per = np.repeat(runs[:, 1], times)
    firsts = np.concatenate(([0], np.cumsum(per)[:-1]))
    before = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    return np.repeat(chunks - before[firsts], per) + before


def _look(boxes: Boxes) -> Look:
    stsd = boxes[b"stsd"]
    size, codec = struct.unpack_from(">I4s", stsd, 8)
    entry = stsd[8 : 8 + size]
    width, height = struct.unpack_from(">HH", entry, 32)
    inner = dict(_boxes(entry[_VISUAL_ENTRY:]))
    wide = boxes[b"mdhd"][0] == 1
    ticks = struct.unpack_from(">I", boxes[b"mdhd"], 20 if wide else 12)[0]
    extradata = inner.get(b"avcC") or inner.get(b"hvcC") or inner.get(b"av1C") or b""
    return Look(codec.decode("latin-1"), extradata, ticks, width, height, inner.get(b"colr", b""))
