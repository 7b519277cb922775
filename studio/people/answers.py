"""Answers kept for idempotency keys, so that a program that heard nothing may ask again without doing it twice."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel, col, delete, select, update

from studio.db import Moment
from studio.errors import BadRequest, Conflict
from studio.money.inserting import insert
from studio.people.tokens import digest

KEPT = timedelta(hours=24)
_ABANDONED = timedelta(minutes=5)  # whoever was answering then has ended without a word
_BROKEN = "the first request with this key broke off and may have been done; see what was begun, then use a new one"
UNDER_WAY, BROKEN = 0, 1  # the status of what is not answered yet, and of what nobody knows whether it was done


class KeptAnswer(SQLModel, table=True):
    """What was asked with a key, as a digest, and what was answered."""

    account: str = Field(foreign_key="account.id", primary_key=True)
    key: str = Field(primary_key=True)  # a digest: people put all kinds of things into it
    asked: str  # a digest of method, path and body
    status: int = UNDER_WAY
    headers: dict = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))  # type: ignore[type-arg]
    body: str = ""
    at: datetime = Field(sa_type=Moment, index=True)


def begin(session: Session, account: str, key: str, asked: str, *, at: datetime) -> KeptAnswer | None:
    """Take a key for what is asked now; gives the answer there is already, None where it has to be made.

    Raises BadRequest for a key that something else was asked with, Conflict while the first is being answered. One that
    was never answered may have bought something, so it is not done again: BadRequest too.
    """
    named = digest(key)
    fresh = insert(session, KeptAnswer).values(
        account=account, key=named, asked=asked, status=UNDER_WAY, headers={}, body="", at=at
    )
    if session.exec(fresh.on_conflict_do_nothing().returning(col(KeptAnswer.key))).first():
        return None
    query = select(KeptAnswer).where(KeptAnswer.account == account, KeptAnswer.key == named)
    found = session.exec(query.with_for_update()).one()
    if at - found.at > KEPT:
        found.asked, found.status, found.body, found.headers, found.at = asked, UNDER_WAY, "", {}, at
        session.add(found)
        return None
    if found.asked != asked:
        raise BadRequest("something else was asked with this key before; use a new one", field="Idempotency-Key")
    if found.status == BROKEN or (found.status == UNDER_WAY and at - found.at > _ABANDONED):
        raise BadRequest(_BROKEN, field="Idempotency-Key")
    if found.status == UNDER_WAY:
        raise Conflict("the first request with this idempotency key is still being answered; ask again in a moment")
    return found


def keep(session: Session, account: str, key: str, status: int, headers: dict[str, str], body: str) -> None:
    """Keep an answer."""
    mine = (col(KeptAnswer.account) == account, col(KeptAnswer.key) == digest(key))
    session.exec(update(KeptAnswer).where(*mine).values(status=status, headers=headers, body=body))


def break_off(session: Session, account: str, key: str) -> None:
    """Have a key be good for nothing more: its request failed here, after it may have been done."""
    mine = (col(KeptAnswer.account) == account, col(KeptAnswer.key) == digest(key))
    session.exec(update(KeptAnswer).where(*mine).values(status=BROKEN))


def let_go(session: Session, account: str, key: str) -> None:
    """Forget a key whose request came to nothing that should be said again."""
    session.exec(delete(KeptAnswer).where(col(KeptAnswer.account) == account, col(KeptAnswer.key) == digest(key)))


def prune(session: Session, *, at: datetime) -> None:
    """Forget answers nobody may ask for again."""
    session.exec(delete(KeptAnswer).where(col(KeptAnswer.at) < at - KEPT))
