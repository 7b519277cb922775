"""A worker: runs the durable workflows in this process until it is stopped, and takes over what dead peers left."""

from __future__ import annotations

import logging
from threading import Event, Thread

from dbos import DBOS, DBOSPortableJSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from studio.errors import StudioError
from studio.production import workflows
from studio.production.dispatch import Dispatch, jobs_url
from studio.production.executors import BEAT, beat, enlist, reap, retire
from studio.production.house import House
from studio.production.names import RUNS, TAKES, VERSION

log = logging.getLogger(__name__)
_POLL = 0.05  # seconds between looks at a queue


class Worker:
    """One worker process; `at_once` takes are made at the same time."""

    def __init__(self, house: House, at_once: int) -> None:
        self._house, self._at_once = house, at_once
        self._dispatch = Dispatch(house.db)
        self._stopping = Event()
        self._pulse = Thread(target=self._beat, name="pulse", daemon=True)
        self.executor = ""

    def start(self) -> None:
        """Enlist under a fresh id, launch the workflows, and begin to look after peers."""
        with self._house.db.write() as session:
            self.executor = enlist(session, VERSION)
        workflows.work_in(self._house)
        DBOS(
            config={
                "name": "trashfire",
                "system_database_url": jobs_url(self._house.db),
                "application_version": VERSION,
                "executor_id": self.executor,
                "serializer": DBOSPortableJSONSerializer(),
                "log_level": "ERROR",
                "notification_listener_polling_interval_sec": _POLL,
            }
        )
        DBOS.launch()
        DBOS.register_queue(RUNS, worker_concurrency=8, polling_interval_sec=_POLL)
        DBOS.register_queue(TAKES, worker_concurrency=self._at_once, polling_interval_sec=_POLL)
        self._dispatch.restart_old()
        self._pulse.start()

    def stop(self) -> None:
        """Stop taking work; what is under way is left to be taken over."""
        self._stopping.set()
        self._pulse.join(timeout=5)
        DBOS.destroy()
        with self._house.db.write() as session:
            retire(session, self.executor)
        self._dispatch.close()

    def _beat(self) -> None:
        """Say that this worker is alive, and become the heir of those that are not."""
        while not self._stopping.is_set():
            try:
                with self._house.db.write() as session:
                    beat(session, self.executor)
                for gone in reap(self._house.db, self.executor, self._dispatch.take_over):
                    log.info("executor.inherited id=%s", gone)
            except (StudioError, SQLAlchemyError):
                log.exception("executor.pulse")
            self._stopping.wait(BEAT)
