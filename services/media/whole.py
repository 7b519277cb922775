"""Files that appear whole or not at all: written beside their place under a name of their own, then renamed."""

from __future__ import annotations

import errno
import os
import re
import socket
import time
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from studio.errors import RenderFailed

_HERE = f"{zlib.crc32(socket.gethostname().encode()):08x}"
_FRESH = re.compile(r"\..{0,40}-([0-9a-f]{8})-(\d+)-[0-9a-f]{32}(\.\w+)?")
_OVER = 86_400  # seconds after which nobody elsewhere writes to a file any more


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a fresh name to write to; it takes `path`'s place when the block ends well, and is removed otherwise.

    Raises RenderFailed when the disk is full or the folder cannot be written.
    """
    fresh = path.with_name(f".{path.stem[:40]}-{_HERE}-{os.getpid()}-{uuid.uuid4().hex}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield fresh
        fresh.replace(path)
    except OSError as error:
        raise stopped(path, error) from error
    finally:
        fresh.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what writers that were killed left half written in a folder; what may still be written to stays."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            found = _FRESH.fullmatch(entry.name)
            if found and _left(entry, found[1], int(found[2])):
                Path(entry.path).unlink(missing_ok=True)


def _left(entry: os.DirEntry[str], host: str, writer: int) -> bool:
    """Whether nobody writes to the file; of a writer on another machine only its age tells."""
    if host == _HERE:
        return not psutil.pid_exists(writer)
    return time.time() - entry.stat(follow_symlinks=False).st_mtime > _OVER


def stopped(path: Path, error: OSError) -> RenderFailed:
    """Say in a sentence why writing a file stopped."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return RenderFailed(f"the disk is full: {path.name} could not be written", cause=error)
    reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
    return RenderFailed(f"{path.name} could not be written: {reason}", cause=error)
