"""Gives memory that was freed back to the system, so that workers stay small between shots."""

from __future__ import annotations

import ctypes


def trim() -> None:
    """Ask glibc to return free pages; elsewhere there is nothing to ask."""
    # Preparing a shot frees tens of megabytes of pictures that glibc would otherwise keep: 290 MB against 200.
    release = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if release is not None:
        release(0)
