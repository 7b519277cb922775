"""What a command without a network can reach: this machine, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.cut_off import FORBIDDEN, cut_off, namespaces

ASKS = """
import socket, subprocess, sys
with socket.create_server(("127.0.0.1", 0)) as here, socket.create_connection(here.getsockname(), 5) as door:
    print("here", door.getpeername() == here.getsockname())
try:
    socket.create_connection(("192.0.2.1", 9), 5)
except OSError as error:
    print("there", error)
try:
    socket.getaddrinfo("example.com", 80)
except OSError as error:
    print("name", error)
print("links", *(name for _, name in socket.if_nameindex()))
if len(sys.argv) < 2:
    print(subprocess.run([sys.executable, *sys.orig_argv[1:], "child"], capture_output=True, text=True).stdout)
"""


def told(root: bool, folder: Path) -> list[str]:
    """What a process and its child say of the network they have."""
    arguments, environment = cut_off([sys.executable, "-c", ASKS], os.environ, folder, root=root)
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")


def test_a_network_of_its_own_has_the_loopback_only(tmp_path: Path) -> None:
    if not namespaces():
        pytest.skip("this process may not make a network; its children refuse instead")
    said = told(True, tmp_path)
    assert said.count("here True") == 2
    assert said.count("links lo") == 2
    assert sum(line.startswith(("there ", "name ")) for line in said) == 4


def test_python_refuses_whoever_may_not_make_one(tmp_path: Path) -> None:
    said = told(False, tmp_path)
    assert said.count("here True") == 2
    assert sum(line.startswith("there " + FORBIDDEN) for line in said) == 2
    assert sum(line.startswith("name " + FORBIDDEN) for line in said) == 2
