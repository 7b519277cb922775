"""Ports for servers that a test starts as processes of their own, which bind them a good while later.

Whoever binds no port in particular is given one of the system's own range, from 32768 on. So these lie below it, and
each process of the tests tries others.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from itertools import count

_FIRST, _EACH, _WORKERS = 20_000, 600, 20
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
_TURNS = count(os.getpid())  # two runs of the tests at once begin at different ones


def free_port() -> int:
    """A port nobody listens on, and which nobody is given by chance."""
    while True:
        port = _FIRST + _WORKER * _EACH + next(_TURNS) % _EACH
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
