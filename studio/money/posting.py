"""Posting: the one place that writes entries. A movement that does not sum to zero is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy
from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from studio.errors import LedgerBroken
from studio.money.entry import About, Book, Verb
from studio.story.episode import fresh_id

# Put together once: every take moves money several times, and building these costs more than what they do.
_entry = SQLModel.metadata.tables["entry"]
_known = sqlalchemy.select(_entry.c.id).where(_entry.c.once == bindparam("key"))
_plain = sqlalchemy.insert(_entry)
_first = {
    name: of.insert(_entry).on_conflict_do_nothing(index_elements=["once"]).returning(_entry.c.id)
    for name, of in (("sqlite", sqlite), ("postgresql", postgresql))
}


def post(
    session: Session,
    book: Book,
    verb: Verb,
    legs: Mapping[str, int],
    about: About,
    *,
    at: datetime,
    once: str | None = None,
    **facts: Any,
) -> bool:
    """Write a movement: micro-dollars by purse. False when one with the same `once` was written before.

    Raises LedgerBroken when the legs do not sum to zero.
    """
    if len(legs) < 2 or sum(legs.values()) != 0:
        raise LedgerBroken(f"a {verb} of {', '.join(f'{purse} {micros}' for purse, micros in legs.items())}")
    to = session.connection()
    if once and to.execute(_known, {"key": once}).first():
        return False
    moved = {purse: micros for purse, micros in legs.items() if micros} or legs
    shared = {"movement": fresh_id(), "book": book, "verb": verb, "at": at, "quantities": {}}
    shared |= about.model_dump() | facts
    rows = [{**shared, "purse": purse, "micros": micros} for purse, micros in moved.items()]
    if once:
        first = rows.pop(0) | {"once": once}
        if not to.execute(_first[to.dialect.name], first).first():
            return False  # a process beside this one was first
    to.execute(_plain, rows)
    return True
