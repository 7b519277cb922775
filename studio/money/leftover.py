"""Leftover credits of somebody who leaves: what of a pack is paid back, and what is given up by a movement."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from studio.money.credits import CREDIT
from studio.money.entry import About, Book, Purse, Verb
from studio.money.lots import Lot, LotDraw, lock, lots
from studio.money.orders import OrderState, Purchase, Ware
from studio.money.posting import post
from studio.story.noun import Noun


class Leftover(Noun):
    """What is paid back of a pack, in micro-dollars, for so many of its credits; `payment` is its payment's name."""

    pack: str
    payment: str
    credits: int
    micros: int


def leftovers(session: Session, account: str, days: int, *, at: datetime) -> tuple[Leftover, ...]:
    """What would be paid back to somebody who leaves at a moment: of packs paid in the days before, what was not used.

    Credits that films hold count as there, for they come back when those are called off. Of a pack's credits used
    ones are those that were paid for first, so that nobody keeps a bonus of what is paid back.
    """
    packs = select(Purchase).where(
        Purchase.account == account,
        Purchase.ware == Ware.PACK,
        Purchase.state == OrderState.PAID,
        Purchase.refunded == 0,
        Purchase.payment != "",
        col(Purchase.paid) >= at - timedelta(days=days),
    )
    found = [_of(session, order) for order in session.exec(packs.order_by(col(Purchase.paid), col(Purchase.id)))]
    return tuple(one for one in found if one.micros)


def forfeit(session: Session, account: str, *, at: datetime) -> int:
    """Give up every credit an account has, a line for each lot; gives the micro-dollars. Call in a write session."""
    wallet, gone = lock(session, account), 0
    for lot in lots(session, account):
        if lot.left:
            legs = {Purse.LOT.of(lot.id): -lot.left, Purse.LAPSED.of(account): lot.left}
            post(session, Book.CREDIT, Verb.FORFEIT, legs, About(account=account), at=at, why=lot.pack)
            gone, lot.lapsed, lot.left = gone + lot.left, lot.lapsed + lot.left, 0
            session.add(lot)
    wallet.micros -= gone
    session.add(wallet)
    session.flush()
    return gone


def _of(session: Session, order: Purchase) -> Leftover:
    mine = select(Lot).where(Lot.account == order.account, Lot.once == order.id)
    there = {lot.bonus: (lot, _there(session, lot)) for lot in session.exec(mine)}
    back = 0
    if paid := there.get(False):
        bonus = there.get(True)
        used = bonus[0].micros - bonus[0].lapsed - bonus[1] if bonus else 0
        back = max(0, paid[1] - used) // CREDIT * CREDIT
    micros = order.micros * back // paid[0].micros // CREDIT * CREDIT if paid else 0
    return Leftover(pack=order.what, payment=order.payment, credits=back // CREDIT, micros=micros)


def _there(session: Session, lot: Lot) -> int:
    held = select(LotDraw.held).where(LotDraw.lot == lot.id)
    return lot.left + sum(session.exec(held))
