"""Series, episodes and their screenplay revisions as rows."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from studio.db import Moment, now


def fresh_id() -> str:
    """A new row's id: twelve hex digits, short enough for a link or a command line."""
    return uuid4().hex[:12]


class Series(SQLModel, table=True):
    """Episodes that share a cast."""

    id: str = Field(default_factory=fresh_id, primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)
    title: str
    created: datetime = Field(default_factory=now, sa_type=Moment)


class Episode(SQLModel, table=True):
    """A pitch or a screenplay on its way to a master.

    `source` says where it came from, so that the same pitch or file is the same episode again. `crew` is JSON: who
    plays which part in it.
    """

    __table_args__ = (UniqueConstraint("account", "source"),)

    id: str = Field(default_factory=fresh_id, primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)
    series: str = Field(foreign_key="series.id")
    source: str
    title: str = ""
    pitch: str = ""  # empty when it began as a screenplay
    seconds: int = 90  # the length asked of the writer
    seed: int = 0
    crew: dict = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))  # type: ignore[type-arg]
    created: datetime = Field(default_factory=now, sa_type=Moment)
    removed: datetime | None = Field(default=None, sa_type=Moment)  # off the lists since then


class Revision(SQLModel, table=True):
    """One version of an episode, never changed once written: its screenplay, and its breakdown with all that a person
    decided about cast, places and shots. `breakdown` is JSON, empty until made."""

    __table_args__ = (UniqueConstraint("episode", "number"),)

    id: str = Field(default_factory=fresh_id, primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)
    episode: str = Field(foreign_key="episode.id", index=True)
    number: int
    fountain: str
    breakdown: str = ""
    what: str = ""  # what the person changed, in a few words; empty for what was written or read in
    created: datetime = Field(default_factory=now, sa_type=Moment)

    def after(self, what: str, *, fountain: str, breakdown: str) -> Revision:
        """The version that follows this one."""
        return Revision(
            account=self.account,
            episode=self.episode,
            number=self.number + 1,
            fountain=fountain,
            breakdown=breakdown,
            what=what,
        )
