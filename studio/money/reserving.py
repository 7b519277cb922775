"""Reserving: credits a film holds, spends and gives back, out of the lots that expire first. Whoever asks knows why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from studio.errors import CreditsHeld, CreditsOwed, LedgerBroken, OutOfCredits
from studio.money.credits import CREDIT, repay
from studio.money.entry import About, Book, Purse, Verb
from studio.money.lapsing import lapse
from studio.money.lots import GRACE, LotDraw, Wallet, draws, lock, lots, shared
from studio.money.posting import post


def credits(micros: int) -> str:
    """An amount in credits as a person reads it: 13,000 credits."""
    number = micros // CREDIT
    return f"{number:,} credit{'' if number == 1 else 's'}"


def check_free(wallet: Wallet, micros: int) -> None:
    """Raise what reserve would, of a wallet whose lots are all good."""
    if wallet.owed:
        raise CreditsOwed(f"{credits(wallet.owed)} of a payment that was taken back were spent before")
    if wallet.micros >= micros:
        return
    told = f"{credits(micros)} are needed and {credits(wallet.micros)} are free"
    if wallet.micros + wallet.held >= micros:
        raise CreditsHeld(f"{told}; {credits(wallet.held)} are held")
    raise OutOfCredits(f"{told}, with {credits(wallet.held)} held by work under way" if wallet.held else told)


def reserve(session: Session, film: str, micros: int, about: About, *, at: datetime) -> None:
    """Hold credits for a film; call in a write session.

    Raises OutOfCredits where there are too few, CreditsHeld where other films hold them, CreditsOwed where some are
    owed; nothing is held then.
    """
    wallet = lock(session, about.account)
    lapse(session, wallet, at=at)
    check_free(wallet, micros)
    mine = {lot.id: lot for lot in lots(session, wallet.account)}
    known = {draw.lot: draw for draw, _ in draws(session, wallet.account, film)}
    legs = {Purse.RESERVED.of(wallet.account): micros}
    for name, part in shared(micros, {one.id: one.left for one in mine.values()}):
        legs[Purse.LOT.of(name)] = -part
        mine[name].left -= part
        draw = known.get(name) or session.get(LotDraw, (film, name))
        draw = draw or LotDraw(film=film, lot=name, account=wallet.account)
        draw.held += part
        session.add_all([mine[name], draw])
    post(session, Book.CREDIT, Verb.HOLD, legs, about, at=at)
    _moved(session, wallet, -micros, micros)


def spend(session: Session, film: str, micros: int, about: About, *, at: datetime, why: str = "") -> None:
    """Let a film spend of what it holds, of the lots that expire first; LedgerBroken when it does not hold so much."""
    wallet = lock(session, about.account)
    _draw(session, wallet, film, micros, newest=False)
    legs = {Purse.RESERVED.of(wallet.account): -micros, Purse.FILMS.of(wallet.account): micros}
    post(session, Book.CREDIT, Verb.SETTLE, legs, about, at=at, why=why)
    _moved(session, wallet, 0, -micros)


def restore(session: Session, film: str, micros: int, about: About, *, at: datetime, why: str = "") -> None:
    """Give back what a film holds, to the lots that expire last.

    One whose day has come lives on for a while, once; what comes back to it after that pays what is owed, or lapses.
    """
    wallet = lock(session, about.account)
    legs = {Purse.RESERVED.of(wallet.account): -micros}
    mine = {lot.id: lot for lot in lots(session, wallet.account)}
    for name, part in _draw(session, wallet, film, micros, newest=True).items():
        lot = mine[name]
        legs[Purse.LOT.of(name)] = part
        lot.left += part
        if lot.expires and lot.expires <= at and not lot.extended:
            lot.expires, lot.extended, lot.told = at + GRACE, True, None
        session.add(lot)
    post(session, Book.CREDIT, Verb.RELEASE, legs, about, at=at, why=why)
    _moved(session, wallet, micros, -micros)
    repay(session, wallet, at=at)
    lapse(session, wallet, at=at)  # of a lot that lived on once already


def _draw(session: Session, wallet: Wallet, film: str, micros: int, *, newest: bool) -> Mapping[str, int]:
    """Take from what a film holds; gives how much of which lot."""
    held = draws(session, wallet.account, film)
    mine = {draw.lot: draw for draw, _ in (reversed(held) if newest else held)}
    taken = dict(shared(micros, {name: draw.held for name, draw in mine.items()}))
    if sum(taken.values()) != micros:
        raise LedgerBroken(f"film {film} does not hold {credits(micros)}")
    for name, part in taken.items():
        mine[name].held -= part
        session.add(mine[name])
    session.flush()
    return taken


def _moved(session: Session, wallet: Wallet, free: int, held: int) -> None:
    wallet.micros, wallet.held = wallet.micros + free, wallet.held + held
    session.add(wallet)
    session.flush()
