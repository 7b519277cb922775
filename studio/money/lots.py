"""Lots of film credits, each with its day, and what an account has of them. It posts no movements.

Whoever changes a lot locks its account's wallet first, so that of many who do so at once each sees what the other did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select, update

from studio.db import Moment
from studio.money.inserting import insert
from studio.story.episode import fresh_id

NOTICE = timedelta(days=14)  # before credits expire their owner is told
GRACE = timedelta(days=30)  # what comes back after its day is good for so long


class Wallet(SQLModel, table=True):
    """What an account may spend, what its films hold and what it owes, in micro-dollars: kept sums of its entries."""

    account: str = Field(primary_key=True)
    micros: int = Field(default=0, sa_type=BigInteger)
    held: int = Field(default=0, sa_type=BigInteger)
    owed: int = Field(default=0, sa_type=BigInteger)


class Lot(SQLModel, table=True):
    """Credits that came in together; `once` names their payment. `left` is the sum of its entries, held for no film."""

    __table_args__ = (UniqueConstraint("account", "once", "bonus"),)

    id: str = Field(default_factory=fresh_id, primary_key=True)
    account: str = Field(index=True)
    once: str
    bonus: bool = False
    pack: str = ""
    micros: int = Field(sa_type=BigInteger)  # as it came
    left: int = Field(sa_type=BigInteger)
    lapsed: int = Field(default=0, sa_type=BigInteger)
    clawed: int = Field(default=0, sa_type=BigInteger)
    expires: datetime | None = Field(default=None, sa_type=Moment)
    extended: bool = False  # it was given more time, which happens once
    told: datetime | None = Field(default=None, sa_type=Moment)  # when its owner was told that it expires
    at: datetime = Field(sa_type=Moment)


class LotDraw(SQLModel, table=True):
    """What a film holds of a lot."""

    film: str = Field(primary_key=True)
    lot: str = Field(foreign_key="lot.id", primary_key=True)
    account: str = Field(index=True)
    held: int = Field(default=0, sa_type=BigInteger)


def lock(session: Session, account: str) -> Wallet:
    """An account's wallet, which nobody else changes until this write session ends."""
    session.exec(insert(session, Wallet).values(account=account, micros=0, held=0, owed=0).on_conflict_do_nothing())
    mine = update(Wallet).where(col(Wallet.account) == account).values(micros=Wallet.micros)
    session.exec(mine.execution_options(synchronize_session=False))
    return session.exec(select(Wallet).where(Wallet.account == account).execution_options(populate_existing=True)).one()


def lots(session: Session, account: str) -> list[Lot]:
    """The lots of an account, those that expire first in front, as they are spent; of a day bonus ones first."""
    query = select(Lot).where(Lot.account == account).execution_options(populate_existing=True)
    return sorted(session.exec(query), key=spending)


def spending(lot: Lot) -> tuple[bool, float, bool, datetime, str]:
    """Where a lot stands among those that are spent."""
    return lot.expires is None, lot.expires.timestamp() if lot.expires else 0.0, not lot.bonus, lot.at, lot.id


def draws(session: Session, account: str, film: str) -> list[tuple[LotDraw, Lot]]:
    """What a film holds of which lots, those that expire first in front."""
    query = select(LotDraw, Lot).join(Lot, col(Lot.id) == col(LotDraw.lot))
    mine = query.where(LotDraw.account == account, LotDraw.film == film, LotDraw.held > 0)
    found = session.exec(mine.execution_options(populate_existing=True)).all()
    return sorted(found, key=lambda pair: spending(pair[1]))


def shared(wanted: int, there: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Share an amount out over what is there, in its order: name and part; what is not there is left out."""
    for name, most in there.items():
        taken = min(wanted, most)
        if taken > 0:
            wanted -= taken
            yield name, taken
