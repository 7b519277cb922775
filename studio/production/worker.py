"""A worker: runs the durable workflows in this process until it is stopped, and takes over what dead peers left."""

from __future__ import annotations

import logging
import shutil
from threading import Event, Thread

from dbos import DBOS, DBOSPortableJSONSerializer, PortableWorkflowError
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from studio.errors import StorageError, StudioError
from studio.production import funding, proposing, workflows
from studio.production.chores import Chores
from studio.production.dispatch import Dispatch, jobs_url
from studio.production.executors import BEAT, alive, beat, enlist, reap, retire
from studio.production.house import House
from studio.production.names import FREE_RUNS, RUNS, VERSION, queue_at
from studio.production.pacing import Pacing
from studio.production.queues import Room, open_vendors_queue
from studio.production.recalling import left
from studio.production.resting import Bell, ask_no_version, bring_up, hear_nothing, rest

log = logging.getLogger(__name__)
_SAID = (DatabaseError, StorageError, PortableWorkflowError)
_SWEEP = 60  # heartbeats between two looks for what nobody ends
_LATER = 4  # heartbeats before the first one, and before chores, of a worker somebody waits for
_ENDING = 0.1  # seconds after which the thread ends that listens for what is never sent
_LAST_BEAT = 30.0  # seconds a stop waits for the heartbeat under way: without its workflows it would break
_MISSES = 3  # heartbeats in a row that may fail before the worker says it is in trouble


class _SaidAlready(logging.Filter):
    """Keeps tracebacks out of the log that say nothing new.

    Of a database that cannot be written the worker gives up with a sentence; a take's error is logged by the take.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record says something new."""
        return not (record.exc_info and isinstance(record.exc_info[1], _SAID))


_SAID_ALREADY = _SaidAlready()


class Worker:
    """One worker process; `at_once` takes are made at the same time. An eager one is waited for by a person."""

    def __init__(self, house: House, at_once: int, *, eager: bool = False) -> None:
        self._house = house
        self._dispatch = Dispatch(house.db)
        self._bell = Bell()
        self._pacing = Pacing(house, at_once, self._open_own, self._open_at, eager=eager)
        self._stopping, self._wake, self._ended = Event(), Event(), Event()
        self._beats, self._first = 0, _LATER if eager else 1
        self._alone = True  # at its start
        self._pulse = Thread(target=self._beat, name="pulse", daemon=True)
        self._chores = Chores(house.chores, after=_LATER * BEAT if eager else 0.0)
        self.executor = ""
        self.trouble: StorageError | None = None  # why nothing more comes of this worker; start another one

    def start(self) -> None:
        """Enlist under a fresh id, launch the workflows, and begin to look after peers."""
        with self._house.db.write() as session:
            self.executor = enlist(session, VERSION)
            self._alone = alive(session) == {self.executor}
        if self._alone:
            self._tidy()
        workflows.work_in(self._house, self._give_up, self._changed, self._ended.set)
        self._durable = DBOS(
            config={
                "name": "trashfire",
                "system_database_url": jobs_url(self._house.db),
                "application_version": VERSION,
                "executor_id": self.executor,
                "serializer": DBOSPortableJSONSerializer(),
                "log_level": "WARNING",
                "db_engine_kwargs": {"pool_pre_ping": not self._house.db.local},  # a file does not hang up
                "notification_listener_polling_interval_sec": _ENDING,
            }
        )
        logging.getLogger("dbos").addFilter(_SAID_ALREADY)
        self._pacing.open()
        rest(self._durable)
        self._bell.hang(self._durable)
        for queue in (RUNS, FREE_RUNS):
            self._bell.ring(queue)  # an eager worker is started for what is there
        DBOS.launch()
        ask_no_version(self._durable)
        if self._house.db.local:
            hear_nothing(self._durable)
        self._pacing.open_rooms()
        self._dispatch.restart_old()
        self._pulse.start()
        self._chores.start()

    def _tidy(self) -> None:
        """Remove what killed workers left half made; nobody else is at work."""
        shutil.rmtree(self._house.scratch, ignore_errors=True)
        self._house.vault.tidy()

    def stop(self) -> None:
        """Stop taking work; what is under way is left to be taken over."""
        self._stopping.set()
        self._wake.set()
        self._chores.stop()
        self._pulse.join(_LAST_BEAT)
        DBOS.destroy()
        self.leave()
        self._dispatch.close()

    def rest(self, seconds: float) -> None:
        """Wait so long, or until a run has ended here; raises what is the trouble when no more comes of this worker."""
        if self._ended.wait(seconds):
            self._ended.clear()
        elif self.trouble:
            raise self.trouble

    def leave(self) -> None:
        """Say good-bye, so that peers take over at once; they notice by themselves where it cannot be written."""
        try:
            with self._house.db.write(of=None) as session:
                retire(session, self.executor)
        except StorageError as error:
            log.info("executor.left unsaid: %s", error)

    def _beat(self) -> None:
        """Look after this worker and its peers until it stops."""
        missed = 0
        while not self._stopping.is_set():
            try:
                self._look_after()
                missed = 0
            except (StudioError, SQLAlchemyError) as error:
                missed += 1
                log.info("executor.pulse missed=%d %s", missed, error)
                if missed >= _MISSES:
                    self._give_up(error)
            self._wake.wait(self._pacing.pause)
            self._wake.clear()

    def _open_own(self, name: str, at_once: int, each: int | None, often: float) -> None:
        self._dispatch.open_queue(name, at_once, each, often)
        self._bell.opened()
        self._bell.ring(name)  # who looks at it may be in a longer pause

    def _open_at(self, vendor: str, room: Room, often: float) -> None:
        open_vendors_queue(vendor, room, often)
        self._bell.opened()
        self._bell.ring(queue_at(vendor))

    def _changed(self, queue: str, after: float = 0.0) -> None:
        """Look at once, or so soon, when there is something new on a queue, also on one that was not looked at."""
        self._bell.ring(queue, after)
        if self._pacing.closed(queue):
            self._wake.set()

    def _look_after(self) -> None:
        """Say that this worker is alive, become the heir of those that are not, close runs nobody can end."""
        with self._house.db.write(of=None) as session:
            known = beat(session, self.executor)
        if not known:
            self._give_up(StorageError("this worker was silent for so long that others took over its work"))
        for gone in reap(self._house.db, self.executor, self._dispatch.take_over):
            log.info("executor.inherited id=%s", gone)
        self._pacing.look(alone=self._alone)
        self._beats += 1
        if self._beats % _SWEEP == self._first:
            self._sweep()
        self._dispatch.end_waits()
        if self._pacing.later:
            bring_up(self._durable)
            for vendor in ("", *self._house.rooms):
                self._bell.ring(queue_at(vendor))
        for run in self._dispatch.close_broken():
            log.warning("run.broken id=%s", run)

    def _sweep(self) -> None:
        """End what nobody ends: money that is held, questions, and what closed runs left at vendors."""
        with self._house.db.write() as session:
            funding.sweep(session, alive(session))
            proposing.close_left(session)
        with self._house.db.read() as session:
            at_vendors = left(session, self._house.roster, alive(session))
        for one in at_vendors:
            self._dispatch.recall(one)

    def _give_up(self, error: Exception) -> None:
        self.trouble = error if isinstance(error, StorageError) else StorageError(str(error), cause=error)
