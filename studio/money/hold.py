"""Holds: money set aside for a run, a part for each take. Each part is settled or released once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, String
from sqlmodel import Field, SQLModel

from studio.db import Moment
from studio.story.episode import fresh_id


class PartState(StrEnum):
    OPEN = "open"  # nobody works on it
    CLAIMED = "claimed"  # its take is being made
    UNCLEAR = "unclear"  # whether the vendor accepted it is unknown
    SETTLED = "settled"
    RELEASED = "released"


LIVE = (PartState.OPEN, PartState.CLAIMED, PartState.UNCLEAR)


class Hold(SQLModel, table=True):
    """What is set aside for one run of an episode."""

    id: str = Field(default_factory=fresh_id, primary_key=True)
    account: str = Field(index=True)
    episode: str = Field(index=True)
    run: str = Field(index=True)
    micros: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=Moment)
    counted: datetime | None = Field(default=None, sa_type=Moment)  # when its episode was counted; None if it is not


class HoldPart(SQLModel, table=True):
    """The most a customer pays for one subject of a hold."""

    hold: str = Field(foreign_key="hold.id", primary_key=True)
    subject: str = Field(primary_key=True)
    kind: str = ""
    scene: str = ""
    engine: str = ""
    size: str = ""
    fingerprint: str = ""  # of its take, once claimed
    likely: int = Field(default=0, sa_type=BigInteger)  # what it was quoted at
    micros: int = Field(sa_type=BigInteger)  # its ceiling
    paid: int = Field(default=0, sa_type=BigInteger)
    work: int | None = Field(default=None, sa_type=BigInteger)  # milliseconds counted of the tier; None if they are not
    retake: str = ""  # the episode and scene it is another take for, where that was counted
    state: PartState = Field(default=PartState.OPEN, sa_type=String)
    at: datetime = Field(sa_type=Moment)  # of its last change


class Pot(SQLModel, table=True):
    """What an account may still set aside: the sum of its pot's entries, kept so that one statement can refuse."""

    account: str = Field(primary_key=True)
    micros: int = Field(default=0, sa_type=BigInteger)
