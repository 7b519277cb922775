"""Contents that lie on this machine because somebody read them: bounded in bytes, shared by its processes.

Whoever was given a path may read there for as long as `GRACE`: the least recently used go first, and none that was
asked for within it. A file that is open already is read to its end whatever happens here. While nothing runs the
folder may be deleted.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

log = logging.getLogger(__name__)
GRACE = 2 * 3600.0  # seconds: no take is made for longer from what it was given
_LEFT = 24 * 3600.0  # seconds after which a half-written file is nobody's
_ROOM = 0.9  # of the bound, once it was passed
_OFTEN = 0.05  # of the bound: that much may come in between two looks


class _Kept(NamedTuple):
    used: float
    size: int
    file: Path


class Cache:
    """A folder of at most `most` bytes, but for what is in use; each process may pass it by a twentieth."""

    def __init__(
        self, folder: Path, most: int, *, grace: float = GRACE, clock: Callable[[], float] = time.time
    ) -> None:
        self.folder, self.most = folder, most
        self._grace, self._clock = grace, clock
        self._came = most  # so that the first file has the folder looked through

    def find(self, content: str) -> Path | None:
        """Where a content lies, unchecked, and not removed from now on within the grace; None where it does not."""
        file = self.place(content)
        try:
            with self._locked("using", fcntl.LOCK_SH):
                self._touch(file)
        except FileNotFoundError:
            return None
        return file

    @contextmanager
    def fetching(self, content: str) -> Iterator[None]:
        """Let one reader of this machine at a time fetch a content, so that others find it when they come in."""
        with self._locked(f"fetching-{content[:2]}", fcntl.LOCK_EX):
            yield

    def draft(self, content: str) -> Path:
        """A new name for a file on its way in."""
        file = self.place(content)
        file.parent.mkdir(parents=True, exist_ok=True)
        return file.with_name(f"{content}.{uuid4().hex}.part")

    def keep(self, draft: Path, content: str) -> Path:
        """Take a whole file in under its content's name, and make room if it is needed."""
        size, file = draft.stat().st_size, self.place(content)
        with self._locked("using", fcntl.LOCK_SH):
            draft.replace(file)
            self._touch(file)
        self._came += size
        if self._came >= self.most * _OFTEN:
            self._came = 0
            self.prune()
        return file

    def drop(self, content: str) -> None:
        """Remove a content; nothing happens if it is not there."""
        self.place(content).unlink(missing_ok=True)

    def prune(self) -> int:
        """Remove what was used least recently until the rest has room; gives how many bytes went."""
        with self._locked("using", fcntl.LOCK_EX):
            kept = sorted(self._kept())
            size, gone, before = sum(one.size for one in kept), 0, self._clock() - self._grace
            if size <= self.most:
                return 0
            for one in kept:
                if one.used > before or size - gone <= self.most * _ROOM:
                    break
                one.file.unlink(missing_ok=True)
                gone += one.size
        if size - gone > self.most:
            log.warning("vault.cache bytes=%d most=%d all in use", size - gone, self.most)
        return gone

    def sweep(self) -> None:
        """Remove what was left half written a day ago or earlier."""
        for draft in self.folder.glob("??/*.part"):
            with suppress(FileNotFoundError):
                if draft.stat().st_mtime < self._clock() - _LEFT:
                    draft.unlink()

    def place(self, content: str) -> Path:
        """Where a content would lie."""
        return self.folder / content[:2] / content

    def _kept(self) -> Iterator[_Kept]:
        for file in self.folder.glob("??/*"):
            with suppress(FileNotFoundError):
                status = file.stat()
                if file.suffix != ".part":
                    yield _Kept(status.st_atime, status.st_size, file)

    def _touch(self, file: Path) -> None:
        """Remember when a file was used, by its access time; by that of its last change readers see it is the same."""
        os.utime(file, ns=(round(self._clock() * 1e9), file.stat().st_mtime_ns))

    @contextmanager
    def _locked(self, what: str, how: int) -> Iterator[None]:
        """Hold a lock among all processes of this machine; it goes with a process that dies."""
        locks = self.folder / ".locks"
        locks.mkdir(parents=True, exist_ok=True)
        with (locks / what).open("ab") as lock:
            fcntl.flock(lock, how)
            yield
