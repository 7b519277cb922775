"""Drawing from an account's pot, where many may race for the last of it."""

from __future__ import annotations

import sqlalchemy
from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select

from studio.errors import InsufficientFunds
from studio.money.amount import dollars
from studio.money.hold import Pot

# Put together once, as in posting: each take draws.
_pot = SQLModel.metadata.tables["pot"]
_open = {
    "sqlite": sqlite.insert(_pot).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_pot).on_conflict_do_nothing(),
}
_left = _pot.c.micros - bindparam("less")
_taken = sqlalchemy.update(_pot).where(_pot.c.account == bindparam("of")).values(micros=_left)
_bounded = _taken.where(_left >= bindparam("floor"))


def draw(session: Session, account: str, micros: int, *, floor: int | None = 0) -> None:
    """Take from an account's pot, or put back what is below zero; the caller posts the movement.

    One statement, so that of many who race for the last of it only those get some for whom there is enough. The pot
    is left at `floor` or above, None lets it fall below zero; raises InsufficientFunds.
    """
    to, asked = session.connection(), {"of": account, "less": micros}
    to.execute(_open[to.dialect.name], {"account": account, "micros": 0})
    bounded = floor is not None and micros > 0
    if not to.execute(*((_bounded, asked | {"floor": floor}) if bounded else (_taken, asked))).rowcount:
        left = session.exec(select(Pot.micros).where(col(Pot.account) == account)).one()
        raise InsufficientFunds(f"{dollars(micros)} are needed and {dollars(left - (floor or 0))} are left")
