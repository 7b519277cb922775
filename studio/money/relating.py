"""Relating credits to their owner: what is free, held and expiring, and every movement as a line in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import groupby

from sqlmodel import Session, col, select

from studio.money.entry import Book, Entry, Purse, Verb
from studio.money.lapsing import expiring
from studio.money.lots import Lot, LotDraw, Wallet
from studio.story.noun import Noun

_SAID = {
    Verb.GRANT: "{why}: {credits} came in",
    Verb.HOLD: "{credits} held for {film}",
    Verb.SETTLE: "{credits} paid for {why} of {film}",
    Verb.RELEASE: "{credits} given back by {film}: {why}",
    Verb.LAPSE: "{credits} of {why} expired",
    Verb.FORFEIT: "{credits} of {why} given up with the account",
    Verb.CLAW: "{credits} of {why} taken back with their payment",
    Verb.RETURN: "{credits} of {why} given back: their payment stands",
    Verb.REPAY: "{credits} paid for what was owed",
}


class Expiring(Noun):
    """Credits that expire on a day, in micro-dollars."""

    pack: str
    micros: int
    bonus: bool
    at: datetime


class HeldBy(Noun):
    """What a film holds, in micro-dollars; `film` is its order."""

    film: str
    micros: int


class Credits(Noun):
    """What an account has, in micro-dollars; `expiring` is what expires at all, the next in front."""

    free: int = 0
    held: int = 0
    owed: int = 0
    holders: tuple[HeldBy, ...] = ()
    expiring: tuple[Expiring, ...] = ()


class Line(Noun):
    """A movement on a statement. `change` is what it did to what is free, `left` what was free after it."""

    at: datetime
    words: str
    verb: Verb
    change: int
    held: int  # what it did to what films hold
    left: int
    film: str = ""  # the order, where it is about one


def standing(session: Session, account: str, *, at: datetime) -> Credits:
    """What an account has now; credits whose day has come and that nobody swept up yet are not free."""
    wallet = session.get(Wallet, account)
    if wallet is None:
        return Credits()
    gone = select(Lot.left).where(Lot.account == account, col(Lot.left) > 0, col(Lot.expires) <= at)
    held = select(LotDraw).where(LotDraw.account == account, LotDraw.held > 0).order_by(col(LotDraw.film))
    films = groupby(session.exec(held).all(), key=lambda one: one.film)
    return Credits(
        free=wallet.micros - sum(session.exec(gone)),
        held=wallet.held,
        owed=wallet.owed,
        holders=tuple(HeldBy(film=film, micros=sum(one.held for one in found)) for film, found in films),
        expiring=tuple(
            Expiring(pack=lot.pack, micros=lot.left, bonus=lot.bonus, at=lot.expires)
            for lot in expiring(session, timedelta(days=36_500), at=at, account=account)
            if lot.expires
        ),
    )


def statement(session: Session, account: str, films: Mapping[str, str], credit: int) -> tuple[Line, ...]:
    """Every movement of an account's credits, the newest first; `films` are the titles of its orders."""
    query = select(Entry).where(Entry.account == account, Entry.book == Book.CREDIT).order_by(col(Entry.id))
    lines: list[Line] = []
    left = 0
    for _, rows in groupby(session.exec(query).all(), key=lambda row: row.movement):
        line = _line(tuple(rows), films, left, credit)
        left = line.left
        lines.append(line)
    return tuple(reversed(lines))


def _line(rows: Iterable[Entry], films: Mapping[str, str], left: int, credit: int) -> Line:
    found = list(rows)
    first = found[0]
    change, held = _of(found, Purse.LOT), _of(found, Purse.RESERVED)
    number = sum(row.micros for row in found if row.micros > 0) // credit
    words = _SAID[Verb(first.verb)].format(
        why=first.why or "the rest",
        credits=f"{number:,} credit{'' if number == 1 else 's'}",
        film=films.get(first.fingerprint, "a film"),
    )
    return Line(
        at=first.at,
        words=words,
        verb=Verb(first.verb),
        change=change,
        held=held,
        left=left + change,
        film=first.fingerprint,
    )


def _of(rows: Iterable[Entry], purse: Purse) -> int:
    return sum(row.micros for row in rows if row.purse.partition(":")[0] == purse)
