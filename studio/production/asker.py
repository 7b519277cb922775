"""Who asks the writer while a person waits: a process of no worker's, known by its machine, its pid and its start."""

from __future__ import annotations

import socket
from datetime import datetime, timedelta

import psutil

from studio.db import now

_KIND = "desk-"
_ALIKE = 2  # seconds by which the start of one and the same process may be told differently
_LEFT = timedelta(minutes=15)  # after which one was left whose process cannot be seen from here


def asker() -> str:
    """The name of this process as it asks."""
    me = psutil.Process()
    return f"{_KIND}{socket.gethostname()}-{me.pid}-{round(me.create_time())}"


def asks(name: str) -> bool:
    """Whether that is the name of such a process, and not of a worker."""
    return name.startswith(_KIND)


def gone(name: str) -> bool | None:
    """Whether the process of that name has ended; None where that cannot be seen from this machine."""
    parts = name.removeprefix(_KIND).rsplit("-", 2)
    if len(parts) != 3 or parts[0] != socket.gethostname() or not all(one.isdecimal() for one in parts[1:]):
        return None
    pid, began = map(int, parts[1:])
    try:
        found = psutil.Process(pid)
        return found.status() == psutil.STATUS_ZOMBIE or abs(found.create_time() - began) > _ALIKE
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False


def left(name: str, since: datetime) -> bool:
    """Whether what a process began to ask then was left: it has ended, or cannot be seen and has had its time."""
    seen = gone(name)
    return now() - since > _LEFT if seen is None else seen
