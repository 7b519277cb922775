"""Machines as rows: those we rented, those found at a host that nobody had written down, and how busy they were."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from studio.db import Moment, now


class Rental(SQLModel, table=True):
    """A machine with a card at a host of machines, paid for by the second until it has ended."""

    host: str = Field(primary_key=True)
    machine: str = Field(primary_key=True)  # the host's id of it
    name: str = ""
    gpu: str = ""
    micros_an_hour: int = Field(default=0, sa_type=BigInteger)
    leaked: bool = False  # it carries our name, and nobody had written it down
    begun: datetime = Field(default_factory=now, sa_type=Moment)  # of a leak: when it was found
    seen: datetime = Field(default_factory=now, sa_type=Moment)  # at its host
    ended: datetime | None = Field(default=None, sa_type=Moment)
    why: str = ""  # it ended
    booked: datetime | None = Field(default=None, sa_type=Moment)  # its hours are in the ledger until then


class RentalTurn(SQLModel, table=True):
    """Whose turn it is to rent the machine of a name: one worker's at a time, until it says so or time is up."""

    name: str = Field(primary_key=True)
    whose: str
    until: datetime = Field(sa_type=Moment)


class Sighting(SQLModel, table=True):
    """How busy a machine was at one moment; None when it did not say."""

    id: int | None = Field(default=None, primary_key=True)
    host: str = Field(index=True)
    machine: str
    at: float  # seconds of the wall clock
    busy: bool | None = None


class LineState(SQLModel, table=True):
    """A vendor's breaker as one worker process has it: no process sees another's."""

    worker: str = Field(primary_key=True)  # host and process id, the beginning of its executor's id
    vendor: str = Field(primary_key=True)
    state: str
    at: datetime = Field(default_factory=now, sa_type=Moment)
