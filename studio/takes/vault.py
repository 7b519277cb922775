"""The vault: bytes under the SHA-256 of their content, never overwritten. A folder here; others keep the protocol."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from studio.errors import AssetMissing, RenderFailed

_BLOCK = 1 << 20


class Vault(Protocol):
    """Where bytes live."""

    def put(self, file: Path, *, move: bool = False) -> str:
        """Keep a file's bytes; gives their SHA-256. Raises RenderFailed when there is no room.

        With `move` the file itself may go into the vault, so that nothing is written twice.
        """
        ...

    def open(self, content: str) -> Path:
        """A readable file with these bytes, checked on every call; raises AssetMissing if gone or damaged."""
        ...

    def read(self, content: str, first: int, end: int) -> bytes:
        """Some bytes, unchecked, without a file for them: from `first` up to `end`, fewer where the content ends.

        AssetMissing if it is gone.
        """
        ...

    def intact(self, content: str) -> bool:
        """Whether the bytes are there and are what they were."""
        ...

    def discard(self, content: str) -> None:
        """Remove the bytes; nothing happens if they are not there."""
        ...

    def contents(self) -> Iterator[str]:
        """Every content the vault holds."""
        ...

    def size(self, content: str) -> int:
        """Bytes a content takes up; AssetMissing if it is gone."""
        ...

    def tidy(self) -> None:
        """Remove what was left half written; call it only when nobody is putting."""
        ...


def digest(file: Path) -> str:
    """SHA-256 of a file's bytes as 64 hex digits."""
    total = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            total.update(block)
    return total.hexdigest()


def settle(place: Path) -> None:
    """Wait until a file's bytes, or a folder's names, would outlive a power cut; a few milliseconds."""
    opened = os.open(place, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _moved(file: Path, draft: Path) -> bool:
    """Move a file, if it is on the same disk."""
    try:
        file.rename(draft)
    except OSError:
        return False
    return True


class FolderVault:
    """A vault in a folder, two levels deep. A file appears under its name only when it is whole and on the disk."""

    def __init__(
        self,
        root: Path,
        copy: Callable[[Path, Path], object] = shutil.copyfile,
        settle: Callable[[Path], None] = settle,
    ) -> None:
        self.root = root
        self._copy, self._settle = copy, settle

    def put(self, file: Path, *, move: bool = False) -> str:
        """Keep a file's bytes; gives their SHA-256. Raises RenderFailed when there is no room.

        With `move` the file itself goes into the vault where both are on one disk.
        """
        content, size = digest(file), file.stat().st_size
        target = self.place(content)
        if target.exists() and self.intact(content):
            return content
        draft = target.with_name(f"{content}.{uuid4().hex}.part")
        try:
            fresh = not target.parent.exists()
            target.parent.mkdir(parents=True, exist_ok=True)
            if not (move and _moved(file, draft)):
                self._copy(file, draft)
            self._settle(draft)
            draft.replace(target)
            for folder in (target.parent, self.root) if fresh else (target.parent,):
                self._settle(folder)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise RenderFailed(f"{size:,} bytes do not go into {self.root}: {error.strerror}") from error
        return content

    def open(self, content: str) -> Path:
        """A readable file with these bytes, checked on every call; raises AssetMissing if gone or damaged."""
        if not self.intact(content):
            raise AssetMissing(f"{content[:12]} is damaged or gone from {self.root}", cause=content)
        return self.place(content)

    def read(self, content: str, first: int, end: int) -> bytes:
        """Some bytes, unchecked: from `first` up to `end`, fewer where the content ends; AssetMissing if it is gone."""
        try:
            with self.place(content).open("rb") as stream:
                stream.seek(first)
                return stream.read(end - first)
        except OSError as error:
            raise AssetMissing(f"{content[:12]} is gone from {self.root}", cause=content) from error

    def intact(self, content: str) -> bool:
        """Whether the bytes are there and are what they were."""
        file = self.place(content)
        try:
            return digest(file) == content
        except OSError:
            return False

    def discard(self, content: str) -> None:
        """Remove the bytes; nothing happens if they are not there."""
        self.place(content).unlink(missing_ok=True)

    def contents(self) -> Iterator[str]:
        """Every content the vault holds."""
        for entry in sorted(self.root.glob("??/*")):
            if len(entry.name) == hashlib.sha256().digest_size * 2:
                yield entry.name

    def tidy(self) -> None:
        """Remove what was left half written; call it only when nobody is putting."""
        for left in self.root.glob("??/*.part"):
            left.unlink(missing_ok=True)

    def size(self, content: str) -> int:
        """Bytes a content takes on disk; AssetMissing if it is gone."""
        try:
            return self.place(content).stat().st_size
        except OSError as error:
            raise AssetMissing(f"{content[:12]} is gone from {self.root}", cause=content) from error

    def place(self, content: str) -> Path:
        """Where a content is kept, there or not."""
        return self.root / content[:2] / content
