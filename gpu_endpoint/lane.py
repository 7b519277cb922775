"""The card's own thread: jobs go through it one after the other, and hand their pictures out while they work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from queue import Empty, Full, Queue
from threading import Event
from typing import TypeVar

from gpu_endpoint.engine import Pixels, Watch

_AHEAD = 32  # pictures the card may be ahead of whoever takes them
_LOOK = 0.05  # seconds between looks at whether somebody still wants them
_Handed = Pixels | BaseException | None
Make = Callable[[], Iterator[Pixels]]
Done = TypeVar("Done")


class Lane:
    """One thread for all work on the card."""

    def __init__(self) -> None:
        """Begin with nothing to do."""
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="card")

    @contextmanager
    def working(self, make: Make, watch: Watch) -> Iterator[Iterator[Pixels]]:
        """The pictures `make` makes on the card, as they come; when the block ends, the card is free again."""
        handed: Queue[_Handed] = Queue(_AHEAD)
        over = Event()
        work = self._pool.submit(_feed, make, handed, over)
        try:
            yield _taken(handed, watch)
        finally:
            over.set()
            if not work.cancel():
                wait([work])

    def do(self, work: Callable[[], Done]) -> Future[Done]:
        """Have something else done by the card's thread."""
        return self._pool.submit(work)

    def close(self) -> None:
        """Let the thread go when its work is done."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _feed(make: Make, handed: Queue[_Handed], over: Event) -> None:
    try:
        with closing(make()) as pictures:  # type: ignore[type-var]  # every maker is a generator
            for picture in pictures:
                if not _put(handed, picture, over):
                    return
        _put(handed, None, over)
    except BaseException as error:  # noqa: BLE001  it is raised again by whoever takes the pictures
        _put(handed, error, over)


def _put(handed: Queue[_Handed], one: _Handed, over: Event) -> bool:
    while not over.is_set():
        try:
            handed.put(one, timeout=_LOOK)
        except Full:
            continue
        return True
    return False


def _taken(handed: Queue[_Handed], watch: Watch) -> Iterator[Pixels]:
    while True:
        watch.check()
        try:
            one = handed.get(timeout=_LOOK)
        except Empty:
            continue
        if one is None:
            return
        if isinstance(one, BaseException):
            raise one
        yield one
