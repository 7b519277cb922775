"""Auditing credits: what must hold of wallets, lots, films and their entries at any moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlmodel import Session, col, func, select

from studio.money.entry import Entry, Purse
from studio.money.lots import Lot, LotDraw, Wallet
from studio.money.minutes import FilmMinute, MinuteState


def credits_wrong(session: Session) -> Iterator[str]:
    """What does not add up, a sentence each."""
    for lot in session.exec(select(Lot)):
        entries = _sum(session, Entry.purse == Purse.LOT.of(lot.id))
        if lot.left != entries or lot.left < 0:
            yield f"lot {lot.id} of {lot.account} is kept as {lot.left} and sums to {entries}"
    left, drawn, parts = _lots(session), _drawn(session), _parts(session)
    for wallet in session.exec(select(Wallet)):
        name = wallet.account
        yield from _differ(name, "has free", wallet.micros, {"lots": left.get(name, 0)})
        reserved = _sum(session, Entry.purse == Purse.RESERVED.of(name))
        yield from _differ(name, "holds", wallet.held, {"entries": reserved, "lots": drawn.get(name, 0)})
        if name in parts:
            yield from _differ(name, "holds", wallet.held, {"minutes": parts[name]})
        yield from _differ(name, "owes", wallet.owed, {"entries": -_sum(session, Entry.purse == Purse.OWED.of(name))})
        if min(wallet.micros, wallet.held, wallet.owed) < 0:
            yield f"the wallet of {name} is below zero"


def _differ(account: str, what: str, kept: int, others: Mapping[str, int]) -> Iterator[str]:
    for name, found in others.items():
        if found != kept:
            yield f"{account} {what} {kept} credits' micro-dollars, and by its {name} {found}"


def _sum(session: Session, where: bool) -> int:
    return int(session.exec(select(func.coalesce(func.sum(Entry.micros), 0)).where(where)).one())


def _lots(session: Session) -> dict[str, int]:
    return {
        name: int(micros)
        for name, micros in session.exec(select(Lot.account, func.sum(Lot.left)).group_by(Lot.account))
    }


def _drawn(session: Session) -> dict[str, int]:
    query = select(LotDraw.account, func.sum(LotDraw.held)).group_by(LotDraw.account)
    return {name: int(micros) for name, micros in session.exec(query)}


def _parts(session: Session) -> dict[str, int]:
    held = func.sum(FilmMinute.micros).filter(col(FilmMinute.state) == MinuteState.HELD)
    query = select(FilmMinute.account, func.coalesce(held, 0)).group_by(FilmMinute.account)
    return {name: int(micros) for name, micros in session.exec(query)}
