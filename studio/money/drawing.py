"""Drawing from an account's pot, where many may race for the last of it."""

from __future__ import annotations

from sqlmodel import Session, col, select, update

from studio.errors import InsufficientFunds
from studio.money.amount import dollars
from studio.money.hold import Pot
from studio.money.inserting import insert


def draw(session: Session, account: str, micros: int, *, floor: int | None = 0) -> None:
    """Take from an account's pot, or put back what is below zero; the caller posts the movement.

    One statement, so that of many who race for the last of it only those get some for whom there is enough. The pot
    is left at `floor` or above, None lets it fall below zero; raises InsufficientFunds.
    """
    session.exec(insert(session, Pot).values(account=account, micros=0).on_conflict_do_nothing())
    taken = update(Pot).where(col(Pot.account) == account).values(micros=Pot.micros - micros)
    if floor is not None and micros > 0:
        taken = taken.where(col(Pot.micros) - micros >= floor)
    if not session.exec(taken.execution_options(synchronize_session=False)).rowcount:
        left = session.exec(select(Pot.micros).where(Pot.account == account)).one()
        raise InsufficientFunds(f"{dollars(micros)} are needed and {dollars(left - (floor or 0))} are left")
