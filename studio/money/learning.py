"""Learning: what takes of each engine, kind and size were really billed."""

from __future__ import annotations

from sqlmodel import Session, col, func, select, tuple_

from studio.money.entry import Entry, Verb
from studio.money.estimates import Learning
from studio.money.quote import Key, Measured


def measured(session: Session, learning: Learning) -> dict[Key, Measured]:
    """What was billed by engine, kind, size and price card, over the last takes of each; where there are enough.

    A take of several jobs counts as their sum, without what is only guessed of answers that never came. One that was
    called off or failed teaches nothing: it is no measure of a whole one. Whose takes they were does not matter:
    prices are everybody's.
    """
    made = (Entry.account, Entry.run, Entry.fingerprint)
    take = (Entry.engine, Entry.kind, Entry.size, Entry.card, *made)
    newest = func.max(Entry.id).label("newest")
    since = select(func.coalesce(func.max(Entry.id), 0) - learning.recent).scalar_subquery()  # years of bills are slow
    settled = Entry.verb == Verb.SETTLE, col(Entry.purse).startswith("held:")  # one row of each
    paid = select(*made).where(col(Entry.id) > since, *settled)
    bills = select(*take, func.sum(Entry.micros).label("micros"), newest).where(  # type: ignore[call-overload]
        col(Entry.id) > since,
        Entry.verb == Verb.BILL,
        col(Entry.purse).startswith("cost:"),
        Entry.size != "",
        Entry.why == "",
        tuple_(*made).in_(paid),  # a join to them takes SQLite a hundred times as long
    )
    each = bills.group_by(*take).subquery()
    alike = (each.c.engine, each.c.kind, each.c.size, each.c.card)
    place = func.row_number().over(partition_by=alike, order_by=each.c.newest.desc())
    ranked = select(*alike, each.c.micros, place.label("place")).subquery()  # type: ignore[call-overload]
    found: dict[Key, list[int]] = {}
    rows = session.exec(select(*ranked.c).where(ranked.c.place <= learning.last))
    for engine, kind, size, card, micros, _ in rows:
        found.setdefault((engine, kind, size, card), []).append(int(micros))
    return {key: _measure(bill) for key, bill in found.items() if len(bill) >= learning.enough}


def _measure(bills: list[int]) -> Measured:
    ordered = sorted(bills)

    def tenth(share: int) -> int:
        """The smallest bill that at least so many tenths of them do not exceed."""
        return ordered[-(-len(ordered) * share // 10) - 1]

    return Measured(low=tenth(1), median=tenth(5), most=tenth(9), count=len(ordered))
