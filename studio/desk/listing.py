"""Listing: all episodes by what a list shows of them, in a few queries however many there are; and one in full."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from studio.desk.progress import progress
from studio.desk.seat import Seat
from studio.desk.silence import silent_lines
from studio.desk.sources import find_episode
from studio.desk.views import EpisodeRow, EpisodeView, FileView
from studio.production.delivering import MASTER, POSTER
from studio.production.run import BAD, ENDED, Job, JobState, Run, RunState
from studio.story.episode import Episode
from studio.takes.recipe import TakeKind
from studio.takes.take import Delivery, Take


class Listing(Seat):
    """Shows episodes."""

    def episodes(self, *, most: int | None = None, but: str = "") -> tuple[EpisodeRow, ...]:
        """This account's episodes, the newest first, at most so many, without the one named."""
        query = select(Episode).where(col(Episode.account) == self._account, col(Episode.id) != but)
        with self._house.db.read() as session:
            found = session.scalars(query.order_by(col(Episode.created).desc()).limit(most)).all()
            return tuple(_rows(session, self._account, found))

    def episode(self, episode: str) -> EpisodeView:
        """One episode; NotFound when it is not this account's."""
        with self._house.db.read() as session:
            return self._view(session, find_episode(session, self._account, episode))

    def _view(self, session: Session, episode: Episode) -> EpisodeView:
        last = _last_runs(session, self._account, [episode.id]).get(episode.id)
        rows = session.scalars(
            select(Delivery)
            .where(col(Delivery.account) == self._account, col(Delivery.episode) == episode.id)
            .order_by(col(Delivery.created).desc())
        ).all()
        master = next((row for row in rows if row.name == MASTER), None)
        shown = progress(session, last, self._house.roster, self._at_once) if last else None
        return EpisodeView(
            id=episode.id,
            title=episode.title or "Untitled",
            pitch=episode.pitch,
            created=episode.created,
            seconds=master.seconds if master else 0.0,
            frame=master.frame if master else "",
            progress=shown,
            files=tuple(_file(row) for row in rows),
            silent=shown.silent
            if shown and shown.state is RunState.DONE
            else silent_lines(session, self._account, episode.id),
        )


def _rows(session: Session, account: str, episodes: Collection[Episode]) -> list[EpisodeRow]:
    ids = [episode.id for episode in episodes]
    runs, spent = _last_runs(session, account, ids), _billed(session, ids)
    counts = _counts(session, [run.id for run in runs.values()])
    files = _newest_files(session, account, ids)
    boards = _boards(session, [run.id for episode, run in runs.items() if episode not in files])
    made = []
    for episode in episodes:
        run, (master, poster) = runs.get(episode.id), files.get(episode.id, (None, None))
        jobs = counts.get(run.id, {}) if run else {}
        made.append(
            EpisodeRow(
                id=episode.id,
                title=episode.title or "Untitled",
                pitch=episode.pitch,
                created=episode.created,
                seconds=master.seconds if master else 0.0,
                poster=_file(poster) if poster else None,
                run=run.id if run else "",
                state=run.state if run else None,
                total=sum(jobs.values()),
                done=sum(number for state, number in jobs.items() if state in ENDED),
                failed=sum(number for state, number in jobs.items() if state in BAD),
                newest=boards.get(run.id, "") if run else "",
                cost_micros=spent.get(episode.id, 0),
            )
        )
    return made


def _last_runs(session: Session, account: str, episodes: Collection[str]) -> dict[str, Run]:
    """The run of each episode's whole film that was begun last."""
    place = func.row_number().over(partition_by=col(Run.episode), order_by=col(Run.created).desc()).label("place")
    ranked = (
        select(col(Run.id), place)
        .where(col(Run.account) == account, col(Run.episode).in_(episodes), col(Run.part) == "")
        .subquery("ranked")
    )
    found = session.scalars(select(Run).join(ranked, ranked.c.id == col(Run.id)).where(ranked.c.place == 1))
    return {run.episode: run for run in found}


def _counts(session: Session, runs: Collection[str]) -> dict[str, dict[JobState, int]]:
    """How many jobs of each run are in which state."""
    grouped = select(col(Job.run), col(Job.state), func.count()).where(col(Job.run).in_(runs))
    found: dict[str, dict[JobState, int]] = {}
    for run, state, number in session.execute(grouped.group_by(col(Job.run), col(Job.state))):
        found.setdefault(run, {})[JobState(state)] = number
    return found


def _boards(session: Session, runs: Collection[str]) -> dict[str, str]:
    """The content of the board each run made last."""
    ready = (JobState.MADE, JobState.FOUND)
    found = session.execute(
        select(col(Job.run), col(Take.content))
        .join(Take, _same())
        .where(col(Job.run).in_(runs), col(Job.kind) == TakeKind.BOARD, col(Job.state).in_(ready))
        .order_by(col(Job.updated))
    )
    return {row.run: row.content for row in found}


def _billed(session: Session, episodes: Collection[str]) -> dict[str, int]:
    """Micro-dollars billed for what was made for each episode, over all its runs."""
    found = session.execute(
        select(col(Run.episode), func.sum(col(Take.cost_micros)))
        .join(Job, col(Job.run) == col(Run.id))
        .join(Take, _same())
        .where(col(Run.episode).in_(episodes), col(Job.state) == JobState.MADE)
        .group_by(col(Run.episode))
    )
    return {episode: int(spent) for episode, spent in found}


def _same() -> ColumnElement[bool]:
    """A job's take."""
    return (col(Job.account) == col(Take.account)) & (col(Job.fingerprint) == col(Take.fingerprint))


def _newest_files(
    session: Session, account: str, episodes: Collection[str]
) -> dict[str, tuple[Delivery | None, Delivery | None]]:
    """The master of each episode made last, and the poster in the same frame."""
    wanted = col(Delivery.name).in_((MASTER, POSTER)) & col(Delivery.episode).in_(episodes)
    rows = session.scalars(
        select(Delivery).where(col(Delivery.account) == account, wanted).order_by(col(Delivery.created))
    ).all()
    masters = {row.episode: row for row in rows if row.name == MASTER}
    posters = {(row.episode, row.frame): row for row in rows if row.name == POSTER}
    return {episode: (master, posters.get((episode, master.frame))) for episode, master in masters.items()}


def _file(row: Delivery) -> FileView:
    return FileView(name=row.name, content=row.content, size=row.size, frame=row.frame)
