"""Where a bench ran: the machine, how busy it was, and the versions that matter."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from services.media.ffmpeg import Ffmpeg

_PACKAGES = ("av", "dbos", "imageio-ffmpeg", "numpy", "opencv-python-headless", "resvg-py")


def machine(cores: int) -> dict[str, Any]:
    """The machine as the bench found it; `cores` is how many of its cores the bench keeps to."""
    return {
        "model": _model(),
        "cores": os.cpu_count(),
        "cores_used": cores,
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "load_at_start": round(os.getloadavg()[0], 2),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "ffmpeg": Ffmpeg().version,
        **{name: version(name) for name in _PACKAGES},
    }


def keep_to(cores: int) -> int:
    """Keep this process and its children to so many cores; gives how many there are to keep to."""
    allowed = sorted(os.sched_getaffinity(0))[:cores]
    os.sched_setaffinity(0, allowed)
    return len(allowed)


def _model() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()
