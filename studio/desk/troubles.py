"""Troubles: what of an episode could not be made when it was last tried, read from its runs; nothing is remembered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import sqlalchemy
from sqlalchemy import bindparam, func
from sqlmodel import Session, col

from studio.desk.dismissing import not_dismissed
from studio.desk.views import Failure, Trouble
from studio.production.names import ASKED
from studio.production.run import ACTIVE, BAD, Job, JobState, Run, RunState
from studio.takes.take import Take, TakeState

_mine = (col(Run.account) == bindparam("account")) & (col(Run.episode) == bindparam("episode"))
_named = _mine & not_dismissed() & col(Run.part).not_like(f"{ASKED}%")
_take = (col(Job.account) == col(Take.account)) & (col(Job.fingerprint) == col(Take.fingerprint))
_bad = (
    sqlalchemy.select(col(Job.subject), col(Job.error), col(Job.state), col(Take.state).label("take"))
    .add_columns(col(Run.id).label("run"), col(Run.order), col(Run.created))
    .join(Run, col(Run.id) == col(Job.run))
    .outerjoin(Take, _take)
    .where(_named, col(Job.state).in_(BAD))
    .order_by(col(Run.created).desc(), col(Job.updated))
)
_since = (
    sqlalchemy.select(col(Job.subject), func.max(col(Run.created)))
    .join(Run, col(Run.id) == col(Job.run))
    .where(_mine, col(Job.state).not_in((*BAD, JobState.CANCELLED)))
    .where(col(Job.subject).in_(bindparam("subjects", expanding=True)))
    .group_by(col(Job.subject))
)
_newest = col(Run.created).desc()
_last = sqlalchemy.select(col(Run.id), col(Run.state)).where(_named).order_by(_newest).limit(1)
_ended = (
    sqlalchemy.select(col(Run.id), col(Run.part), col(Run.error))
    .where(_named, col(Run.state).not_in(ACTIVE), col(Run.id).in_(bindparam("runs", expanding=True)))
    .order_by(_newest)
)


def broken(session: Session, account: str, episode: str, making: Collection[str]) -> dict[str, Failure]:
    """What could not be made when it was last tried, by subject; what is being made or was made since is left out."""
    asked = {"account": account, "episode": episode}
    rows = session.execute(_bad, asked).all()
    if not rows:
        return {}
    subjects = sorted({row.subject for row in rows})
    since = {row[0]: row[1] for row in session.execute(_since, asked | {"subjects": subjects})}
    found: dict[str, Failure] = {}
    for row in rows:
        if (
            row.subject not in found
            and row.subject not in making
            and (row.subject not in since or since[row.subject] < row.created)
        ):
            found[row.subject] = Failure(
                subject=row.subject,
                why=row.error,
                blocked=row.state == JobState.BLOCKED,
                unclear=row.state == JobState.UNCLEAR and row.take == TakeState.UNCLEAR,
                retake=row.subject in row.order.get("again", {}),
                run=row.run,
            )
    return found


def troubles(session: Session, account: str, episode: str, failed: Mapping[str, Failure]) -> Iterator[Trouble]:
    """The runs of parts of an episode that left undone some of what `failed`, and the last run if it broke off."""
    asked = {"account": account, "episode": episode}
    last = session.execute(_last, asked).first()
    broke = last.id if last and last.state == RunState.FAILED else ""
    runs = {broke, *(one.run for one in failed.values())} - {""}
    if not runs:
        return
    for row in session.execute(_ended, asked | {"runs": sorted(runs)}):
        left = tuple(one for one in failed.values() if one.run == row.id)
        if (row.part and left) or row.id == broke:
            yield Trouble(run=row.id, why=row.error, failures=left)
