"""Cost of goods: what vendors billed in a span, by day, vendor, engine and kind of take, and hours nobody carried."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, func, select

from studio.money.entry import Entry, Purse
from studio.money.reckoning import IS_BILL, Span, day

IDLE = "rented machines, idle"  # hours that no take carried


class Good(NamedTuple):
    """What one vendor billed on a day for an engine's takes of a kind, in micro-dollars."""

    day: str
    vendor: str
    engine: str
    kind: str
    bills: int
    micros: int


class Part(NamedTuple):
    """What was billed under one name."""

    name: str
    bills: int
    micros: int


def goods(session: Session, span: Span) -> tuple[Good, ...]:
    """All that was billed in a span, with what rented machines cost and no take carried, a day's in a row."""
    keys = (day(Entry.at), Entry.vendor, Entry.engine, Entry.kind)
    query = select(*keys, func.count(), func.sum(Entry.micros)).where(IS_BILL, *_in(span)).group_by(*keys)  # type: ignore[call-overload]
    billed = [Good(*row)._replace(micros=int(row[5])) for row in session.exec(query)]
    machines = Entry.purse == Purse.RENTED.of("machines")
    idle = select(day(Entry.at), func.count(), func.sum(Entry.micros)).where(machines, *_in(span))
    hours = [
        Good(when, "", IDLE, "", number, int(micros))
        for when, number, micros in session.exec(idle.group_by(day(Entry.at)))
    ]
    return tuple(sorted([*billed, *(one for one in hours if one.micros)]))


def by(found: Iterable[Good], what: str) -> tuple[Part, ...]:
    """The same added up by vendor, engine, kind or day: the dearest first, days in their order."""
    sums: dict[str, Part] = {}
    for one in found:
        name = getattr(one, what)
        had = sums.get(name, Part(name, 0, 0))
        sums[name] = Part(name, had.bills + one.bills, had.micros + one.micros)
    return tuple(sorted(sums.values(), key=lambda part: part.name if what == "day" else (-part.micros, part.name)))


def idle(session: Session, span: Span) -> int:
    """What rented machines cost in a span and no take carried, in micro-dollars; below zero when takes carried more."""
    machines = Entry.purse == Purse.RENTED.of("machines")
    return int(session.exec(select(func.coalesce(func.sum(Entry.micros), 0)).where(machines, *_in(span))).one())


def retaken(session: Session, span: Span) -> Part:
    """What retakes were billed in a span: takes of a subject that was billed for before, whenever that was."""
    keys = (col(Entry.account), col(Entry.episode), col(Entry.subject))
    mark = col(Entry.fingerprint)
    # Few subjects have several takes. They are found in the order of the index; only those are then looked at closely.
    several = (
        select(*keys).where(IS_BILL, Entry.subject != "").group_by(*keys).having(func.min(mark) != func.max(mark))
    ).subquery()
    same = and_(*(key == column for key, column in zip(keys, several.c, strict=True)))
    number = func.row_number().over(partition_by=keys, order_by=func.min(Entry.at)).label("number")
    told = (number, func.sum(Entry.micros).label("micros"), func.max(Entry.at).label("last"))
    took = select(*told).join(several, same).where(IS_BILL).group_by(*keys, mark).subquery()
    again = (took.c.number > 1, took.c.last >= span.since, took.c.last < span.until)
    takes, micros = session.exec(select(func.count(), func.coalesce(func.sum(took.c.micros), 0)).where(*again)).one()
    return Part("retakes", int(takes), int(micros))


def _in(span: Span) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(Entry.at) >= span.since, col(Entry.at) < span.until
