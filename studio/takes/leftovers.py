"""Leftovers: contents whose rows went with an account. What nobody else points at goes from the vault a while later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, delete, select

from studio.db import Moment
from studio.money.inserting import insert
from studio.takes.take import Delivery, Take
from studio.takes.vault import Vault

_WHILE = timedelta(hours=1)  # somebody may be about to point at what was just put there


class Leftover(SQLModel, table=True):
    """A content that may have to go."""

    content: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)


def leave(session: Session, contents: Iterable[str], *, at: datetime) -> None:
    """Have contents looked at after a while."""
    for content in sorted(set(contents) - {""}):
        session.exec(insert(session, Leftover).values(content=content, at=at).on_conflict_do_nothing())


def due(session: Session, *, at: datetime) -> Sequence[str]:
    """The contents that were left long enough ago to be looked at."""
    query = select(Leftover.content).where(col(Leftover.at) <= at - _WHILE)
    return session.exec(query.order_by(col(Leftover.content))).all()


def drop(session: Session, vault: Vault, content: str) -> bool:
    """Remove a leftover's bytes unless somebody points at them; gives whether they went.

    Call in a write session of its own for each: a vault may be far away, and others wait to write.
    """
    taken = session.exec(select(Take.content).where(Take.content == content)).first()
    used = taken or session.exec(select(Delivery.content).where(Delivery.content == content)).first()
    if not used:
        vault.discard(content)
    session.exec(delete(Leftover).where(col(Leftover.content) == content))
    return not used
