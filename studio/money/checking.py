"""Checking the books: what must hold of the whole ledger at any moment."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session, col, func, select

from studio.errors import LedgerBroken
from studio.money.auditing import credits_wrong
from studio.money.entry import Entry, Purse
from studio.money.hold import LIVE, Hold, HoldPart, Pot


def check(session: Session) -> None:
    """Raise LedgerBroken with all that is wrong: movements, pots and holds that do not add up."""
    if wrong := [*_movements(session), *_pots(session), *_holds(session), *credits_wrong(session)]:
        raise LedgerBroken("; ".join(wrong))


def _movements(session: Session) -> Iterator[str]:
    total = func.sum(Entry.micros)
    query = select(Entry.movement, Entry.book, total).group_by(col(Entry.movement), col(Entry.book)).having(total != 0)
    for movement, book, micros in session.exec(query):
        yield f"movement {movement} of the {book} book sums to {micros}"


def _balances(session: Session, purse: Purse) -> dict[str, int]:
    query = select(Entry.account, func.sum(Entry.micros)).where(col(Entry.purse).startswith(f"{purse}:"))
    return {account: int(micros) for account, micros in session.exec(query.group_by(col(Entry.account)))}


def _pots(session: Session) -> Iterator[str]:
    kept = {pot.account: pot.micros for pot in session.exec(select(Pot))}
    summed = _balances(session, Purse.POT)
    for account in sorted(kept.keys() | summed.keys()):
        if kept.get(account, 0) != summed.get(account, 0):
            yield f"pot of {account} is kept as {kept.get(account, 0)} and sums to {summed.get(account, 0)}"


def _holds(session: Session) -> Iterator[str]:
    live = select(Hold.account, func.sum(HoldPart.micros)).join(HoldPart).where(col(HoldPart.state).in_(LIVE))
    parts = {account: int(micros) for account, micros in session.exec(live.group_by(col(Hold.account)))}
    purses = _balances(session, Purse.HELD)
    for account in sorted(parts.keys() | purses.keys()):
        if parts.get(account, 0) != purses.get(account, 0):
            yield f"{account} has parts of {parts.get(account, 0)} open and holds {purses.get(account, 0)}"
    paid = select(Hold.account, func.sum(HoldPart.paid)).join(HoldPart).group_by(col(Hold.account))
    spent = _balances(session, Purse.SPENT)
    for account, micros in session.exec(paid):
        if int(micros) != spent.get(account, 0):
            yield f"{account} paid {micros} of its parts and spent {spent.get(account, 0)}"
