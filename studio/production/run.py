"""Runs as rows: one production of an episode, what it has to make, and who is at work."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, Index, String, text
from sqlmodel import Field, SQLModel

from studio.db import Moment, now
from studio.story.episode import fresh_id
from studio.takes.recipe import TakeKind


class RunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    DONE = "done"  # a master exists; some takes may have failed
    FAILED = "failed"  # no master
    CANCELLED = "cancelled"


ACTIVE = (RunState.QUEUED, RunState.RUNNING, RunState.CANCELLING)


class Run(SQLModel, table=True):
    """One production: the revision it films and the order it was given (JSON of film.Choices).

    `target` is the fingerprint of both; while a run with it is active, asking again joins that run. An episode has one
    active run per frame and part: asking for something else in that frame calls the earlier one off.
    """

    __table_args__ = (
        Index(
            "run_one_active",
            "account",
            "episode",
            "frame",
            "part",
            unique=True,
            sqlite_where=text("state IN ('queued', 'running', 'cancelling')"),
            postgresql_where=text("state IN ('queued', 'running', 'cancelling')"),
        ),
    )

    id: str = Field(default_factory=fresh_id, primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)
    episode: str = Field(foreign_key="episode.id", index=True)
    target: str
    frame: str = ""  # the mark of the frame it is made for, 1280x720p24
    part: str = ""  # of the film, as Choices.part names it; empty when all of it is made
    order: dict = Field(sa_column=Column(JSON, nullable=False))  # type: ignore[type-arg]
    revision: str = ""  # set when the screenplay is there
    state: RunState = Field(default=RunState.QUEUED, sa_type=String)
    stage: str = ""
    reused: int = 0  # subjects whose takes were already there
    stale: int = 0  # subjects left stale because the person asked to keep them
    error: str = ""
    version: str  # of the workflows that run it
    created: datetime = Field(default_factory=now, sa_type=Moment)
    finished: datetime | None = Field(default=None, sa_type=Moment)


class JobState(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    MADE = "made"
    FOUND = "found"  # another run, or another episode, had made it
    FAILED = "failed"
    UNCLEAR = "unclear"  # sent to a vendor, and nobody knows whether it was accepted
    BLOCKED = "blocked"  # something it needs failed
    CANCELLED = "cancelled"


BAD = (JobState.FAILED, JobState.UNCLEAR, JobState.BLOCKED)
ENDED = (JobState.MADE, JobState.FOUND, *BAD, JobState.CANCELLED)


class Job(SQLModel, table=True):
    """One subject a run has to make."""

    run: str = Field(foreign_key="run.id", primary_key=True)
    subject: str = Field(primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)
    kind: TakeKind = Field(sa_type=String)
    state: JobState = Field(default=JobState.WAITING, sa_type=String)
    fingerprint: str = ""
    error: str = ""
    share: float = 0.0  # how far its vendor says it is, 0 to 1
    # Who gave up, who took over, and why: [engine, engine, why] for each switch, in their order.
    switches: list = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # type: ignore[type-arg]
    updated: datetime = Field(default_factory=now, sa_type=Moment)


class Executor(SQLModel, table=True):
    """A worker process: a fresh id per start, and when it was last heard of."""

    id: str = Field(primary_key=True)
    host: str
    pid: int
    version: str
    started: datetime = Field(default_factory=now, sa_type=Moment)
    seen: datetime = Field(default_factory=now, sa_type=Moment)
    gone: bool = False  # it said good-bye
    heir: str = ""  # the worker that takes over what it left
    settled: bool = False  # its work was taken over
