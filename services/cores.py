"""How many cores this process may use: those it is let run on, and no more than its container was given."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def cores(quota: Path = _QUOTA) -> int:
    """As many as there are, or as a container's quota makes up, of which a part counts as a whole one."""
    there = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    try:
        most, period = quota.read_text(encoding="ascii").split()
        return min(there, -(-int(most) // int(period)))
    except (OSError, ValueError, ZeroDivisionError):  # no container's, or "max": nobody bounds it
        return there


def hands(there: int) -> int:
    """How many takes one worker makes at once on so many cores. Two also on one: while one waits the other goes on."""
    return min(max(there, 2), 6)
