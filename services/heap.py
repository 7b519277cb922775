"""What glibc's allocator is told; where there is another, nothing happens."""

from __future__ import annotations

import ctypes

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8  # of malloc.h


def tell(option: int, value: int) -> None:
    """Set an option of the allocator for this process."""
    choose = getattr(ctypes.CDLL(None), "mallopt", None)
    if choose is not None:
        choose(option, value)


def share_heap() -> None:
    """Have threads to come share one heap. Each would keep its own, though the interpreter lets one at a time run."""
    tell(ARENA_MAX, 1)
