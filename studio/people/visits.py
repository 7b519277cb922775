"""Visits: how many pages were opened on a day, by kind. Who opened them is not kept, so one person may count twice."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from sqlalchemy import String
from sqlmodel import Field, Session, SQLModel, col, func, select

from studio.money.inserting import insert

_BOTS = Path(__file__).parents[2] / "data" / "bots.toml"


class Seen(StrEnum):
    """The kinds of pages that are counted."""

    LANDING = "landing"
    REGISTER = "register"
    SCREENING = "screening"


class Visit(SQLModel, table=True):
    """A day of UTC, a kind of page, and how often one was opened."""

    day: date = Field(primary_key=True)
    kind: Seen = Field(sa_type=String, primary_key=True)
    count: int = 0


def note_visit(session: Session, kind: Seen, at: datetime) -> None:
    """Count one; a single statement, right whoever counts beside it (`db.write(of=None)`)."""
    row = insert(session, Visit).values(day=at.astimezone(UTC).date(), kind=Seen(kind), count=1)
    session.exec(row.on_conflict_do_update(index_elements=["day", "kind"], set_={"count": Visit.count + 1}))


def visited(session: Session, since: date, until: date) -> Mapping[Seen, int]:
    """How many pages of each kind were opened from one day to another, both counted."""
    days = (col(Visit.day) >= since, col(Visit.day) <= until)
    found = session.exec(select(Visit.kind, func.sum(Visit.count)).where(*days).group_by(Visit.kind))
    counted = {Seen(kind): int(number) for kind, number in found}
    return {kind: counted.get(kind, 0) for kind in Seen}


def is_bot(agent: str) -> bool:
    """Whether what a browser calls itself is a program's name; one that says nothing is a program too."""
    said = agent.lower()
    return not said.strip() or any(word in said for word in _words())


@cache
def _words() -> tuple[str, ...]:
    """The words of data/bots.toml; ValueError for one that would be found in every name."""
    words = tuple(tomllib.loads(_BOTS.read_text(encoding="utf-8"))["words"])
    if not words or any(len(word) < 3 or word != word.lower() for word in words):
        raise ValueError(f"{_BOTS.name} needs words of three or more small letters")
    return words
