"""The gate's record in a file of the runtime folder: one JSON object a line, the newest last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from pydantic import ValidationError

from services.gate.rule import Finding
from studio.errors import Conflict, StorageError


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the one place of a trial in a runtime folder; Conflict while another process holds it."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "gate.lock").open("w") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError as error:
            raise Conflict("another trial of the consistency gate is running", cause=error) from error
        yield


def running(home: Path) -> bool:
    """Whether a trial of a runtime folder is running."""
    try:
        with alone(home):
            return False
    except Conflict:
        return True


class FileFindings:
    """Keeps the Findings protocol in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def keep(self, finding: Finding) -> None:
        """Add one line; StorageError when it cannot be written."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as out:
                out.write(finding.model_dump_json() + "\n")
        except OSError as error:
            raise StorageError(f"{self._file} cannot be written", cause=error) from error

    def all(self) -> tuple[Finding, ...]:
        """Every finding, the oldest first; StorageError names a line that cannot be read."""
        if not self._file.exists():
            return ()
        lines = [line for line in self._file.read_text(encoding="utf-8").splitlines() if line.strip()]
        try:
            return tuple(Finding.model_validate_json(line) for line in lines)
        except ValidationError as error:
            raise StorageError(f"{self._file} holds a line that is no finding", cause=error) from error
