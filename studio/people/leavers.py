"""Leavers: once everything of somebody who left has ended, what of their credits is paid back is, and the rest is given
up. It believes no answer of its own: what went back is what the payment service says when it is asked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session, col, select

from studio.db import Database, now
from studio.errors import StudioError
from studio.money.leftover import forfeit, leftovers
from studio.money.lots import Wallet
from studio.money.payments import Payments
from studio.people.account import Account, State

log = logging.getLogger(__name__)


def settle_leavers(db: Database, payments: Payments, days: int, *, clock: Callable[[], datetime] = now) -> int:
    """Pay back and give up what those have who left; gives how many accounts were looked at.

    What is paid back leaves its lots when the payment service has said so; the rest is given up after that.
    """
    with db.read() as session:
        gone = _gone(session)
    for account, left in gone:
        try:
            _settle(db, payments, account, days, left, clock)
        except StudioError as error:
            log.warning("leavers.put_off account=%s %s", account, error)
    return len(gone)


def _settle(
    db: Database, payments: Payments, account: str, days: int, left: datetime, clock: Callable[[], datetime]
) -> None:
    with db.read() as session:
        due = leftovers(session, account, days, at=left)
    for one in due:
        # A key that makes two asks one is kept for a day there; this look is for later ones.
        if not payments.paid(one.payment).refunded:
            payments.refund(one.payment, one.micros)
            log.info("leavers.paid_back account=%s micros=%d", account, one.micros)
    if not due:
        with db.write() as session:
            log.info("leavers.given_up account=%s micros=%d", account, forfeit(session, account, at=clock()))


def _gone(session: Session) -> list[tuple[str, datetime]]:
    """Who left, has nothing under way any more, and has credits; with when they left."""
    query = select(Account.id, Account.left).join(Wallet, col(Wallet.account) == col(Account.id))
    found = query.where(Account.state == State.GONE, col(Account.erased).is_not(None), Wallet.micros > 0)
    return [(account, left) for account, left in session.exec(found.order_by(Account.id)) if left]
