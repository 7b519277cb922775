"""The vault in an S3-compatible store: bytes under the SHA-256 of their content, read through a folder on this machine.

A content is missing only when the store says so: one that does not answer is VaultDown, and nothing is given up for it.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from services.vaults.cache import Cache
from services.vaults.store import S3Store
from studio.errors import AssetMissing, RenderFailed, VaultDown
from studio.takes.vault import digest

log = logging.getLogger(__name__)
_Seen = tuple[int, int, int]  # inode, size, time of the last change


class S3Vault:
    """A vault in a store.

    For `believe` seconds what was seen there is not asked about again; `once` reads a file here again only when it has
    changed, as CheckedOnce does.
    """

    def __init__(
        self,
        store: S3Store,
        cache: Cache,
        *,
        believe: float = 0.0,
        once: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._cache = store, cache
        self._believe, self._once, self._clock = believe, once, clock
        self._there: dict[str, float] = {}  # contents the store had, and when
        self._checked: dict[str, _Seen] = {}  # files whose bytes were right
        self._damaged: set[str] = set()
        self._sizes: dict[str, int] = {}  # bytes, as sent or as last listed

    def put(self, file: Path, *, move: bool = False) -> str:
        """Keep a file's bytes; gives their SHA-256. Sent only where the store has not got them, or not these.

        With `move` the file itself goes into the folder on this machine. Raises VaultDown when it cannot be kept.
        """
        content = digest(file)
        held = self._store.look(content)
        if held is None or not held.right or content in self._damaged:
            self._store.send(file, content, over=held is not None)
        self._damaged.discard(content)
        self._there[content], self._sizes[content] = self._clock(), file.stat().st_size
        self._take_in(file, content, move=move)
        return content

    def open(self, content: str) -> Path:
        """A readable file with these bytes, checked; it stays for as long as Cache says.

        AssetMissing if they are gone or damaged, RenderFailed without room, VaultDown when that cannot be known.
        """
        try:
            if file := self._here(content):
                return file
            with self._cache.fetching(content):
                return self._here(content) or self._fetched(content)
        except OSError as error:
            why = f"{content[:12]} does not go into {self._cache.folder}: {error.strerror or error}"
            raise RenderFailed(why, cause=error) from error

    def here(self, content: str) -> bool:
        """Whether this machine has a file of it, so that opening it asks nobody."""
        return self._cache.find(content) is not None

    def read(self, content: str, first: int, end: int) -> bytes:
        """Some bytes of a content as the store sends them, unchecked: from `first` up to `end`, fewer where it ends.

        AssetMissing when the store has none of it, VaultDown when it does not say.
        """
        return self._store.read(content, first, end)

    def intact(self, content: str) -> bool:
        """Whether the store has the bytes, as they were; nothing is fetched where the store knows their hash."""
        if self._clock() - self._there.get(content, float("-inf")) < self._believe:
            return True
        held = None if content in self._damaged else self._store.look(content)
        if held is None or held.right is False:
            self._there.pop(content, None)
            return False
        if held.right is None and not self._readable(content):
            return False
        self._there[content] = self._clock()
        return True

    def discard(self, content: str) -> None:
        """Remove the bytes; nothing happens if they are not there."""
        self._store.drop(content)
        self._there.pop(content, None)
        self._sizes.pop(content, None)
        self._cache.drop(content)

    def contents(self) -> Iterator[str]:
        """Every content the store holds, page by page."""
        self._sizes = {}
        for content, size in self._store.names():
            self._sizes[content] = size
            yield content

    def size(self, content: str) -> int:
        """Bytes a content takes up; AssetMissing where the store has none."""
        if content not in self._sizes:
            if not (held := self._store.look(content)):
                raise AssetMissing(f"{content[:12]} is gone from {self._store.address.place}", cause=content)
            self._sizes[content] = held.size
        return self._sizes[content]

    def tidy(self) -> None:
        """Remove what was left half sent or half fetched; a store that does not answer is tidied another time."""
        self._cache.sweep()
        try:
            self._store.abandon()
        except VaultDown as error:
            log.warning("vault.untidy %s", error)

    def _here(self, content: str) -> Path | None:
        """A content's file on this machine if its bytes are right; a wrong one is removed."""
        file = self._cache.find(content)
        if file is None:
            return None
        try:
            seen = _look(file)
            if (self._once and self._checked.get(content) == seen) or digest(file) == content:
                self._checked[content] = seen
                return file
        except FileNotFoundError:
            return None
        self._cache.drop(content)
        return None

    def _fetched(self, content: str) -> Path:
        """Fetch a content. Wrong bytes are fetched once more before they are believed to be the store's."""
        draft = self._cache.draft(content)
        try:
            for _ in range(2):
                if self._store.fetch(content, draft) == content:
                    return self._cache.keep(draft, content)
        finally:
            draft.unlink(missing_ok=True)
        raise self._wrong(content)

    def _wrong(self, content: str) -> AssetMissing | VaultDown:
        """What wrong bytes mean: lost on the way where the store vouches for its own, else damaged there."""
        held, place = self._store.look(content), self._store.address.place
        if held and held.vouched and held.right:
            return VaultDown(f"{place} sends other bytes than it says it has: something on the way here is broken")
        self._damaged.add(content)
        self._there.pop(content, None)
        return AssetMissing(f"{content[:12]} is damaged in {place}", cause=content)

    def _take_in(self, file: Path, content: str, *, move: bool) -> None:
        """Have a file that was sent on this machine too; without room it is only fetched when it is read."""
        draft = None
        try:
            if move or not self._cache.find(content):
                draft = self._cache.draft(content)
                (shutil.move if move else shutil.copyfile)(file, draft)
                self._cache.keep(draft, content)
        except OSError as error:
            if draft:
                draft.unlink(missing_ok=True)
            log.info("vault.uncached %s", error)

    def _readable(self, content: str) -> bool:
        try:
            self.open(content)
        except AssetMissing:
            return False
        return True


def _look(file: Path) -> _Seen:
    status = file.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
