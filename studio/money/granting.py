"""Granting: money comes into an account's pot, from a payment or with a month of its tier."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from studio.money.drawing import draw
from studio.money.entry import About, Book, Purse, Verb
from studio.money.posting import post


def grant(session: Session, account: str, micros: int, *, once: str, why: str, at: datetime) -> bool:
    """Put money into an account's pot; False when it was granted before. `once` names the payment or the month."""
    legs = {Purse.GRANTED.of(account): -micros, Purse.POT.of(account): micros}
    about = About(account=account)
    if not post(session, Book.CUSTOMER, Verb.GRANT, legs, about, at=at, once=f"grant:{once}", why=why):
        return False
    draw(session, account, -micros)
    return True


def take_back(session: Session, account: str, micros: int, *, once: str, why: str, at: datetime) -> bool:
    """Take from an account's pot what a payment put there that went back; what is spent of it is owed."""
    legs = {Purse.POT.of(account): -micros, Purse.GRANTED.of(account): micros}
    if not post(session, Book.CUSTOMER, Verb.CLAW, legs, About(account=account), at=at, once=f"claw:{once}", why=why):
        return False
    draw(session, account, micros, floor=None)
    return True
