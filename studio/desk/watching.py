"""Watching: how far a run is, and whether anybody works on it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import sqlalchemy
from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from studio.desk.progress import progress
from studio.desk.seat import Seat
from studio.desk.troubles import broken, troubles
from studio.desk.views import Progress, Situation
from studio.production import executors, runs
from studio.production.run import ACTIVE, ENDED, Job, Run

_LOOK_AGAIN = 0.05  # seconds between looks at whether a run has ended
_SHOW_AGAIN, _SHOW_RARELY = 0.4, 4.0  # seconds between looks at how far it is: the fewer, the longer it has gone on
_SHARE, _BRIEFLY = 0.03, 0.002  # of the time it has gone on
_open = (col(Run.account) == bindparam("account")) & (col(Run.episode) == bindparam("episode"))
_open &= col(Run.state).in_(ACTIVE)
_under_way = sqlalchemy.select(Run).where(_open).order_by(col(Run.created))
_asked = sqlalchemy.select(col(Run.id), col(Run.order)).where(_open)
_jobs = sqlalchemy.select(col(Job.run), col(Job.subject), col(Job.state))
_jobs = _jobs.where(col(Job.run).in_(bindparam("runs", expanding=True)))


class Watching(Seat):
    """Looks at runs."""

    def progress(self, run: str) -> Progress:
        """How far a run is; NotFound when it is not this account's."""
        with self._house.db.read() as session:
            return self._progress(session, runs.find(session, self._account, run))

    def under_way(self, episode: str) -> tuple[Progress, ...]:
        """The open runs of an episode, of all of it or a part, the oldest first."""
        with self._house.db.read() as session:
            found = session.scalars(_under_way, {"account": self._account, "episode": episode}).all()
            return tuple(self._progress(session, run) for run in found)

    def making(self, episode: str) -> frozenset[str]:
        """The subjects that open runs of an episode are to make."""
        with self._house.db.read() as session:
            return being_made(session, self._account, episode)

    def situation(self, episode: str) -> Situation:
        """What of an episode is being made, and what could not be made when it was last tried."""
        with self._house.db.read() as session:
            making = being_made(session, self._account, episode)
            failed = broken(session, self._account, episode, making)
            return Situation(
                making=making,
                failed=failed,
                troubles=tuple(troubles(session, self._account, episode, failed)),
            )

    def wait(
        self, run: str, watch: Callable[[Progress], None] | None = None, rest: Callable[[float], None] | None = None
    ) -> Progress:
        """Wait until a run has ended; `watch` sees every look at how far it is.

        `rest` passes so many seconds, or fewer when a run has ended; without it the run itself is asked meanwhile.
        """
        began, seen = time.monotonic(), self.progress(run)
        while not seen.ended:
            if watch:
                watch(seen)
            gone = time.monotonic() - began
            pause = min(max(_SHOW_AGAIN, gone * _SHARE), _SHOW_RARELY)
            (rest or partial(self._rest, run, gone))(pause)
            if watch or not self._active(run):
                seen = self.progress(run)
        if watch:
            watch(seen)
        return seen

    def workers(self) -> int:
        """How many workers are alive; with none a run waits."""
        with self._house.db.read() as session:
            return len(executors.alive(session))

    def _progress(self, session: Session, run: Run) -> Progress:
        return progress(session, run, self._house.roster, self._at_once, rooms=self._house.rooms)

    def _rest(self, run: str, gone: float, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._active(run):
            time.sleep(max(_LOOK_AGAIN, gone * _BRIEFLY))

    def _active(self, run: str) -> bool:
        with self._house.db.read() as session:
            return session.exec(select(Run.state).where(Run.id == run, Run.account == self._account)).one() in ACTIVE


def being_made(session: Session, account: str, episode: str) -> frozenset[str]:
    """The subjects that open runs of an episode are to make; a run that has not begun names what it was asked for."""
    asked_for = session.execute(_asked, {"account": account, "episode": episode}).all()
    if not asked_for:
        return frozenset()
    runs = {run: order.get("only", ()) for run, order in asked_for}
    jobs = session.execute(_jobs, {"runs": list(runs)}).all()
    begun = {run for run, _, _ in jobs}
    asked = {subject for run, only in runs.items() if run not in begun for subject in only}
    return frozenset(asked | {subject for _, subject, state in jobs if state not in ENDED})
