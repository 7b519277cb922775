"""What an account keeps, in bytes of takes and of versions, and whether there is room for more."""

from __future__ import annotations

from sqlalchemy import ColumnElement, LargeBinary, cast
from sqlmodel import Session, col, func, select

from studio.errors import Conflict
from studio.money.orders import ever_paid
from studio.people.account import Account
from studio.production.house import House
from studio.story.episode import Revision
from studio.takes.take import Take

_GIGA = 1_000_000_000


def kept(session: Session, account: str) -> int:
    """How many bytes an account keeps. What two of its takes share counts for both."""
    texts = _bytes(session, Revision.fountain) + _bytes(session, Revision.breakdown)
    takes = session.exec(select(func.sum(Take.size)).where(Take.account == account)).one()
    versions = session.exec(select(func.sum(texts)).where(Revision.account == account)).one()
    return int(takes or 0) + int(versions or 0)


def check_room(session: Session, house: House, account: str, more: int = 0) -> None:
    """Refuse to keep so many bytes more than an account's tier has room for, where it has a bound: Conflict.

    Drafts are not counted, and whoever never paid for anything could fill the house's disks with them. Who did pay, for
    a plan or for credits, has no bound, also afterwards.
    """
    bounded = {tier.name: tier.room for tier in house.tiers.tier if tier.room}
    room = bounded.get(session.exec(select(Account.tier).where(Account.id == account)).one()) if bounded else None
    if not room or kept(session, account) + more <= room * _GIGA:
        return
    if not ever_paid(session, account):
        raise Conflict(
            f"what you keep fills the {room} GB that are free; it stays yours, and any plan or credits make room"
        )


def _bytes(session: Session, text: str) -> ColumnElement[int]:
    """The length of a column in bytes; PostgreSQL knows it without reading what it has put aside."""
    if session.get_bind().dialect.name == "postgresql":
        return func.octet_length(col(text))
    return func.length(cast(col(text), LargeBinary))
