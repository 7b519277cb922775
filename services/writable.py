"""Whether files can be made in a folder, asked before anything is made for it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile

from studio.errors import BadRequest


def check_writable(folder: Path, field: str) -> None:
    """Make a folder and see that files can be made in it; BadRequest naming the field otherwise."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise BadRequest(f"cannot write to {folder}: {error.strerror}", field=field, cause=error) from error
