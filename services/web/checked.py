"""The vault as the web process reads it: a file is checked again only when it has changed on disk.

A player asks for a film in many parts, and a page plans anew at every click: hashing an hour of film for each would
hold every one of them up. Workers check every time.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from studio.errors import AssetMissing
from studio.takes.vault import Vault

_Seen = tuple[int, int, int]  # inode, size, time of the last change


class CheckedOnce:
    """A vault in front of another one."""

    def __init__(self, behind: Vault) -> None:
        self._behind = behind
        self._seen: dict[str, tuple[Path, _Seen]] = {}

    def open(self, content: str) -> Path:
        """A readable file with these bytes; raises AssetMissing if gone or damaged."""
        known = self._seen.get(content)
        if known and known[0].exists() and _look(known[0]) == known[1]:
            return known[0]
        file = self._behind.open(content)
        self._seen[content] = (file, _look(file))
        return file

    def read(self, content: str, first: int, end: int) -> bytes:
        """Some bytes, unchecked; AssetMissing if they are gone."""
        return self._behind.read(content, first, end)

    def put(self, file: Path, *, move: bool = False) -> str:
        """Keep a file's bytes; gives their SHA-256."""
        return self._behind.put(file, move=move)

    def intact(self, content: str) -> bool:
        """Whether the bytes are there and are what they were when they were last checked."""
        try:
            self.open(content)
        except AssetMissing:
            return False
        return True

    def discard(self, content: str) -> None:
        """Remove the bytes."""
        self._behind.discard(content)

    def contents(self) -> Iterator[str]:
        """Every content the vault holds."""
        return self._behind.contents()

    def size(self, content: str) -> int:
        """Bytes a content takes up."""
        return self._behind.size(content)

    def tidy(self) -> None:
        """Remove what was left half written."""
        self._behind.tidy()


def _look(file: Path) -> _Seen:
    status = file.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
