"""Resting: what threads of the durable workflows do every second, though nothing of ours ever needs it.

No setting of theirs tells them so. What they would have done is done here where it is of use: takes that waited for
their vendor come up on their queue.
"""

from __future__ import annotations

from dbos import DBOS

_HARDLY = 60.0  # seconds


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
