"""Waiting in tests for what comes by itself: bounded only against hanging, however slow the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable

HANGS = 240.0  # seconds; a test may take 300


def until(holds: Callable[[], object], every: float = 0.02) -> bool:
    """Wait until something holds; AssertionError when it never does."""
    end = time.monotonic() + HANGS
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(every)
    return True
