"""Film credits coming in and being taken back: packs that were paid, refunds, disputes. Spending them is elsewhere.

What is bought, taken back and given back is named by `once`: whatever names the payment, the same for all three.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

from sqlmodel import Session, col, select

from studio.money.entry import About, Book, Purse, Verb
from studio.money.lots import GRACE, Lot, Wallet, lock, lots, shared
from studio.money.packs import Pack
from studio.money.posting import post
from studio.story.episode import fresh_id

__all__ = ["CREDIT", "Pack", "claw_back", "give_back", "grant_bonus", "grant_pack", "repay"]

CREDIT = 10_000  # micro-dollars
_WHOLE = Fraction(1)


def grant_pack(session: Session, account: str, pack: Pack, *, once: str, at: datetime) -> bool:
    """Give an account a pack that was paid; False when this payment's was given before. Call in a write session."""
    wallet = lock(session, account)
    if not _put(session, wallet, pack.name, pack.credits, once=once, days=pack.days, at=at):
        return False
    if pack.bonus:
        _put(session, wallet, pack.name, pack.bonus, once=once, days=pack.bonus_days, at=at, bonus=True)
    repay(session, wallet, at=at)
    return True


def grant_bonus(
    session: Session, account: str, credits: int, *, once: str, why: str, days: int | None, at: datetime
) -> bool:
    """Give an account credits that nobody paid for; False when they were given before."""
    wallet = lock(session, account)
    given = _put(session, wallet, why, credits, once=once, days=days, at=at, bonus=True)
    repay(session, wallet, at=at)
    return given


def claw_back(session: Session, account: str, *, once: str, at: datetime, share: Fraction = _WHOLE) -> int:
    """Take back a pack whose payment was refunded or disputed, or that share of it in all; gives the micro-dollars.

    What is there of it is taken; what was spent or is held by a film is owed, which other lots pay at once as far as
    they can, and no new film begins before it is paid. Again for the same share takes nothing.
    """
    wallet = lock(session, account)
    taken = 0
    for lot in _of(session, account, once):
        wanted = min(_share(lot, share), lot.micros - lot.lapsed) - lot.clawed
        if wanted > 0:
            _claw(session, wallet, lot, wanted, at=at)
            taken += wanted
    repay(session, wallet, at=at)
    return taken


def give_back(session: Session, account: str, *, once: str, at: datetime) -> int:
    """Give back what was taken of a pack whose dispute was won, less what is owed; gives the micro-dollars."""
    wallet = lock(session, account)
    given = 0
    for lot in _of(session, account, once):
        if lot.clawed:
            legs = {_source(lot): -lot.clawed, Purse.LOT.of(lot.id): lot.clawed}
            post(session, Book.CREDIT, Verb.RETURN, legs, About(account=account), at=at, why=lot.pack)
            given += lot.clawed
            lot.left, lot.clawed = lot.left + lot.clawed, 0
            lot.expires = max(lot.expires, at + GRACE) if lot.expires else None
            session.add(lot)
    wallet.micros += given
    session.add(wallet)
    session.flush()
    repay(session, wallet, at=at)
    return given


def repay(session: Session, wallet: Wallet, *, at: datetime) -> None:
    """Pay what an account owes from its lots, as far as they go; its wallet is locked."""
    micros = min(wallet.owed, wallet.micros)
    if micros <= 0:
        return
    mine = {lot.id: lot for lot in lots(session, wallet.account)}
    legs = {Purse.OWED.of(wallet.account): micros}
    for name, part in shared(micros, {one.id: one.left for one in mine.values()}):
        legs[Purse.LOT.of(name)] = -part
        mine[name].left -= part
        session.add(mine[name])
    post(session, Book.CREDIT, Verb.REPAY, legs, About(account=wallet.account), at=at)
    wallet.micros, wallet.owed = wallet.micros - micros, wallet.owed - micros
    session.add(wallet)
    session.flush()


def _put(
    session: Session,
    wallet: Wallet,
    name: str,
    credits: int,
    *,
    once: str,
    days: int | None,
    at: datetime,
    bonus: bool = False,
) -> bool:
    """A fresh lot; False where this payment's is there."""
    micros, account = credits * CREDIT, wallet.account
    lot = Lot(id=fresh_id(), account=account, once=once, bonus=bonus, pack=name, micros=micros, left=micros, at=at)
    lot.expires = at + timedelta(days=days) if days else None
    legs = {_source(lot): -micros, Purse.LOT.of(lot.id): micros}
    key = f"credits:{account}:{once}:{'bonus' if bonus else 'paid'}"
    if not post(session, Book.CREDIT, Verb.GRANT, legs, About(account=account), at=at, once=key, why=name):
        return False
    wallet.micros += micros
    session.add_all([lot, wallet])
    session.flush()
    return True


def _claw(session: Session, wallet: Wallet, lot: Lot, micros: int, *, at: datetime) -> None:
    there = min(lot.left, micros)
    legs = {Purse.LOT.of(lot.id): -there, Purse.OWED.of(wallet.account): there - micros, _source(lot): micros}
    post(session, Book.CREDIT, Verb.CLAW, legs, About(account=wallet.account), at=at, why=lot.pack)
    lot.left, lot.clawed = lot.left - there, lot.clawed + micros
    wallet.micros, wallet.owed = wallet.micros - there, wallet.owed + micros - there
    session.add_all([lot, wallet])
    session.flush()


def _of(session: Session, account: str, once: str) -> list[Lot]:
    """The lots of a payment, the bonus last."""
    query = select(Lot).where(Lot.account == account, Lot.once == once).order_by(col(Lot.bonus))
    return list(session.exec(query.execution_options(populate_existing=True)))


def _share(lot: Lot, share: Fraction) -> int:
    """That share of a lot in whole credits, rounded down."""
    return (lot.micros * share / CREDIT).__floor__() * CREDIT


def _source(lot: Lot) -> str:
    return (Purse.BONUS if lot.bonus else Purse.SOLD).of(lot.account)
