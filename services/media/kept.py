"""Cache files, believed only when they are whole: any other is removed and made again; old ones go by themselves."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path

from services.media.whole import sweep, whole

DAYS = 30  # unused for longer, a file goes
_LOOKED_AT = 50_000  # files a pruning looks at, 0.2 s: no start waits long for it
_KINDS = frozenset({".aac", ".json", ".lufs", ".m4a", ".mp4", ".png", ".powers", ".wav"})
_SEAL = hashlib.sha256().digest_size


def kept(file: Path, make: Callable[[], bytes]) -> bytes:
    """Give what `file` keeps; what `make` gives, kept for the next time, where its checksum does not fit."""
    body = _unsealed(file)
    if body is None:
        file.unlink(missing_ok=True)
        body = make()
        with whole(file) as fresh:
            fresh.write_bytes(hashlib.sha256(body).digest() + body)
    return body


def believed(file: Path, good: Callable[[Path], bool]) -> bool:
    """Whether a file another program wrote is there and `good`; a bad one is removed."""
    if not file.exists():
        return False
    if not good(file):
        file.unlink(missing_ok=True)
        return False
    used(file)
    return True


def used(file: Path) -> None:
    """Remember that a file was used today; one that cannot be marked only goes sooner."""
    with suppress(OSError):
        os.utime(file)


def prune(folder: Path) -> int:
    """Remove the cache files of a folder that nothing used for 30 days and say how many; folders in it stay.

    What was left half written goes too, and is not counted.
    """
    before, gone = time.time() - DAYS * 86_400, 0
    if not folder.is_dir():
        return 0
    sweep(folder)
    with os.scandir(folder) as entries:
        for entry in islice(entries, _LOOKED_AT):
            # Another process may prune the same folder; what may not be removed may stay.
            with suppress(OSError):
                if Path(entry.name).suffix in _KINDS and _old(entry, before):
                    Path(entry.path).unlink()
                    gone += 1
    return gone


def _old(entry: os.DirEntry[str], before: float) -> bool:
    return entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mtime < before


def _unsealed(file: Path) -> bytes | None:
    try:
        data = file.read_bytes()
    except OSError:
        return None
    body = data[_SEAL:]
    if hashlib.sha256(body).digest() != data[:_SEAL]:
        return None
    used(file)
    return body
