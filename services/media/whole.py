"""Files that appear whole or not at all: written beside their place under a name of their own, then renamed."""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studio.errors import RenderFailed


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a fresh name to write to; it takes `path`'s place when the block ends well, and is removed otherwise.

    Raises RenderFailed when the disk is full or the folder cannot be written.
    """
    fresh = path.with_name(f".{path.stem[:40]}-{uuid.uuid4().hex}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield fresh
        fresh.replace(path)
    except OSError as error:
        raise stopped(path, error) from error
    finally:
        fresh.unlink(missing_ok=True)


def stopped(path: Path, error: OSError) -> RenderFailed:
    """Say in a sentence why writing a file stopped."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return RenderFailed(f"the disk is full: {path.name} could not be written", cause=error)
    reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
    return RenderFailed(f"{path.name} could not be written: {reason}", cause=error)
