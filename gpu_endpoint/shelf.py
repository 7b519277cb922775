"""Results by the caller's key, so that no key is computed twice while its result is there, by any worker of a volume.

A key is claimed by the job that makes it. A claim is renewed while the job lives; one that was not renewed for a while
is of a worker that died, and is taken over.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gpu_endpoint.errors import InHand
from gpu_endpoint.wire import OtherJob

_DEAD = 60.0  # seconds without a sign of life
_SWEPT = 600.0  # seconds between two looks through the whole folder
_ASKED = 32  # other jobs an answer names at most


@dataclass(frozen=True)
class Kept:
    """A result: the file and what is said of it. One that is for a single answer is cleared away after it."""

    file: Path
    facts: dict[str, Any]
    once: bool = False


@dataclass(frozen=True)
class Slot:
    """The place of one key."""

    folder: Path
    key: str

    @property
    def claim(self) -> Path:
        """The file that says who is at work on the key."""
        return self.folder / f"{self.key}.claim"

    def kept(self) -> Kept | None:
        """The result, if it is there whole."""
        try:
            facts = json.loads((self.folder / f"{self.key}.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        file = self.folder / f"{self.key}.bin"
        return Kept(file, facts) if file.is_file() else None

    def keep(self, file: Path, facts: dict[str, Any]) -> Kept:
        """Put a result in its place, whole or not at all."""
        home = self.folder / f"{self.key}.bin"
        file.replace(home)
        fresh = self.folder / f"{self.key}.json.part"
        fresh.write_text(json.dumps(facts), encoding="utf-8")
        fresh.replace(self.folder / f"{self.key}.json")
        return Kept(home, facts)

    def note(self, job: str, ms: int = 0, cold: int = 0) -> None:
        """Write down that a job asked for this key, and later what it took."""
        with (self.folder / f"{self.key}.jobs").open("a", encoding="utf-8") as book:
            book.write(json.dumps([job, ms, cold]) + "\n")

    def others(self, job: str) -> list[OtherJob]:
        """The other jobs that asked for this key, the newest ones when they are many."""
        told: dict[str, OtherJob] = {}
        with contextlib.suppress(FileNotFoundError):
            for line in (self.folder / f"{self.key}.jobs").read_text(encoding="utf-8").splitlines():
                name, ms, cold = json.loads(line)
                told[name] = OtherJob(id=name, ms=ms, cold_ms=cold)
        return [one for name, one in told.items() if name != job][-_ASKED:]

    def renew(self) -> None:
        """Give a sign of life for the claim."""
        with contextlib.suppress(FileNotFoundError):
            os.utime(self.claim)

    @contextmanager
    def claimed(self, job: str) -> Iterator[None]:
        """Be the one job at work on the key while the block lasts; InHand names another that is.

        A job that comes again, its worker having died, finds its own claim and goes on.
        """
        while not self._taken(job):
            with contextlib.suppress(FileNotFoundError):  # it was let go of at this very moment
                if self.claim.read_text(encoding="utf-8") == job:
                    break
                if time.time() - self.claim.stat().st_mtime < _DEAD:
                    raise InHand("another job is at work on this job_key", job=self.claim.read_text(encoding="utf-8"))
                self._bury(job)
        try:
            yield
        finally:
            with contextlib.suppress(FileNotFoundError):
                if self.claim.read_text(encoding="utf-8") == job:
                    self.claim.unlink()

    def _taken(self, job: str) -> bool:
        """Whether the claim is this job's now; it appears whole, so that nobody reads half a name."""
        fresh = self.folder / f"{self.key}.{_plain(job)}.new"
        fresh.write_text(job, encoding="utf-8")
        try:
            self.claim.hardlink_to(fresh)
        except FileExistsError:
            return False
        finally:
            fresh.unlink()
        return True

    def _bury(self, job: str) -> None:
        """Take a dead claim away; of several who would, one does."""
        self.claim.rename(grave := self.folder / f"{self.key}.{_plain(job)}.dead")
        grave.unlink()


@dataclass
class Shelf:
    """The folder of results; each is kept for `keep` seconds of a clock that files go by."""

    folder: Path
    keep: float
    clock: Callable[[], float] = time.time
    _due: float = field(default=0.0, init=False)  # when the whole folder is looked through again

    def slot(self, key: str) -> Slot:
        """The place of a key; what is there too long is cleared away first, now and then also of all others.

        Not with every job: the folder holds files of thousands, and may be far away.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.clock() >= self._due:
            self._due = self.clock() + _SWEPT
            self._clear(self.folder.iterdir())
        self._clear(self.folder / f"{key}{suffix}" for suffix in (".json", ".bin", ".jobs"))
        return Slot(self.folder, key)

    def draft(self, key: str, job: str) -> Path:
        """A file to write a result into before it is kept."""
        return self.folder / f"{key}.{_plain(job)}.draft"

    def _clear(self, files: Iterable[Path]) -> None:
        before = self.clock() - self.keep
        for file in files:
            with contextlib.suppress(FileNotFoundError):
                if file.lstat().st_mtime < before:
                    file.unlink()


def _plain(job: str) -> str:
    return "".join(letter for letter in job if letter.isalnum() or letter in "-_")[:80]
