"""Dispatch: puts runs on the queue and calls them off. It never works itself, so the web process may use it."""

from __future__ import annotations

from weakref import finalize

import sqlalchemy
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy import inspect
from sqlmodel import Session, col, select

from studio.db import Database, told
from studio.production import filmed
from studio.production.names import ASKED, MAKE, PRODUCE, RUNS, TAKES, VERSION, queue_at
from studio.production.queues import ENDED, broken_off, runs_of
from studio.production.recalling import Left
from studio.production.run import ACTIVE, Run, RunState
from studio.production.runs import close
from studio.production.turns import turn
from studio.takes.recipe import fingerprint

_called_off = sqlalchemy.select(col(Run.id)).where(col(Run.state) == RunState.CANCELLING)


def jobs_url(db: Database) -> str:
    """The database's URL as the durable workflows want it."""
    return db.url.replace("postgresql+psycopg://", "postgresql://")


class Dispatch:
    """A client of the durable workflows on the studio's own database; StorageError where that cannot be asked."""

    def __init__(self, db: Database) -> None:
        self._db = db
        with told():
            _prepare_tables(db)
            self._client = DBOSClient(
                system_database_url=jobs_url(db),
                serializer=DBOSPortableJSONSerializer(),
                retry_connection_errors=False,  # a page would wait for a lost server for ever
            )
        self.close = finalize(self, self._client.destroy)  # gives the connections back; who is forgotten does so too

    def open_queue(self, name: str, at_once: int, each: int | None, often: float) -> None:
        """Make a queue known, or change it: each worker runs so many of it, and looks every so many seconds.

        With `each`, as many at most of one account, and whichever account's turn it is next is drawn anew each time.
        """
        self._client.register_queue(
            name, worker_concurrency=at_once, partition_worker_concurrency=each, polling_interval_sec=often
        )

    def enqueue(self, session: Session, run: Run) -> None:
        """Put a run on the queue inside the caller's transaction: both are there, or neither."""
        session.add(run)
        session.flush()
        self._client.enqueue_in_transaction(
            session,
            {
                "workflow_name": PRODUCE,
                "queue_name": runs_of(session, run.account),
                "queue_partition_key": run.account,
                "workflow_id": run.id,
                "app_version": VERSION,
                "priority": turn(run),
            },
            run.id,
        )

    def take_over(self, executor: str) -> None:
        """Put back on their queues what a dead worker was doing."""
        for left in self._client.list_workflows(
            executor_id=executor, status="PENDING", load_input=False, load_output=False
        ):
            queue = left.queue_name or (RUNS if left.name == PRODUCE else TAKES)
            self._client.resume_workflow(left.workflow_id, queue_name=queue)

    def restart_old(self) -> list[str]:
        """Call off runs of another version of the workflows and start them again; takes already made are found.

        Questions to the writer are not among them: no workflow runs them.
        """
        with self._db.read() as session:
            query = select(Run).where(col(Run.state).in_(ACTIVE), Run.version != VERSION)
            old = session.exec(query.where(~col(Run.part).startswith(ASKED))).all()
        return [run.id for run in old if self._restart(run.id)]

    def _restart(self, run: str) -> bool:
        """Start one run again unless a peer did so first; one that a person was calling off just ends."""
        with self._db.write() as session:
            old = session.get_one(Run, run)
            if old.state not in ACTIVE or old.version == VERSION:
                return False
            called_off = old.state == RunState.CANCELLING
            close(session, run, RunState.CANCELLED, "" if called_off else "started again after an upgrade")
            session.flush()
            if not called_off:
                fresh = again(old)
                self.enqueue(session, fresh)
                filmed.hold_again(session, fresh)
        self.cancel(run)
        return not called_off

    def close_broken(self) -> list[str]:
        """Fail the open runs whose workflow has ended without closing them; gives their ids."""
        broken = list(broken_off(self._db))
        if not broken:  # a write session would keep others waiting once a second
            return []
        with self._db.write() as session:
            for run in broken:
                if session.get_one(Run, run).state in ACTIVE:
                    close(session, run, RunState.FAILED, "RenderFailed: the production broke off; ask for it again")
        return broken

    def going(self, run: Run) -> bool:
        """Whether an open run will come to an end by itself; one that cannot is closed."""
        if run.version == VERSION and not self._ended(run.id):
            return True
        self.call_off(run, "started again")
        return False

    def call_off(self, run: Run, why: str) -> None:
        """End an open run at once: what is being made is finished and kept, but moves no circle any more."""
        with self._db.write() as session:  # first, or a worker that looks in between closes it as broken off
            if session.get_one(Run, run.id).state in ACTIVE:
                close(session, run.id, RunState.CANCELLED, why)
        self.cancel(run.id)

    def cancel(self, run: str) -> None:
        """Stop the workflow of a run that was closed; what is being made is finished and kept."""
        with told():
            self._client.cancel_workflow(run, cancel_children=True)

    def end_waits(self) -> None:
        """Have the takes that wait for a vendor come up now in the runs that are being called off."""
        with self._db.read() as session:
            runs = session.execute(_called_off).scalars().all()
        for run in runs:
            waiting = self._client.list_workflows(
                workflow_id_prefix=f"{run}:", status="DELAYED", load_input=False, load_output=False
            )
            for take in waiting:
                self._client.set_workflow_delay(take.workflow_id, delay_seconds=0)

    def recall(self, left: Left) -> None:
        """Have a worker call off at its vendor what a closed run left there; once for each try."""
        asked: EnqueueOptions = {
            "workflow_name": MAKE,
            "queue_name": queue_at(left.vendor),
            "queue_partition_key": left.account,
            "workflow_id": f"{left.run}:{fingerprint(left.subject)[:16]}:recall{left.tries}",
            "app_version": VERSION,
        }
        self._client.enqueue(asked, left.run, left.subject, {})

    def _ended(self, run: str) -> bool:
        with told():
            return bool(self._client.list_workflows(
                workflow_ids=[run], status=list(ENDED), load_input=False, load_output=False
            ))  # fmt: skip


def again(run: Run) -> Run:
    """A fresh run after the same target."""
    return Run(
        account=run.account,
        episode=run.episode,
        target=run.target,
        frame=run.frame,
        part=run.part,
        order=run.order,
        version=VERSION,
    )


def migrate_queues(db: Database) -> None:
    """Bring the tables of the durable workflows to what the installed version wants."""
    with told():
        DBOS.migrate(jobs_url(db))


def _prepare_tables(db: Database) -> None:
    schema = None if db.local else "dbos"
    if not inspect(db.engine).has_table("workflow_status", schema=schema):
        migrate_queues(db)
