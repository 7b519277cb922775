"""Packing: a parcel as a zip file that is written while it is read from the vault, and nowhere else.

What it gives is bytes of a zip in order, some at a time: the next are made when they are asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator
from itertools import chain
from zipfile import ZIP_DEFLATED, ZipFile

from studio.desk.belongings import File, files, words
from studio.desk.parcels import Parcel
from studio.errors import AssetMissing
from studio.production.house import House
from studio.takes.vault import Vault

BLOCK = 1 << 20  # bytes read, and about as many handed on, at a time
_WORDS = 6  # how hard words are pressed
# Films cannot be pressed, and are not: but "not pressed" is a way of its own in a zip, which whoever reads one from its
# beginning cannot read where sizes are told only behind each file, as here. Pressed by nothing everybody can.
_FILMS = 0
_LARGE = 2_000_000_000  # bytes, from which on an entry is announced as one that may pass 4 GB: not all readers like it


def pack(house: House, account: str, parcel: Parcel) -> Iterator[bytes]:
    """The bytes of a parcel's zip. A file the vault has not got, or not as it was, is named in it.

    VaultDown and StorageError as reading it is begun or goes on: what was handed over until then is no whole zip.
    """
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:  # type: ignore[call-overload]  # it needs no more of a file
        if not parcel.since:
            yield from _words(house, account, archive, sink)
        with house.db.read() as session:
            mine = sorted(file for file in files(session, account) if parcel.holds(file.key))
        missing = []
        for file in mine:
            why = yield from _file(house.vault, file, archive, sink)
            if why is not None:
                missing.append(f"{file.name}{why}\n")
        if missing:
            name = "missing.txt" if parcel.number == 1 else f"missing-{parcel.number}.txt"
            archive.compresslevel = _WORDS
            archive.writestr(name, "".join(missing))
    yield sink.taken()


class _Sink:
    """Where the zip is written: what is in it is taken away again and again."""

    def __init__(self) -> None:
        self._held, self._size = list[bytes](), 0

    def write(self, data: bytes) -> int:
        """Hold on to some bytes."""
        self._held.append(bytes(data))
        self._size += len(data)
        return len(data)

    def flush(self) -> None:
        """There is nothing behind it."""

    def full(self) -> Iterator[bytes]:
        """What is in it, if it is worth handing on."""
        if self._size >= BLOCK:
            yield self.taken()

    def taken(self) -> bytes:
        """What is in it; it is empty then."""
        held, self._held, self._size = self._held, [], 0
        return b"".join(held)


def _words(house: House, account: str, archive: ZipFile, sink: _Sink) -> Iterator[bytes]:
    archive.compresslevel = _WORDS
    for number, (name, text) in enumerate(words(house, account)):
        with archive.open(name, "w") as target:
            for bit in text:
                target.write(bit.encode())
                yield from sink.full()
        if not number:
            yield sink.taken()  # at once, so that a browser knows that it comes


def _file(vault: Vault, file: File, archive: ZipFile, sink: _Sink) -> Generator[bytes, None, str | None]:
    """Put a file in, block by block; gives what there is to say of one that is not whole."""
    blocks, seen = _blocks(vault, file.content), hashlib.sha256()
    try:
        first = next(blocks, b"")
    except AssetMissing:
        return ""
    archive.compresslevel = _FILMS
    with archive.open(file.name, "w", force_zip64=not 0 < file.size < _LARGE) as target:
        try:
            for block in chain([first], blocks):
                seen.update(block)
                target.write(block)
                yield from sink.full()
        except AssetMissing:
            return " (it was lost while it was read: what is here is its beginning)"
    return None if seen.hexdigest() == file.content else " (it is damaged: what is here is not what was made)"


def _blocks(vault: Vault, content: str) -> Iterator[bytes]:
    at = 0
    while block := vault.read(content, at, at + BLOCK):
        yield block
        at += len(block)
        if len(block) < BLOCK:
            return
