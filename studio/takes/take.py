"""Takes as rows: one attempt at something, found by the fingerprint of its recipe, and which take a subject circles."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, Column, Index, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from studio.db import Moment, now
from studio.takes.recipe import TakeKind

OWN = "own"  # the engine of what the person brought


class TakeState(StrEnum):
    ASKED = "asked"  # somebody is making it; `executor` says who
    MADE = "made"  # `content` is in the vault
    UNCLEAR = "unclear"  # it was sent to a vendor, and whether it was accepted is unknown
    FAILED = "failed"  # no output; `error` says why
    LOST = "lost"  # it was made, but its bytes are damaged or gone


class Take(SQLModel, table=True):
    """One take. The key is (account, fingerprint); only the vault's bytes are shared between accounts."""

    __table_args__ = (Index("ix_take_ended", "asked", "state", "kind", "engine", "took_ms", "size"),)

    account: str = Field(foreign_key="account.id", primary_key=True)
    fingerprint: str = Field(primary_key=True)
    essence: str = Field(index=True)
    kind: TakeKind = Field(sa_type=String)
    state: TakeState = Field(sa_type=String)
    engine: str
    recipe: dict = Field(sa_column=Column(JSON, nullable=False))  # type: ignore[type-arg]
    executor: str = ""  # the worker process that makes it
    holder: str = ""  # the job of that process that makes it: run and subject
    ticket: str = ""  # the vendor's id of the job that makes it, and of the one that made it if it can be fetched again
    doubtful: bool = False  # it may have been sent without an answer: looked up before it is sent again
    content: str = ""  # SHA-256 of the bytes
    suffix: str = ""  # of the file made: .png, .wav, .mp4
    size: int = Field(default=0, sa_type=BigInteger)  # bytes
    measure: dict = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))  # type: ignore[type-arg]
    error: str = ""
    tries: int = 0  # how often an engine was asked
    cost_micros: int = Field(default=0, sa_type=BigInteger)  # what this asking of it was billed, micro-dollars
    took_ms: int = 0
    asked: datetime = Field(default_factory=now, sa_type=Moment)
    made: datetime | None = Field(default=None, sa_type=Moment)


class Choice(SQLModel, table=True):
    """A take of a subject of an episode; exactly one per subject is circled."""

    __table_args__ = (UniqueConstraint("episode", "subject", "fingerprint"),)

    id: int | None = Field(default=None, primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)
    episode: str = Field(foreign_key="episode.id", index=True)
    subject: str = Field(index=True)
    fingerprint: str
    circled: bool = False
    instead_of: str = ""  # the engine chosen for it that did not make it
    why: str = ""  # it did not
    created: datetime = Field(default_factory=now, sa_type=Moment)


class Delivery(SQLModel, table=True):
    """A finished file of an episode in one frame: master.mp4, captions.srt and the rest, as content in the vault."""

    episode: str = Field(foreign_key="episode.id", primary_key=True)
    frame: str = Field(primary_key=True)  # subject suffix of the frame, 1280x720p24
    name: str = Field(primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)
    content: str
    size: int = Field(sa_type=BigInteger)
    seconds: float = 0.0  # of a master
    basis: str = ""  # fingerprint of what it was made from: the master, the script's revision
    created: datetime = Field(default_factory=now, sa_type=Moment)
