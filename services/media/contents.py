"""What files hold, remembered by path, size, times of change and inode, so that big files are read once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.media.whole import whole
from studio.errors import Unreadable


class Contents:
    """A small book of facts about files, kept as one JSON file that may be deleted."""

    def __init__(self, book: Path) -> None:
        self._book = book
        self._known: dict[str, dict[str, Any]] = _read(book)
        self._changed = False

    def key(self, path: Path) -> str:
        """Give the SHA-256 of a file; raises Unreadable naming one that cannot be read."""
        return str(self.fact(path, "sha256", digest))

    def fact(self, path: Path, name: str, find: Callable[[Path], Any]) -> Any:
        """Give a JSON fact of a file, found again only when the file changed."""
        try:
            now = stamp(path)
        except OSError as error:
            raise Unreadable(f"{path.name} cannot be read: {error.strerror}", cause=error) from error
        entry = self._known.get(str(path.absolute()))
        if entry is None or entry.get("stat") != now:
            entry = self._known[str(path.absolute())] = {"stat": now}
        if name not in entry:
            entry[name] = find(path)
            self._changed = True
        return entry[name]

    def keep(self) -> None:
        """Write the book if something new was learnt."""
        if self._changed:
            with whole(self._book) as fresh:
                fresh.write_text(json.dumps(self._known), "utf-8")
            self._changed = False


def stamp(path: Path) -> list[int]:
    """What changes with a file's content, whoever puts its size and its time of change back; raises OSError."""
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read: {error.strerror}", cause=error) from error


def _read(book: Path) -> dict[str, dict[str, Any]]:
    try:
        known = json.loads(book.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
