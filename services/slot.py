"""One process of the crew: takes orders and tasks one at a time, is started anew after it died. Knows no queue."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Protocol, TypeVar

from studio.crew import Order, Product
from studio.errors import Down, Garbled, RenderFailed, StudioError

_PR_SET_PDEATHSIG = 1
_PATIENCE = 5.0  # seconds a process has to end by itself
_STARTS = 3  # processes tried for an order before it fails
_TAKEN_UP = "taken up"
_starting = Lock()  # the server of processes forks one at a time
T = TypeVar("T")


class Performer(Protocol):
    """Who makes takes inside a process."""

    def perform(self, order: Order) -> Product:
        """Make one take."""
        ...


Hire = Callable[[Path, Path | None], Performer]
_Work = Order | Callable[[], Any]


class Died(Exception):
    """A process ended over its work, or while it started."""


def offline(cache: Path, ffmpeg: Path | None) -> Performer:
    """The offline crew; loads every engine."""
    from services.offline.crew import OfflineCrew

    return OfflineCrew(cache, ffmpeg)


class Slot:
    """A place at which one take is made at a time, in a process started on first use; not for two threads at once."""

    def __init__(self, cache: Path, ffmpeg: Path | None, hire: Hire) -> None:
        self.stage_set: Mapping[str, Any] | None = None  # the brief of the board rehearsed here
        self._hired = (hire, cache, ffmpeg)
        self._process: ForkServerProcess | None = None
        self._line: Connection | None = None

    def perform(self, order: Order) -> Product:
        """Have a take made; Garbled when the process died over it, Down when none can be had."""
        said = {"vendor": order.recipe.engine, "operation": order.recipe.kind}
        try:
            line = self._handed(order)
        except Died as error:
            raise Down("the engine's process ends while it starts", **said) from error
        try:
            product: Product = self._answer(line)
        except Died as error:
            raise Garbled("the engine's process ended before it answered", **said) from error
        return product

    def do(self, task: Callable[[], T]) -> T:
        """Have a task done that can be pickled; raises what it raises, Died when the process did."""
        done: T = self._answer(self._handed(task))
        return done

    def start(self) -> Connection:
        """Start the process unless it runs; gives the line to it."""
        if self._line is None:
            ours, theirs = multiprocessing.Pipe()
            process = multiprocessing.get_context("forkserver").Process(
                target=_serve, args=(theirs, *self._hired), daemon=True
            )
            with _starting:
                process.start()
            theirs.close()
            self._process, self._line = process, ours
        return self._line

    def end(self) -> None:
        """End the process; the next take starts another."""
        if self._process is None or self._line is None:
            return
        self._line.close()
        self._process.join(_PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process = self._line = None

    def _handed(self, work: _Work) -> Connection:
        """Hand work over. A process that died before it took it up is replaced, and the work given to the next."""
        for _ in range(_STARTS):
            line = self.start()
            try:
                line.send(work)
                line.recv()
            except (EOFError, OSError):
                self.end()
            else:
                return line
        raise Died("while it started")

    def _answer(self, line: Connection) -> Any:
        try:
            answer = line.recv()
        except (EOFError, OSError) as error:
            self.end()
            raise Died("before it answered") from error
        if isinstance(answer, Exception):
            raise answer
        return answer


def _serve(line: Connection, hire: Hire, cache: Path, ffmpeg: Path | None) -> None:
    """Work until the line is closed; an error nobody foresaw is told too, and ends the process."""
    _die_with_the_worker()
    crew = hire(cache, ffmpeg)
    while True:
        try:
            work: _Work = line.recv()
        except EOFError:
            return
        line.send(_TAKEN_UP)
        try:
            line.send(crew.perform(work) if isinstance(work, Order) else work())
        except StudioError as error:
            if not isinstance(error.cause, str):
                error.cause = None  # may hold anything, also what cannot be sent
            line.send(error)
        except OSError as error:
            line.send(error)
        except Exception as error:
            line.send(_unforeseen(work, error))  # the rest is for the log
            raise


def _unforeseen(work: _Work, error: Exception) -> StudioError:
    said = f"it broke off as nobody foresaw ({type(error).__name__})"
    if isinstance(work, Order):
        return Garbled(said, vendor=work.recipe.engine, operation=work.recipe.kind)
    return RenderFailed(said)


def _die_with_the_worker() -> None:
    """Have this process die with the worker it serves."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    Thread(target=_watch_the_worker, name="parent", daemon=True).start()


def _watch_the_worker() -> None:
    """End this process when the worker has ended, however it did.

    The death signal above tells of the server's end only, and the server lives as long as one of its processes does.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGKILL)
