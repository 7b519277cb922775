"""Tallies: how much of a tier's share an account has used, of what, in which span."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class Tally(SQLModel, table=True):
    """One count; `span` is the month, the minute or the scene it counts for."""

    account: str = Field(primary_key=True)
    what: str = Field(primary_key=True)
    span: str = Field(primary_key=True)
    used: int = Field(default=0, sa_type=BigInteger)
