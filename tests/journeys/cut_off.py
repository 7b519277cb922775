"""Commands without a network: this machine's own addresses answer, nothing else can be reached.

As root a network of their own with nothing but the loopback in it; elsewhere every Python process of theirs refuses.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FORBIDDEN = "the tests allow no network"
# Brings the loopback up in a network namespace, where it is down at first, and becomes the command.
_UP = """
import fcntl, os, socket, struct, sys
door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(door, 0x8914, struct.pack("16sH14x", b"lo", 0x1))  # SIOCSIFFLAGS, IFF_UP
os.execv(sys.argv[1], sys.argv[1:])
"""
_REFUSING = f"""
import socket, sys
def refuse(event, told):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg") and told[0].family in (
        socket.AF_INET, socket.AF_INET6
    ):
        if told[1] is None or told[1][0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError("{FORBIDDEN}: " + repr(told[1]))
    elif event == "socket.getaddrinfo" and told[0] not in (None, "", "127.0.0.1", "::1", "localhost"):
        raise OSError("{FORBIDDEN}: " + repr(told[0]))
sys.addaudithook(refuse)
"""


@cache
def namespaces() -> bool:
    """Whether this process may give its children a network of their own."""
    try:
        return subprocess.run(["unshare", "-n", *_up(), "/bin/true"], capture_output=True).returncode == 0
    except OSError:
        return False


def cut_off(
    arguments: list[str], environment: Mapping[str, str], folder: Path, *, root: bool | None = None
) -> tuple[list[str], dict[str, str]]:
    """The same command without a network, and its environment; `folder` takes what Python is to load first."""
    if namespaces() if root is None else root:
        return ["unshare", "-n", *_up(), *arguments], dict(environment)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text(_REFUSING)
    path = os.pathsep.join(filter(None, [str(folder), environment.get("PYTHONPATH", "")]))
    return list(arguments), {**environment, "PYTHONPATH": path}


def _up() -> list[str]:
    return [sys.executable, "-c", _UP]
