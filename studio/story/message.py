"""Messages between a person and the writer as rows, each proposal with what became of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from studio.db import Moment, now
from studio.story.episode import fresh_id


class Role(StrEnum):
    """Who says it."""

    PERSON = "person"
    WRITER = "writer"


class Fate(StrEnum):
    """What became of a question, or of a proposal."""

    NONE = ""  # answered; or nothing was proposed
    ASKED = "asked"  # on its way to the writer
    UNANSWERED = "unanswered"  # broken off, or something went wrong
    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    LEFT = "left"  # something else was asked for meanwhile


class Message(SQLModel, table=True):
    """Something said about an episode on one of its tabs.

    `proposal` is JSON: of a person what was asked and which process asks it, of the writer what is proposed, if
    anything.
    """

    id: str = Field(default_factory=fresh_id, primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)
    episode: str = Field(foreign_key="episode.id", index=True)
    tab: str
    role: str
    text: str
    proposal: str = ""
    state: str = Fate.NONE
    base: int = 0  # the version that was talked about
    created: datetime = Field(default_factory=now, sa_type=Moment)
