"""Resting: what threads of the durable workflows do every second, though nothing of ours ever needs it.

No setting of theirs tells them so. What they would have done is done here where it is of use: takes that waited for
their vendor come up on their queue, and who looks at a queue wakes up when something was put on it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event, Timer, current_thread

from dbos import DBOS

_HARDLY = 60.0  # seconds
_LOOKER = "queue-worker-"  # how the names of the threads begin that look at queues
_OPENER = "(queue_thread)"  # how the name of the one ends that looks for new queues
_FOUND = 5.0  # seconds after which a new queue is found that nobody rang for


def rest(durable: DBOS) -> None:
    """Have no thread look for deadlines, which we set none, and hardly one at a queue we put nothing on.

    Call it before the launch; `bring_up` is the caller's from then on.
    """
    durable._registry.get_internal_queue()._polling_interval_sec = _HARDLY
    durable._background_jobs_stop_event.set()


def hear_nothing(durable: DBOS) -> None:
    """End the thread that asks a file ten times a second for messages, which we never send; after the launch."""
    durable._sys_db._run_background_processes = False


def ask_no_version(durable: DBOS) -> None:
    """Have no look at a queue ask first whether work that names no version is for us: all of ours names one.

    It was half of what a look at an empty queue costs. After the launch.
    """
    durable._sys_db._is_latest_version = lambda *_: False  # type: ignore[method-assign]


def bring_up(durable: DBOS) -> None:
    """Put on their queues what has waited for as long as it should."""
    durable._sys_db.transition_delayed_workflows()


class Bell:
    """Wakes who looks at queues in this process; otherwise they see only after their pause what happened there."""

    def __init__(self) -> None:
        self._rung: dict[str, Event] = {}  # by the name of the thread that hears it

    def ring(self, queue: str, after: float = 0.0) -> None:
        """Have a queue looked at now, or after so many seconds."""
        rung = self._heard_by(_LOOKER + queue)
        if after:
            soon = Timer(after, rung.set)
            soon.daemon = True
            soon.start()
        else:
            rung.set()

    def opened(self) -> None:
        """Have queues that are new found now."""
        self._heard_by(_OPENER).set()

    def hang(self, durable: DBOS) -> None:
        """Have the threads that look at queues hear it in their pauses; before the launch, which starts them."""
        durable.background_thread_stop_events = _Stops(self)

    def listen(self, stop: Event) -> None:
        """Have threads that pause until they are told to stop pause no longer than until they are rung for."""
        stop.wait = partial(self._pause, stop, stop.wait)  # type: ignore[method-assign]
        stop.set = partial(self._stop, stop.set)  # type: ignore[method-assign]

    def _pause(self, stop: Event, wait: Callable[[float | None], bool], timeout: float | None = None) -> bool:
        name = current_thread().name
        if name.endswith(_OPENER):
            name, timeout = _OPENER, _FOUND
        elif not name.startswith(_LOOKER):
            return wait(timeout)
        rung = self._heard_by(name)
        if not stop.is_set():
            rung.wait(timeout)
        rung.clear()
        return stop.is_set()

    def _heard_by(self, name: str) -> Event:
        return self._rung.setdefault(name, Event())

    def _stop(self, stop: Callable[[], None]) -> None:
        stop()
        for rung in tuple(self._rung.values()):
            rung.set()


class _Stops(list[Event]):
    """What tells the threads of the durable workflows to stop; a bell listens in on whatever is added."""

    def __init__(self, bell: Bell) -> None:
        super().__init__()
        self._bell = bell

    def append(self, stop: Event) -> None:
        """Add one."""
        self._bell.listen(stop)
        super().append(stop)
