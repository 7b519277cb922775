"""What takes, runs and bills of the paid crew say about the plan's targets: plain samples, nothing judged.

Only what was asked for after `since` counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from studio.money.entry import Entry, Purse, Verb
from studio.production.film import Choices, mark
from studio.production.run import Run, RunState
from studio.takes.frame import Aspect, Quality
from studio.takes.recipe import TakeKind
from studio.takes.take import Take, TakeState

_MOST = 1000  # the newest of each kind
_ENDED = (TakeState.MADE, TakeState.FAILED, TakeState.UNCLEAR)


@dataclass(frozen=True)
class Samples:
    """Single values, the newest first, and when the newest was taken."""

    values: Sequence[float] = ()
    at: datetime | None = None


def chat(session: Session, engines: Collection[str], since: datetime) -> Samples:
    """Seconds until a change that was asked for in words was there."""
    return _seconds(session, TakeKind.PROPOSAL, engines, since)


def speech(session: Session, engines: Collection[str], since: datetime) -> Samples:
    """Seconds until a line was spoken."""
    return _seconds(session, TakeKind.SPEECH, engines, since)


def clips(session: Session, engines: Collection[str], since: datetime) -> Samples:
    """100 for a clip that came out, 0 for one that did not."""
    return _ended(session, engines, TakeKind.CLIP, since, good=100.0, bad=0.0)


def errors(session: Session, engines: Collection[str], since: datetime) -> Samples:
    """100 for a take that failed or stayed unclear, 0 for one that was made."""
    return _ended(session, engines, None, since, good=0.0, bad=100.0)


def cost(session: Session, _engines: Collection[str], since: datetime) -> Samples:
    """Dollars billed for each episode that was finished in high quality, whoever it was billed to."""
    marks = [mark(Choices(aspect=aspect, quality=Quality.HIGH)) for aspect in Aspect]
    done = select(Run.episode).where(Run.state == RunState.DONE, Run.part == "", col(Run.frame).in_(marks))
    bills = (
        select(func.sum(Entry.micros), func.max(Entry.at))
        .where(Entry.verb == Verb.BILL, col(Entry.purse).startswith(f"{Purse.COST}:"), col(Entry.episode).in_(done))
        .where(Entry.at > since)
        .group_by(Entry.episode)
        .order_by(func.max(Entry.at).desc())
        .limit(_MOST)
    )
    rows = session.exec(bills).all()
    return Samples([micros / 1e6 for micros, _ in rows], rows[0][1] if rows else None)


def time(session: Session, _engines: Collection[str], since: datetime) -> Samples:
    """Minutes from the order to the film, of runs that made all of it and were billed something."""
    billed = select(Entry.run).where(Entry.verb == Verb.BILL)
    runs = (
        select(Run)
        .where(Run.state == RunState.DONE, Run.part == "", Run.reused == 0, col(Run.id).in_(billed))
        .where(Run.created > since)
        .order_by(col(Run.finished).desc())
        .limit(_MOST)
    )
    rows = [row for row in session.exec(runs) if row.finished]
    minutes = [(row.finished - row.created).total_seconds() / 60 for row in rows if row.finished]
    return Samples(minutes, rows[0].finished if rows else None)


def _seconds(session: Session, kind: TakeKind, engines: Collection[str], since: datetime) -> Samples:
    made = (
        select(Take.took_ms, Take.made).where(Take.kind == kind, Take.state == TakeState.MADE).where(Take.asked > since)
    )
    rows = session.exec(made.where(col(Take.engine).in_(engines)).order_by(col(Take.made).desc()).limit(_MOST)).all()
    return Samples([ms / 1000 for ms, _ in rows], rows[0][1] if rows else None)


def _ended(
    session: Session, engines: Collection[str], kind: TakeKind | None, since: datetime, *, good: float, bad: float
) -> Samples:
    ended = (
        select(Take.state, Take.asked)
        .where(col(Take.state).in_(_ENDED), col(Take.engine).in_(engines))
        .where(Take.asked > since)
    )
    if kind:
        ended = ended.where(Take.kind == kind)
    rows = session.exec(ended.order_by(col(Take.asked).desc()).limit(_MOST)).all()
    return Samples([good if state == TakeState.MADE else bad for state, _ in rows], rows[0][1] if rows else None)


MEASURED: dict[str, Callable[[Session, Collection[str], datetime], Samples]] = {
    "chat": chat,
    "speech": speech,
    "clips": clips,
    "errors": errors,
    "cost": cost,
    "time": time,
}
