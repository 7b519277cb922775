"""Learning: what takes of each engine, kind and size were really billed."""

from __future__ import annotations

from sqlmodel import Session, col, func, select

from studio.money.entry import Entry, Verb
from studio.money.estimates import Learning
from studio.money.quote import Measured


def measured(session: Session, learning: Learning) -> dict[tuple[str, str, str], Measured]:
    """What was billed by (engine, kind, size), over the last bills of each; where there are enough of them.

    A take of several jobs counts as their sum. Whose takes they were does not matter: prices are everybody's.
    """
    take = (Entry.engine, Entry.kind, Entry.size, Entry.account, Entry.run, Entry.fingerprint)
    newest = func.max(Entry.id).label("newest")
    bills = select(*take, func.sum(Entry.micros).label("micros"), newest).where(  # type: ignore[call-overload]
        Entry.verb == Verb.BILL, col(Entry.purse).startswith("cost:"), Entry.size != ""
    )
    each = bills.group_by(*take).subquery()
    place = func.row_number().over(
        partition_by=(each.c.engine, each.c.kind, each.c.size), order_by=each.c.newest.desc()
    )
    ranked = select(each.c.engine, each.c.kind, each.c.size, each.c.micros, place.label("place")).subquery()  # type: ignore[call-overload]
    found: dict[tuple[str, str, str], list[int]] = {}
    rows = session.exec(
        select(ranked.c.engine, ranked.c.kind, ranked.c.size, ranked.c.micros).where(ranked.c.place <= learning.last)
    )
    for engine, kind, size, micros in rows:
        found.setdefault((engine, kind, size), []).append(int(micros))
    return {key: _measure(bill) for key, bill in found.items() if len(bill) >= learning.enough}


def _measure(bills: list[int]) -> Measured:
    ordered = sorted(bills)

    def tenth(share: int) -> int:
        """The smallest bill that at least so many tenths of them do not exceed."""
        return ordered[-(-len(ordered) * share // 10) - 1]

    return Measured(low=tenth(1), median=tenth(5), most=tenth(9), count=len(ordered))
