"""The booth: keeps one speaking process for this process, starts it again when it dies, and ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import weakref
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from services.offline.voice.reading import Reading, Refusal, Utterance, answered, ask
from studio.errors import Down, Garbled, Invalid

_HOUSE = Path(__file__).parents[3]
_SPEAKER = (sys.executable, "-m", "services.offline.voice.speaker")
_VENDOR = "espeak-ng"
_CHARACTERS_A_SECOND = 500  # a slow machine's reading speed, for the time-out only


class Booth:
    """A door to the speaking process; threads take turns, and a forked copy opens its own."""

    def __init__(self, command: tuple[str, ...] = _SPEAKER, *, patience: float = 20.0) -> None:
        self._command = command
        self._patience = patience
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._finish: weakref.finalize[..., Booth] = weakref.finalize(self, int)

    @property
    def pid(self) -> int:
        """The speaking process's id, 0 when none runs."""
        running = self._process is not None and self._owner == os.getpid() and self._process.poll() is None
        return self._process.pid if running and self._process is not None else 0

    def read(self, reading: Reading) -> Utterance:
        """Have a text read; raises Invalid when refused, Down when it takes too long, Garbled when it dies twice."""
        with self._turn:
            try:
                return self._try(reading)
            except (EOFError, BrokenPipeError):
                self._end()
            try:
                return self._try(reading)
            except (EOFError, BrokenPipeError) as broken:
                self._end()
                raise Garbled(f"died while reading {reading.text[:60]!r}", vendor=_VENDOR, operation="read") from broken

    def close(self) -> None:
        """End the speaking process; the next reading starts another."""
        with self._turn:
            self._end()

    def _try(self, reading: Reading) -> Utterance:
        process = self._started()
        source, sink = _pipes(process)
        late = threading.Event()
        limit = self._patience + len(reading.text) / _CHARACTERS_A_SECOND
        timer = threading.Timer(limit, _give_up, (process, late))
        timer.daemon = True
        timer.start()
        try:
            ask(sink, reading)
            return answered(source)
        except Refusal as why:
            raise Invalid(str(why), vendor=_VENDOR, operation="read", cause=reading) from why
        except (EOFError, BrokenPipeError) as gone:
            if late.is_set():
                self._end()
                detail = f"no answer within {limit:.0f} s to {reading.text[:60]!r}"
                raise Down(detail, vendor=_VENDOR, operation="read") from gone
            raise
        finally:
            timer.cancel()

    def _started(self) -> subprocess.Popen[bytes]:
        if self.pid and self._process is not None:
            return self._process
        self._end()
        try:
            # A session of its own: Ctrl-C goes to the studio, and a time-out can end the process with its forks.
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=_HOUSE,
                start_new_session=True,
            )
        except OSError as failed:
            raise Down(f"cannot be started: {failed}", vendor=_VENDOR, operation="start") from failed
        self._owner = os.getpid()
        self._finish = weakref.finalize(self, _end, self._process, self._owner)
        return self._process

    def _end(self) -> None:
        self._finish()
        self._process = None


def _end(process: subprocess.Popen[bytes], owner: int) -> None:
    if owner != os.getpid():
        return
    for pipe in _pipes(process):
        with suppress(OSError):
            pipe.close()
    _kill(process)
    process.wait()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[BinaryIO, BinaryIO]:
    if process.stdout is None or process.stdin is None:
        raise Down("was started without pipes", vendor=_VENDOR, operation="start")
    return process.stdout, process.stdin  # type: ignore[return-value]


def _give_up(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
