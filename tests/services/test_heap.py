"""Threads share one heap where they are told to."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_THREADS = """
import ctypes, sys, threading
from services.heap import share_heap
if sys.argv[1] == "shared":
    share_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
together = threading.Barrier(5)
def work():
    libc.malloc(1000)
    together.wait()
for _ in range(4):
    threading.Thread(target=work, daemon=True).start()
together.wait()
libc.fopen.restype = ctypes.c_void_p
libc.malloc_info(0, ctypes.c_void_p(libc.fopen(b"/dev/stdout", b"w")))
libc.fflush(None)
"""


def _heaps(how: str) -> int:
    told = [sys.executable, "-c", _THREADS, how]
    return subprocess.run(told, cwd=ROOT, capture_output=True, text=True, check=True).stdout.count("<heap nr=")


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="not glibc's allocator")
def test_threads_share_one_heap() -> None:
    assert (_heaps("shared"), _heaps("alone") > 1) == (1, True)
