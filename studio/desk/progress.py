"""How far a run is, read from its jobs; nothing here waits or works."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import fmean
from types import MappingProxyType
from typing import NamedTuple

import sqlalchemy
from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from studio.desk.silence import silent_lines
from studio.desk.views import Failure, Progress, Sent, Stage, Switched
from studio.production.names import AHEAD
from studio.production.run import ACTIVE, BAD, ENDED, Job, JobState, Run, RunState
from studio.takes.recipe import PICTURES, TakeKind
from studio.takes.roster import EngineCard, Roster
from studio.takes.take import Choice, Take, TakeState

_NOWHERE: Mapping[str, int] = MappingProxyType({})
_RECENT = 20  # takes of a kind an estimate is drawn from
_MOST = 2_000  # estimates a process remembers
_paces: dict[tuple[str, str], tuple[int, float]] = {}  # by run and kind of take: how many had ended, seconds of one


class _Listed(NamedTuple):
    """A job as far as a look at it needs it; whole rows of a hundred and fifty jobs cost five times as much."""

    subject: str
    kind: TakeKind
    state: JobState
    fingerprint: str
    error: str
    share: float


_same = (col(Job.account) == col(Take.account)) & (col(Job.fingerprint) == col(Take.fingerprint))
_mine = col(Job.run) == bindparam("run")
_listed = sqlalchemy.select(*(col(getattr(Job, name)) for name in _Listed._fields)).where(_mine)
_moved = _listed.order_by(col(Job.updated))
_sum = sqlalchemy.select(func.coalesce(func.sum(Take.cost_micros), 0)).join(Job, _same)
_paid = _sum.where(_mine, col(Job.state) == JobState.MADE)
_ours = col(Take.account) == bindparam("account")
_content = sqlalchemy.select(col(Take.content)).where(_ours, col(Take.fingerprint) == bindparam("fingerprint"))
_took = sqlalchemy.select(col(Take.took_ms)).where(_ours, col(Take.kind) == bindparam("kind"))
_well = _took.where(col(Take.state) == TakeState.MADE, col(Take.engine) == bindparam("engine"))
_lately = _well.order_by(col(Take.made).desc()).limit(_RECENT)


def progress(
    session: Session,
    run: Run,
    roster: Roster,
    at_once: int,
    *,
    rooms: Mapping[str, int] = _NOWHERE,
    silent: bool = True,
) -> Progress:
    """The progress of a run, whose work is shared by `at_once` processes, and at each vendor by the room there is.

    Without `silent` lines it is had sooner.
    """
    jobs = _jobs(session, run)
    stages = tuple(_stages(jobs))
    working = [job for job in jobs if job.state == JobState.WORKING]
    return Progress(
        run=run.id,
        episode=run.episode,
        state=run.state,
        stage=working[-1].kind if working else run.stage,
        done=sum(stage.done for stage in stages),
        total=sum(stage.total for stage in stages),
        made=sum(job.state == JobState.MADE for job in jobs),
        reused=run.reused + sum(job.state == JobState.FOUND for job in jobs),
        cost_micros=_billed(session, run),
        stale=run.stale,
        # What a take took counts its wait for a process too: the work of so many was measured as if at once.
        seconds_left=_left(session, run, stages, roster, {"": at_once + AHEAD, **rooms}),
        newest=_newest(session, run, jobs),
        picture=_picture(jobs),
        whole=not run.part,
        frame=run.frame,
        stages=stages,
        sent=tuple(Sent(subject=job.subject, share=job.share) for job in working if job.share),
        awaited=_awaited(session, run, jobs, roster),
        failures=tuple(
            Failure(subject=job.subject, why=job.error, blocked=job.state == JobState.BLOCKED)
            for job in jobs
            if job.state in BAD
        ),
        switched=_switched(session, run) if run.state not in ACTIVE else (),
        silent=silent_lines(session, run.account, run.episode) if silent and run.state == RunState.DONE else (),
        error=run.error,
        started=run.created,
        finished=run.finished,
    )


def _billed(session: Session, run: Run) -> int:
    """Micro-dollars billed for what the run made."""
    return int(session.execute(_paid, {"run": run.id}).scalar_one())


def _awaited(session: Session, run: Run, jobs: Iterable[_Listed], roster: Roster) -> tuple[str, ...]:
    """The vendors that turned takes of an open run away, which wait for them; what is made here waits for the vault."""
    if run.state not in ACTIVE or not any(job.state == JobState.WAITING and job.error for job in jobs):
        return ()
    waiting = select(Take.engine).join(Job, _same).where(Job.run == run.id, Job.state == JobState.WAITING)
    names = session.exec(waiting.where(Job.error != "").distinct()).all()
    return tuple(sorted({roster.named(name).vendor or "the vault" for name in names}))


def _switched(session: Session, run: Run) -> tuple[Switched, ...]:
    """What other engines made than those chosen; a run whose crew lets nobody take over has none."""
    if not (run.order.get("crew") or {}).get("switch"):
        return ()
    same = (col(Job.subject) == col(Choice.subject)) & (col(Job.fingerprint) == col(Choice.fingerprint))
    query = select(Job.subject, Take.engine, Choice.instead_of, Choice.why).join(Take, _same).join(Choice, same)
    mine = query.where(Job.run == run.id, Choice.episode == run.episode, col(Choice.instead_of) != "")
    rows = session.exec(mine.order_by(col(Job.subject))).all()
    return tuple(Switched(subject=row[0], engine=row[1], instead_of=row[2], why=row[3]) for row in rows)


def _jobs(session: Session, run: Run) -> list[_Listed]:
    """A run's jobs, those that moved last at the end."""
    return [_Listed(*row) for row in session.execute(_moved, {"run": run.id})]


def _stages(jobs: Iterable[_Listed]) -> Iterable[Stage]:
    by_kind: dict[TakeKind, list[_Listed]] = {}
    for job in jobs:
        by_kind.setdefault(TakeKind(job.kind), []).append(job)
    for kind in TakeKind:
        if mine := by_kind.get(kind):
            done = sum(job.state in ENDED for job in mine)
            yield Stage(kind=kind, done=done, total=len(mine), failed=sum(job.state in BAD for job in mine))


def _left(session: Session, run: Run, stages: Iterable[Stage], roster: Roster, hands: Mapping[str, int]) -> float:
    """Seconds until the rest is made, from what takes of each kind took lately; `hands` are here and at each vendor."""
    work: dict[str, float] = {}
    for stage in stages:
        if number := stage.total - stage.done:
            card = _player(run, stage.kind, roster)
            work[card.vendor] = work.get(card.vendor, 0.0) + number * _pace(session, run, stage, card)
    return max((seconds / hands.get(vendor, 1) for vendor, seconds in work.items()), default=0.0)


def _player(run: Run, kind: TakeKind, roster: Roster) -> EngineCard:
    """Who makes a run's takes of a kind, but for shots of which another engine is chosen."""
    first = roster.card(kind)
    name = ((run.order.get("crew") or {}).get("engines") or {}).get(first.role) or first.name
    return next((card for card in roster.engine if card.name == name), first)


def _pace(session: Session, run: Run, stage: Stage, card: EngineCard) -> float:
    """Seconds a take of a stage takes: asked anew when another of them has ended, not at every look."""
    key = run.id, f"{card.name}:{stage.kind}"
    ended, pace = _paces.get(key, (-1, 0.0))
    if ended != stage.done:
        pace = _typical(session, run.account, stage.kind, card)
        while len(_paces) >= _MOST:
            _paces.pop(next(iter(_paces)), None)
        _paces[key] = stage.done, pace
    return pace


def _typical(session: Session, account: str, kind: TakeKind, card: EngineCard) -> float:
    lately = session.execute(_lately, {"account": account, "kind": kind, "engine": card.name}).scalars().all()
    return fmean(lately) / 1000 if lately else card.seconds.get(kind, 1.0)


def _picture(jobs: Iterable[_Listed]) -> str:
    """The fingerprint of the still made last."""
    stills = [job for job in jobs if job.kind in PICTURES and job.state in (JobState.MADE, JobState.FOUND)]
    return stills[-1].fingerprint if stills else ""


def _newest(session: Session, run: Run, jobs: Iterable[_Listed]) -> str:
    """The content of the board made last."""
    boards = [job for job in jobs if job.kind == TakeKind.BOARD and job.state in (JobState.MADE, JobState.FOUND)]
    if not boards:
        return ""
    found = session.execute(_content, {"account": run.account, "fingerprint": boards[-1].fingerprint}).scalar()
    return str(found or "")
