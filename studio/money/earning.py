"""Earning: what was paid is earned with the days and the credits it was paid for, and only what nobody took back.

A plan's month is earned evenly over its days, and what lies ahead is owed. A pack is earned as its credits are spent or
expire, at what was really kept for a credit. What a payment cost is no part of it: that is gone on the day it was paid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import ColumnElement, and_, not_, or_
from sqlmodel import Session, col, func, select

from studio.money.amount import nearest
from studio.money.entry import Entry, Purse, Verb
from studio.money.orders import PAID_ONCE, Purchase, Ware, went_back
from studio.money.reckoning import IS_CREDIT, Span

GIVEN_BACK = "Given back"  # credits of a film that come back to it keep what was paid for them

Key = tuple[str, str]  # account and episode

_PLANS = (col(Purchase.state).in_(PAID_ONCE), col(Purchase.ware).in_((Ware.MONTH, Ware.CHANGE)))
_TICK = timedelta(microseconds=1)


def plans(session: Session, since: datetime, until: datetime) -> Counter[str]:
    """What accounts' plans earned between two moments: of each month the share that lies there."""
    inside = and_(col(Purchase.begins) >= since, col(Purchase.ends) <= until)
    whole = select(Purchase.account, func.sum(Purchase.micros - went_back())).where(*_PLANS, inside)
    found = Counter({account: int(micros) for account, micros in session.exec(whole.group_by(col(Purchase.account)))})
    over = (col(Purchase.begins) < until, col(Purchase.ends) > since, not_(inside))
    for account, micros, begins, ends in _months(session, *over):
        found[account] += _until(until, micros, begins, ends) - _until(since, micros, begins, ends)
    return found


def ahead(session: Session, at: datetime) -> int:
    """What was paid for months that have not passed at a moment, in micro-dollars."""
    found = _months(session, col(Purchase.paid) < at, col(Purchase.ends) > at)
    return sum(micros - _until(at, micros, begins, ends) for _, micros, begins, ends in found)


def packs(session: Session, span: Span, given: Mapping[Key, int]) -> Counter[Key]:
    """What credits earned in a span by account and episode: those films spent, less those given back, and expired ones.

    Credits that expire, or are given up by who leaves, are of no episode. Bonus credits bring nothing.
    """
    keys = (col(Entry.account), col(Entry.episode))
    where = (IS_CREDIT, col(Entry.verb).in_((Verb.SETTLE, Verb.LAPSE, Verb.FORFEIT)), _of(Purse.FILMS, Purse.LAPSED))
    query = select(*keys, func.sum(Entry.micros)).where(*where, Entry.at >= span.since, Entry.at < span.until)
    used = Counter({(one, episode): int(micros) for one, episode, micros in session.exec(query.group_by(*keys))})
    used.subtract(given)
    worth = _worth(session) if used else {}
    return Counter({key: nearest(micros * worth.get(key[0], Fraction(0))) for key, micros in used.items()})


def _months(session: Session, *where: ColumnElement[bool]) -> Iterator[tuple[str, int, datetime, datetime]]:
    """Months with what of their price was kept."""
    told = (Purchase.account, Purchase.micros - went_back(), col(Purchase.begins), col(Purchase.ends))
    for account, micros, begins, ends in session.exec(select(*told).where(*_PLANS, *where)):
        if begins and ends:  # a month has both
            yield account, micros, begins, ends


def _worth(session: Session) -> dict[str, Fraction]:
    """What was kept for all the credits an account had and has, by what it had of them."""
    bought = select(Purchase.account, func.sum(Purchase.micros - went_back()))
    paid = (col(Purchase.state).in_(PAID_ONCE), Purchase.ware == Ware.PACK)
    kept = dict(session.exec(bought.where(*paid).group_by(col(Purchase.account))).all())
    came = (IS_CREDIT, col(Entry.verb).in_((Verb.GRANT, Verb.CLAW, Verb.RETURN)), _of(Purse.SOLD, Purse.BONUS))
    had = select(Entry.account, func.sum(-Entry.micros)).where(*came, Entry.why != GIVEN_BACK)
    rows = session.exec(had.group_by(col(Entry.account)))
    return {account: Fraction(int(kept.get(account, 0)), int(micros)) for account, micros in rows if micros > 0}


def _of(*purses: Purse) -> ColumnElement[bool]:
    return or_(*(col(Entry.purse).startswith(f"{one}:") for one in purses))


def _until(at: datetime, micros: int, begins: datetime, ends: datetime) -> int:
    """What of a month's price is earned by a moment; whole micro-dollars, so that times that follow on add up."""
    length = max(1, (ends - begins) // _TICK)
    return micros * min(max((at - begins) // _TICK, 0), length) // length
