"""Threads that look for what never comes are not there, and what they did of use is done all the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from dbos import DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy import Engine, event

from studio.db import Database
from studio.production.dispatch import Dispatch, jobs_url
from studio.production.house import House
from studio.production.names import MAKE, TAKES, VERSION, queue_at
from studio.production.resting import Bell
from studio.production.run import RunState
from studio.production.worker import Worker
from tests.production.crew import SCRIPT
from tests.production.test_production import Studio
from tests.until import HANGS, until
from tests.web.rows import episode, house_at, run

pytestmark = pytest.mark.xdist_group("workflows")


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    """A house with a worker in it."""
    made = house_at(home)
    worker = Worker(made, 1)
    worker.start()
    yield made
    worker.stop()
    made.db.close()


def doing() -> str:
    """What every thread of this process was begun for."""
    return " ".join(f"{one.name} {getattr(one, '_target', '')}" for one in threading.enumerate())


@pytest.mark.usefixtures("house")
def test_no_thread_looks_for_deadlines_or_messages() -> None:
    until(lambda: "background-jobs" not in doing() and "notification" not in doing())
    assert "queue_thread" in doing()


def test_what_waited_for_its_vendor_comes_up_all_the_same(house: House) -> None:
    client = DBOSClient(system_database_url=jobs_url(house.db), serializer=DBOSPortableJSONSerializer())
    later: EnqueueOptions = {
        "workflow_name": MAKE,
        "queue_name": queue_at(""),
        "app_version": VERSION,
        "delay_seconds": 2 * HANGS,
    }
    called_off = run(house, episode(house), RunState.CANCELLED)
    made = client.enqueue(later, called_off, "speech:1", {})
    assert made.get_status().status == "DELAYED"
    client.set_workflow_delay(made.workflow_id, delay_seconds=0.0)
    until(lambda: made.get_status().status == "SUCCESS")
    client.destroy()


@contextmanager
def overheard() -> Iterator[list[str]]:
    """What this process asks of its databases meanwhile."""
    said: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    yield said
    event.remove(Engine, "before_cursor_execute", hear)


@pytest.mark.usefixtures("house")
def test_a_look_at_a_queue_asks_for_no_version() -> None:
    def looks() -> int:
        return sum("FROM main.queues" in one for one in said)

    with overheard() as said:
        until(lambda: looks() > 4)  # one was under way perhaps when it began
        before, at = len(said), looks()
        until(lambda: looks() > at + 4)
        assert not [one for one in said[before:] if "application_versions" in one]


def test_what_this_process_puts_on_a_queue_is_seen_though_it_is_hardly_looked_at(db: Database, home: Path) -> None:
    studio = Studio(db, home)
    studio.worker.start()
    try:
        studio.film()
        dispatch = Dispatch(db)
        dispatch.open_queue(TAKES, 3, None, 2 * HANGS)
        made = studio.film(SCRIPT.replace("I never used it.", "I never wanted it."))
        dispatch.close()
    finally:
        studio.worker.stop()
    assert made
    assert made.state is RunState.DONE


def pausing(bell: Bell, name: str, stop: Event) -> tuple[Thread, list[bool]]:
    """A thread of this name that pauses once, for longer than a test waits; and what its pause told it."""
    told: list[bool] = []
    bell.listen(stop)
    thread = Thread(target=lambda: told.append(stop.wait(2 * HANGS)), name=name, daemon=True)
    thread.start()
    return thread, told


def rung_before(bell: Bell) -> None:
    bell.ring("takes")


def rung_soon(bell: Bell) -> None:
    bell.ring("takes", 0.01)


@pytest.mark.parametrize("ring", [rung_before, rung_soon])
def test_who_looks_at_a_queue_wakes_when_it_is_rung(ring: Callable[[Bell], None]) -> None:
    bell = Bell()
    ring(bell)
    thread, told = pausing(bell, "queue-worker-takes", Event())
    thread.join(HANGS)
    assert told == [False]


def test_who_looks_for_queues_wakes_when_one_is_opened() -> None:
    bell = Bell()
    bell.opened()
    thread, told = pausing(bell, "Thread-7 (queue_thread)", Event())
    thread.join(HANGS)
    assert told == [False]


@pytest.mark.parametrize("name", ["queue-worker-takes", "Thread-7 (queue_thread)", "another"])
def test_whoever_pauses_is_told_to_stop(name: str) -> None:
    bell, stop = Bell(), Event()
    thread, told = pausing(bell, name, stop)
    bell.ring("runs")
    stop.set()
    thread.join(HANGS)
    assert told == [True]
