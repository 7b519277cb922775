"""Timing: how long one waits for takes that are made here and at vendors, all at the same time. A guess, and quick."""

from __future__ import annotations

from collections.abc import Iterable

from studio.production.house import House
from studio.takes.plan import PlanItem


def waiting(house: House, items: Iterable[PlanItem], hands: int) -> float:
    """Seconds until these are made: by `hands` here, and by as many at each vendor as there is room for.

    It is never less than a chain at vendors takes, which needs one of each kind after the other: the look, the board
    with it, the clip of the board.
    """
    work, chain = dict[str, float](), dict[str, float]()
    for item in items:
        vendor = house.roster.named(item.engine).vendor
        work[vendor] = work.get(vendor, 0.0) + item.seconds
        if vendor:
            chain[item.kind] = max(chain.get(item.kind, 0.0), item.seconds)
    shares = (seconds / (house.rooms.get(vendor, 1) if vendor else hands) for vendor, seconds in work.items())
    return max([sum(chain.values()), *shares])
