"""The crew in processes of its own: a few of them forked from one warm server, and none outlives the worker it serves.

Engines keep global state, use much memory and hold the interpreter, so they never run in the process that runs the
durable workflows, let alone in the web process.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from pathlib import Path
from threading import Lock, Thread
from typing import Any, TypeVar

from studio.crew import Order, Pitch, Product
from studio.errors import Garbled
from studio.story.cast import Character
from studio.story.screenplay import Screenplay

_T = TypeVar("_T")
_PR_SET_PDEATHSIG = 1
_crew: Any = None


class PooledCrew:
    """The offline crew at work in `size` processes, started on first use."""

    def __init__(self, size: int, cache: Path, ffmpeg: Path | None = None) -> None:
        self._size, self._cache, self._ffmpeg = size, cache, ffmpeg
        self._pool: ProcessPoolExecutor | None = None
        self._lock = Lock()
        self._warming: Thread | None = None

    def write(self, pitch: Pitch) -> Screenplay:
        """Have the offline writer write; it is quick and needs no process of its own."""
        from services.offline.writer.engine import TemplateWriter

        return TemplateWriter().write(pitch)

    def cast(self, members: Sequence[Character], language: str) -> tuple[Character, ...]:
        """Give everybody without a voice one of espeak-ng's."""
        from services.offline.voice.casting import cast_voices

        return cast_voices(tuple(members), language)

    def perform(self, order: Order) -> Product:
        """Make one take in a process; Garbled when the process died, and the next take starts a fresh pool."""
        return self._in_process(_perform, order)

    def warm(self) -> None:
        """Start the processes before they are needed; gives control back while they load."""
        self._warming = Thread(target=self._warm, name="warming", daemon=True)
        self._warming.start()

    def close(self) -> None:
        """End the processes."""
        if self._warming:
            self._warming.join()
        with self._lock:
            if self._pool:
                self._pool.shutdown(wait=True, cancel_futures=True)
                self._pool = None

    def _warm(self) -> None:
        for _ in range(self._size):
            self._started().submit(os.getpid)

    def _in_process(self, work: Callable[[Order], _T], order: Order) -> _T:
        pool = self._started()
        try:
            return pool.submit(work, order).result()
        except BrokenProcessPool as error:
            with self._lock:
                if self._pool is pool:
                    self._pool = None
            raise Garbled(
                "the engine's process ended before it answered", vendor=order.recipe.engine, operation=order.recipe.kind
            ) from error

    def _started(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                context = multiprocessing.get_context("forkserver")
                context.set_forkserver_preload(["services.offline.crew"])
                self._pool = ProcessPoolExecutor(
                    self._size, context, initializer=_enter, initargs=(self._cache, self._ffmpeg)
                )
            return self._pool


def _enter(cache: Path, ffmpeg: Path | None) -> None:
    """Set a process up: it dies with the worker it serves, ignores the terminal's ^C, has one crew."""
    from services.offline.crew import OfflineCrew

    global _crew
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    Thread(target=_die_with_parent, name="parent", daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _crew = OfflineCrew(cache, ffmpeg)


def _die_with_parent() -> None:
    """End this process when the worker has ended, however it did.

    The death signal above tells of the server's end only, and the server lives as long as one of its processes does.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGKILL)


def _perform(order: Order) -> Product:
    result: Product = _crew.perform(order)
    return result
