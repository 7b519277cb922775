"""Runs the ffmpeg program as a child that dies with us; says in a sentence why it failed. Builds no arguments."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import IO

import imageio_ffmpeg

from studio.cut.fonts import FOLDER
from studio.errors import RenderFailed

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
_KILL = 9
# The child sees the shipped fonts and nothing else of this machine.
_ENVIRONMENT = {"FONTCONFIG_FILE": str(FOLDER / "fonts.conf"), "LC_ALL": "C"}
_TAIL = 2000

Progress = Callable[[int], None]  # told the frames written so far


def _die_with_parent() -> None:
    if _LIBC is not None:
        _LIBC.prctl(_SET_DEATH_SIGNAL, _KILL, 0, 0, 0)


class Ffmpeg:
    """One ffmpeg program."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or Path(imageio_ffmpeg.get_ffmpeg_exe())

    @cached_property
    def version(self) -> str:
        """The program's own version, as in its first line."""
        answer = subprocess.run([self.path, "-hide_banner", "-version"], capture_output=True, text=True, check=False)
        words = answer.stdout.split()
        return words[2] if len(words) > 2 else "unknown"

    def run(self, arguments: Sequence[str], *, what: str, progress: Progress | None = None) -> str:
        """Run to the end and return what was written to stderr; raises RenderFailed naming `what`."""
        return self.feed(arguments, (), what=what, progress=progress)

    def feed(
        self, arguments: Sequence[str], blocks: Iterable[bytes], *, what: str, progress: Progress | None = None
    ) -> str:
        """Run with `blocks` written to its stdin one after the other; as `run` otherwise."""
        with tempfile.TemporaryFile() as errors:
            child = self._start(arguments, errors, listens=progress is not None)
            try:
                self._write(child, blocks)
                if progress is not None:
                    self._follow(child, progress)
                code = child.wait()
            finally:
                if child.poll() is None:
                    child.kill()
                    child.wait()
                for pipe in (child.stdin, child.stdout):
                    if pipe is not None:
                        pipe.close()
            size = errors.seek(0, 2)
            errors.seek(max(0, size - 200_000))
            said = errors.read().decode("utf-8", "replace")
        if code:
            raise _failed(code, said, what)
        return said

    def _start(self, arguments: Sequence[str], errors: IO[bytes], *, listens: bool) -> subprocess.Popen[bytes]:
        head = [str(self.path), "-hide_banner", "-nostats", "-y"]
        head += ["-progress", "pipe:1"] if listens else []
        try:
            return subprocess.Popen(
                [*head, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if listens else subprocess.DEVNULL,
                stderr=errors,
                env=_ENVIRONMENT,
                preexec_fn=_die_with_parent,
            )
        except OSError as error:
            raise RenderFailed(f"ffmpeg could not be started ({self.path}): {error}", cause=error) from error

    @staticmethod
    def _write(child: subprocess.Popen[bytes], blocks: Iterable[bytes]) -> None:
        assert child.stdin is not None
        try:
            for block in blocks:
                child.stdin.write(block)
            child.stdin.close()
        except BrokenPipeError:
            child.wait()  # its exit status and stderr say more than the pipe

    @staticmethod
    def _follow(child: subprocess.Popen[bytes], progress: Progress) -> None:
        assert child.stdout is not None
        for line in child.stdout:
            if line.startswith(b"frame="):
                progress(int(line[6:]))


def _failed(code: int, said: str, what: str) -> RenderFailed:
    if "No space left on device" in said:
        return RenderFailed(f"the disk is full: {what} could not be written")
    if code < 0:
        return RenderFailed(f"ffmpeg was stopped (signal {-code}) while making {what}")
    tail = "\n".join(line for line in said.strip().splitlines() if line.strip())[-_TAIL:]
    return RenderFailed(f"ffmpeg failed (exit {code}) while making {what}: {tail}")
