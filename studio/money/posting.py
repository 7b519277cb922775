"""Posting: the one place that writes entries. A movement that does not sum to zero is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from studio.errors import LedgerBroken
from studio.money.entry import About, Book, Entry, Verb
from studio.money.inserting import insert
from studio.story.episode import fresh_id


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
    if once and session.exec(select(Entry.id).where(Entry.once == once)).first() is not None:
        return False
    moved = {purse: micros for purse, micros in legs.items() if micros} or legs
    shared = {"movement": fresh_id(), "book": book, "verb": verb, "at": at, "quantities": {}}
    shared |= about.model_dump() | facts
    rows = [{**shared, "purse": purse, "micros": micros, "once": None} for purse, micros in moved.items()]
    rows[0]["once"] = once
    written = insert(session, Entry).values(rows[0]).on_conflict_do_nothing(index_elements=["once"])
    if session.exec(written.returning(col(Entry.id))).first() is None:
        return False  # a process beside this one was first
    session.exec(insert(session, Entry).values(rows[1:]))
    return True
