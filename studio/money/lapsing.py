"""Lapsing: credits whose day has come leave their lot by a movement, and their owner is told a while before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from studio.money.entry import About, Book, Purse, Verb
from studio.money.lots import NOTICE, Lot, Wallet, lock, lots
from studio.money.posting import post


def lapse(session: Session, wallet: Wallet, *, at: datetime) -> int:
    """End the lots of an account whose day has come; its wallet is locked. Gives the micro-dollars."""
    gone = 0
    for lot in lots(session, wallet.account):
        if lot.left and lot.expires and lot.expires <= at:
            legs = {Purse.LOT.of(lot.id): -lot.left, Purse.LAPSED.of(wallet.account): lot.left}
            post(session, Book.CREDIT, Verb.LAPSE, legs, About(account=wallet.account), at=at, why=lot.pack)
            gone += lot.left
            lot.lapsed, lot.left = lot.lapsed + lot.left, 0
            session.add(lot)
    if gone:
        wallet.micros -= gone
        session.add(wallet)
        session.flush()
    return gone


def lapse_all(session: Session, *, at: datetime) -> int:
    """End every lot whose day has come, of everybody; gives the micro-dollars. Call in a write session."""
    due = select(Lot.account).where(col(Lot.left) > 0, col(Lot.expires) <= at).distinct()
    return sum(lapse(session, lock(session, account), at=at) for account in sorted(session.exec(due)))


def expiring(session: Session, before: timedelta, *, at: datetime, account: str = "") -> Sequence[Lot]:
    """The lots that will expire within a while, the first in front; those of one account, or of all."""
    query = select(Lot).where(col(Lot.left) > 0, col(Lot.expires) > at, col(Lot.expires) <= at + before)
    query = query.where(Lot.account == account) if account else query
    return session.exec(query.order_by(col(Lot.expires), col(Lot.id))).all()


def untold(session: Session, *, at: datetime) -> Sequence[Lot]:
    """The lots that expire soon and whose owners were not told, now noted as told; in a write session."""
    found = [lot for lot in expiring(session, NOTICE, at=at) if lot.told is None]
    for lot in found:
        lot.told = at
        session.add(lot)
    return found
