"""Listing: all episodes by what a list shows of them, in a few queries however many there are; and one in full."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, func, select, tuple_
from sqlmodel import Session, col

from studio.desk.dismissing import not_dismissed
from studio.desk.progress import progress
from studio.desk.seat import Seat
from studio.desk.silence import silent_lines
from studio.desk.sources import find_episode
from studio.desk.views import EpisodeRow, EpisodeView, FileView
from studio.money.minutes import FilmMinute, FilmOrder, MinuteState
from studio.production.delivering import MASTER, POSTER
from studio.production.run import BAD, ENDED, Job, JobState, Run, RunState
from studio.story.episode import Episode
from studio.takes.recipe import TakeKind
from studio.takes.take import Delivery, Take

# Built once: building them took as long as all they find.
_same = (col(Job.account) == col(Take.account)) & (col(Job.fingerprint) == col(Take.fingerprint))  # a job's take
_account: BindParameter[str] = bindparam("account")
_episodes: BindParameter[str] = bindparam("episodes", expanding=True)
_runs: BindParameter[str] = bindparam("runs", expanding=True)
_place = func.row_number().over(partition_by=col(Run.episode), order_by=col(Run.created).desc()).label("place")
_ranked = (
    select(col(Run.id), _place)
    .where(col(Run.account) == _account, col(Run.episode).in_(_episodes), col(Run.part) == "", not_dismissed())
    .subquery("ranked")
)
_last = select(Run).join(_ranked, _ranked.c.id == col(Run.id)).where(_ranked.c.place == 1)
_counted = (
    select(col(Job.run), col(Job.state), func.count())
    .where(col(Job.run).in_(_runs))
    .group_by(col(Job.run), col(Job.state))
)
_drawn = (
    select(col(Job.run), col(Take.content))
    .join(Take, _same)
    .where(col(Job.run).in_(_runs), col(Job.kind) == TakeKind.BOARD)
    .where(col(Job.state).in_((JobState.MADE, JobState.FOUND)))
    .order_by(col(Job.updated))
)
_paid = (
    select(col(Run.episode), func.sum(col(Take.cost_micros)))
    .join(Job, col(Job.run) == col(Run.id))
    .join(Take, _same)
    .where(col(Run.episode).in_(_episodes), col(Job.state) == JobState.MADE)
    .group_by(col(Run.episode))
)
_filmed = (
    select(col(FilmOrder.episode), col(FilmOrder.credit), func.sum(col(FilmMinute.paid)))
    .join(FilmMinute, col(FilmMinute.film) == col(FilmOrder.id))
    .where(col(FilmOrder.account) == _account, col(FilmOrder.episode).in_(_episodes))
    .where(col(FilmMinute.state) != MinuteState.RELEASED)
    .group_by(col(FilmOrder.episode), col(FilmOrder.credit))
)
_delivered = (
    select(Delivery)
    .where(col(Delivery.account) == _account, col(Delivery.episode).in_(_episodes))
    .order_by(col(Delivery.created))
)
_shown = _delivered.where(col(Delivery.name).in_((MASTER, POSTER)))


class Listing(Seat):
    """Shows episodes."""

    def episodes(
        self, *, most: int | None = None, but: str = "", past: tuple[datetime, str] | None = None
    ) -> tuple[EpisodeRow, ...]:
        """This account's episodes, the newest first, at most so many, without the one named and those removed.

        With `past`, when one was created and its id, only those that come after it in this order.
        """
        listed = col(Episode.removed).is_(None), col(Episode.id) != but
        query = select(Episode).where(col(Episode.account) == self._account, *listed)
        if past:
            query = query.where(tuple_(col(Episode.created), col(Episode.id)) < past)
        with self._house.db.read() as session:
            found = session.scalars(
                query.order_by(col(Episode.created).desc(), col(Episode.id).desc()).limit(most)
            ).all()
            return tuple(_rows(session, self._account, found))

    def episode_row(self, episode: str) -> EpisodeRow:
        """One episode as a list shows it; NotFound when it is not this account's."""
        with self._house.db.read() as session:
            return _rows(session, self._account, [find_episode(session, self._account, episode)])[0]

    def episode(self, episode: str) -> EpisodeView:
        """One episode; NotFound when it is not this account's."""
        with self._house.db.read() as session:
            view = self._view(session, find_episode(session, self._account, episode))
            last = _last_runs(session, self._account, [episode]).get(episode)
            shown = (
                progress(session, last, self._house.roster, self._at_once, rooms=self._house.rooms, silent=False)
                if last
                else None
            )
            if shown and shown.state is RunState.DONE:
                shown = shown.model_copy(update={"silent": view.silent})
            return view.model_copy(update={"progress": shown})

    def film(self, episode: str) -> EpisodeView:
        """One episode and its files, without how far its last run is; NotFound when it is not this account's."""
        with self._house.db.read() as session:
            return self._view(session, find_episode(session, self._account, episode))

    def _view(self, session: Session, episode: Episode) -> EpisodeView:
        found = session.scalars(_delivered, {"account": self._account, "episodes": [episode.id]}).all()
        rows = found[::-1]
        master = next((row for row in rows if row.name == MASTER), None)
        return EpisodeView(
            id=episode.id,
            title=episode.title or "Untitled",
            pitch=episode.pitch,
            created=episode.created,
            seconds=master.seconds if master else 0.0,
            frame=master.frame if master else "",
            files=tuple(_file(row) for row in rows),
            silent=silent_lines(session, self._account, episode.id),
        )


def _rows(session: Session, account: str, episodes: Collection[Episode]) -> list[EpisodeRow]:
    ids = [episode.id for episode in episodes]
    runs, spent, credits = _last_runs(session, account, ids), _billed(session, ids), _credits(session, account, ids)
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
                credits=credits.get(episode.id),
            )
        )
    return made


def _last_runs(session: Session, account: str, episodes: Collection[str]) -> dict[str, Run]:
    """The run of each episode's whole film that was begun last."""
    found = session.scalars(_last, {"account": account, "episodes": episodes})
    return {run.episode: run for run in found}


def _counts(session: Session, runs: Collection[str]) -> dict[str, dict[JobState, int]]:
    """How many jobs of each run are in which state."""
    found: dict[str, dict[JobState, int]] = {}
    for run, state, number in session.execute(_counted, {"runs": runs}):
        found.setdefault(run, {})[JobState(state)] = number
    return found


def _boards(session: Session, runs: Collection[str]) -> dict[str, str]:
    """The content of the board each run made last."""
    return {row.run: row.content for row in session.execute(_drawn, {"runs": runs})} if runs else {}


def _billed(session: Session, episodes: Collection[str]) -> dict[str, int]:
    """Micro-dollars billed for what was made for each episode, over all its runs."""
    found = session.execute(_paid, {"episodes": episodes})
    return {episode: int(spent) for episode, spent in found}


def _credits(session: Session, account: str, episodes: Collection[str]) -> dict[str, int]:
    """The credits that films have cost so far, by episode; of those alone that are made for credits."""
    found: dict[str, int] = {}
    for episode, credit, paid in session.execute(_filmed, {"account": account, "episodes": episodes}):
        found[episode] = found.get(episode, 0) + int(paid) // credit
    return found


def _newest_files(
    session: Session, account: str, episodes: Collection[str]
) -> dict[str, tuple[Delivery | None, Delivery | None]]:
    """The master of each episode made last, and the poster in the same frame."""
    rows = session.scalars(_shown, {"account": account, "episodes": episodes}).all()
    masters = {row.episode: row for row in rows if row.name == MASTER}
    posters = {(row.episode, row.frame): row for row in rows if row.name == POSTER}
    return {episode: (master, posters.get((episode, master.frame))) for episode, master in masters.items()}


def _file(row: Delivery) -> FileView:
    return FileView(name=row.name, content=row.content, size=row.size, frame=row.frame)
