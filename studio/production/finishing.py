"""Finishing: a run whose takes are made delivers its film and is closed, in the state it has come to."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import col, select

from studio.errors import AssetMissing, StorageError, StudioError
from studio.production.delivering import deliver
from studio.production.house import House
from studio.production.losing import lose_damaged
from studio.production.papers import Papers
from studio.production.patience import outlasting
from studio.production.run import ACTIVE, Job, JobState, Run, RunState
from studio.production.runs import close, film_of


def finish(house: House, run: str, error: str, done: Mapping[str, str], papers: Papers | None) -> RunState:
    """Deliver the film if its master is among the takes that are done, and close the run, once.

    What is wrong with a delivery is why the run failed; StorageError when that cannot be written down.
    """
    with house.db.read() as session:
        row = session.get_one(Run, run)
    if row.state not in ACTIVE:
        return RunState(row.state)
    stopped = row.state == RunState.CANCELLING
    state = RunState.CANCELLED if stopped else RunState.FAILED
    if row.part and not stopped and not error:
        error = _first_failure(house, run)
        state = RunState.FAILED if error else RunState.DONE
    elif not stopped and not error:
        try:
            delivered = outlasting(house, run, lambda: deliver(house, run, done, papers))
            state, error = (RunState.DONE, "") if delivered else (RunState.FAILED, _first_failure(house, run))
        except StorageError:
            raise
        except StudioError as problem:
            _forget_damaged(house, row, problem)
            error = f"{type(problem).__name__}: {problem}"
    with house.db.write(of=row.account) as session:
        close(session, run, state, error)
    return state


def _first_failure(house: House, run: str) -> str:
    """Why a run has no master: what went wrong first."""
    with house.db.read() as session:
        failed = select(Job.error).where(Job.run == run, Job.state == JobState.FAILED).order_by(col(Job.updated))
        return session.exec(failed).first() or ""


def _forget_damaged(house: House, run: Run, problem: StudioError) -> None:
    """Write down what of a delivery is damaged, so that asking again makes it anew."""
    if isinstance(problem, AssetMissing) and isinstance(problem.cause, str):
        lose_damaged(house, run.account, run.episode, film_of(house, run.id), problem.cause)
