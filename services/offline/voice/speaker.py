"""The speaking process: readings come in on standard input, utterances go out, and it ends with its parent.

Each reading is spoken in a fork of the freshly initialised library: the library's noise and flutter go on from
line to line and cannot be rewound, and only an untouched copy gives the same line the same bytes.
"""

from __future__ import annotations

import os
import select
import sys
from typing import BinaryIO

from services.offline.voice.espeak import Espeak
from services.offline.voice.reading import Refusal, answer, asked, refuse

_LOOK_AFTER_PARENT = 1.0  # seconds; a forked sibling can hold our pipe open after the parent is gone


def _speak(espeak: Espeak, line: bytes, out: BinaryIO) -> None:
    try:
        answer(out, espeak.read(asked(line)))
    except Refusal as why:
        refuse(out, str(why))


def _spoken_by_a_fork(espeak: Espeak, line: bytes, out: BinaryIO) -> bool:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _speak(espeak, line, out)
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1] == 0


def serve(source: BinaryIO, out: BinaryIO) -> int:
    """Answer readings until the source ends or the parent is gone; 1 when a reading brought the library down."""
    parent = os.getppid()
    espeak = Espeak()
    while True:
        ready, _, _ = select.select([source], [], [], _LOOK_AFTER_PARENT)
        if os.getppid() != parent:
            return 0
        if not ready:
            continue
        line = source.readline()
        if not line:
            return 0
        if not _spoken_by_a_fork(espeak, line, out):
            return 1


if __name__ == "__main__":
    # Unbuffered input: select() must see every line that is still waiting.
    with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as lines:
        sys.exit(serve(lines, sys.stdout.buffer))
