"""Vendors' own usage reports beside the ledger, matched by request id. It books nothing; reading them is elsewhere.

What a report bills and the ledger does not know is unassigned; what the ledger owes and the report leaves out is
missing from it. Of a vendor that bills time and names no requests only the sums are compared, hours of machines among
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, Index
from sqlmodel import Field, Session, SQLModel, col, func, literal, select

from studio.db import Moment
from studio.money.entry import Entry, Purse, Verb
from studio.money.inserting import insert
from studio.story.noun import Noun

_BATCH = 500
_SHOWN = 200


class VendorBill(SQLModel, table=True):
    """One line of a vendor's report."""

    __table_args__ = (Index("ix_vendorbill_at", "vendor", "at"),)

    vendor: str = Field(primary_key=True)
    request: str = Field(primary_key=True)
    model: str = ""
    micros: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=Moment)
    report: str  # the name of the file it came in first


class Odd(Noun):
    """A line on which report and ledger disagree, in micro-dollars; None is on neither side's paper."""

    vendor: str
    request: str
    at: datetime
    report: int | None
    ledger: int | None
    account: str = ""
    episode: str = ""


class Matched(Noun):
    """A vendor's reports beside the ledger, in micro-dollars; only the time its reports speak of is compared."""

    vendor: str
    since: datetime
    until: datetime
    lines: int
    matched: int  # lines
    reported: int
    booked: int  # of the lines that match
    unassigned: int  # on the report, not in the ledger
    missing: int  # in the ledger, not on the report
    whole: bool = False  # its lines are of hours: only the sums are compared
    guessed: int = 0  # of what the ledger has: for answers that never came, on no report under a name of ours

    @property
    def left(self) -> int:
        """What the bill leaves for the answers that never came, once all others are taken off it."""
        return self.reported - self.booked - self.missing + self.guessed

    @property
    def off(self) -> int:
        """By how much the bill is above the ledger; below zero when the ledger owes more."""
        return self.reported - self.booked - self.missing

    @property
    def apart(self) -> int:
        """How much of it is not the same on both sides, whichever way."""
        return abs(self.reported - self.unassigned - self.booked) + self.unassigned + self.missing


def take_in(session: Session, bills: Iterator[VendorBill]) -> tuple[int, int]:
    """Keep the lines of a report, those of one request added up; gives how many it had, and how many requests are new.

    A request that came before, with another report, stays as it is.
    """
    seen, found = 0, dict[str, VendorBill]()
    for bill in bills:
        seen += 1
        if known := found.get(bill.request):
            known.micros += bill.micros
        else:
            found[bill.request] = bill
    lines = list(found.values())
    return seen, sum(_keep(session, lines[first : first + _BATCH]) for first in range(0, len(lines), _BATCH))


def compared(session: Session, hours: Mapping[str, int]) -> tuple[Matched, ...]:
    """Every vendor whose reports are here, beside the ledger; `hours` has those whose lines are sums of so many."""
    told = (func.min(VendorBill.at), func.max(VendorBill.at), func.count(), func.sum(VendorBill.micros))
    rows = session.exec(select(VendorBill.vendor, *told).group_by(col(VendorBill.vendor))).all()  # type: ignore[call-overload]
    found = (
        _summed(session, vendor, first, last + timedelta(hours=each), int(n), int(micros))
        if (each := hours.get(vendor))
        else _compare(session, vendor, first, last, int(n), int(micros))
        for vendor, first, last, n, micros in sorted(rows)
    )
    return tuple(one.model_copy(update={"guessed": _guessed(session, one)}) for one in found)


def odd(session: Session, vendor: str, *, most: int = _SHOWN) -> tuple[Odd, ...]:
    """The lines of a vendor that are on one side alone or differ, those that weigh most first."""
    found = [*_unassigned(session, vendor, most), *_differing(session, vendor, most), *_missing(session, vendor, most)]
    return tuple(sorted(found, key=lambda one: -abs((one.report or 0) - (one.ledger or 0)))[:most])


def _compare(session: Session, vendor: str, first: datetime, last: datetime, lines: int, micros: int) -> Matched:
    both = select(func.count(), func.coalesce(func.sum(-Entry.micros), 0)).join(VendorBill, _same(vendor))
    matched, booked = session.exec(both.where(VendorBill.vendor == vendor)).one()
    none = select(func.coalesce(func.sum(VendorBill.micros), 0)).outerjoin(Entry, _same(vendor))
    unassigned = session.exec(none.where(VendorBill.vendor == vendor, col(Entry.id).is_(None))).one()
    left = _left_out(vendor, first, last, func.coalesce(func.sum(-Entry.micros), 0))
    return Matched(
        vendor=vendor, since=first, until=last, lines=lines, matched=int(matched), reported=micros,
        booked=int(booked), unassigned=int(unassigned), missing=int(session.exec(left).one()),
    )  # fmt: skip


def _summed(session: Session, vendor: str, first: datetime, until: datetime, lines: int, micros: int) -> Matched:
    """All that a vendor is owed in the time of its reports, whatever for, beside all that it bills."""
    owed = select(func.coalesce(func.sum(-Entry.micros), 0)).where(
        Entry.purse == Purse.VENDOR.of(vendor), Entry.at >= first, Entry.at < until
    )
    return Matched(
        vendor=vendor, since=first, until=until, lines=lines, matched=0, reported=micros,
        booked=int(session.exec(owed).one()), unassigned=0, missing=0, whole=True,
    )  # fmt: skip


def _guessed(session: Session, of: Matched) -> int:
    """What was booked in the time of a vendor's reports for answers nobody heard; their rows say how it was found."""
    before = col(Entry.at) < of.until if of.whole else col(Entry.at) <= of.until
    mine = (Entry.purse == Purse.VENDOR.of(of.vendor), Entry.verb == Verb.BILL, Entry.at >= of.since, before)
    owed = select(func.coalesce(func.sum(-Entry.micros), 0)).where(*mine, Entry.why != "")
    return int(session.exec(owed).one())


def _same(vendor: str) -> ColumnElement[bool]:
    """A line's own movement: bills are booked once by their vendor and request."""
    return col(Entry.once) == literal(f"bill:{vendor}:").concat(col(VendorBill.request))


def _left_out(vendor: str, first: datetime, last: datetime, *what: object):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """What the ledger owes a vendor for the time of its reports that they do not name.

    What was made on a machine that we rent is owed for its hours, and on no bill of its own.
    """
    here = (col(VendorBill.vendor) == vendor) & (col(VendorBill.request) == col(Entry.request))
    query = select(*what).select_from(Entry).outerjoin(VendorBill, here)  # type: ignore[call-overload]
    when = (Entry.purse == Purse.VENDOR.of(vendor), Entry.verb == Verb.BILL, Entry.at >= first, Entry.at <= last)
    return query.where(*when, col(VendorBill.request).is_(None))


def _unassigned(session: Session, vendor: str, most: int) -> Iterator[Odd]:
    query = select(VendorBill).outerjoin(Entry, _same(vendor)).where(VendorBill.vendor == vendor)
    rows = session.exec(query.where(col(Entry.id).is_(None)).order_by(col(VendorBill.micros).desc()).limit(most))
    for row in rows:
        yield Odd(vendor=vendor, request=row.request, at=row.at, report=row.micros, ledger=None)


def _differing(session: Session, vendor: str, most: int) -> Iterator[Odd]:
    told = (VendorBill.request, VendorBill.at, VendorBill.micros, Entry.micros, Entry.account, Entry.episode)
    query = select(*told).join(Entry, _same(vendor)).where(VendorBill.vendor == vendor)  # type: ignore[call-overload]
    apart = func.abs(VendorBill.micros + Entry.micros)
    for request, at, report, ledger, account, episode in session.exec(
        query.where(apart > 0).order_by(apart.desc()).limit(most)
    ):
        told_so = {"request": request, "at": at, "account": account, "episode": episode}
        yield Odd(vendor=vendor, report=report, ledger=-ledger, **told_so)


def _missing(session: Session, vendor: str, most: int) -> Iterator[Odd]:
    first, last = session.exec(
        select(func.min(VendorBill.at), func.max(VendorBill.at)).where(VendorBill.vendor == vendor)
    ).one()
    told = (Entry.request, Entry.at, Entry.micros, Entry.account, Entry.episode)
    query = _left_out(vendor, first, last, *told).order_by(col(Entry.micros)).limit(most)
    for request, at, micros, account, episode in session.exec(query):
        yield Odd(vendor=vendor, request=request, at=at, report=None, ledger=-micros, account=account, episode=episode)


def _keep(session: Session, bills: Iterable[VendorBill]) -> int:
    row = insert(session, VendorBill).values([one.model_dump() for one in bills]).on_conflict_do_nothing()
    return len(session.exec(row.returning(col(VendorBill.request))).all())
