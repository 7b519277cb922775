"""Film orders and their minutes: held when a film begins, each settled once when it is finished, or given back.

A film is also an account of its own in the vendors' books: its pot holds what its price leaves for them, and takes
draw on that instead of the pot of whoever ordered it.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select, update

from studio.db import Moment
from studio.money.drawing import draw
from studio.money.entry import About, Book, Purse, Verb
from studio.money.films import FilmPrice
from studio.money.inserting import insert
from studio.money.lots import lock
from studio.money.posting import post
from studio.money.reserving import reserve, restore, spend
from studio.story.episode import fresh_id

STORYBOARD = 0  # the part that is no minute


class MinuteState(StrEnum):
    HELD = "held"
    SETTLED = "settled"
    RELEASED = "released"


class FilmOrder(SQLModel, table=True):
    """An episode in one frame that is made for credits, at the price it was ordered at."""

    __table_args__ = (UniqueConstraint("account", "episode", "frame"),)

    id: str = Field(default_factory=fresh_id, primary_key=True)
    account: str = Field(index=True)
    episode: str = Field(index=True)
    frame: str
    quality: str
    seconds: int
    storyboard: int = Field(sa_type=BigInteger)  # micro-dollars
    script: int = Field(sa_type=BigInteger)  # the same, a minute
    picture: int = Field(sa_type=BigInteger)
    credit: int
    vendors: int = Field(sa_type=BigInteger)  # what they may be paid for all of it
    granted: int = Field(default=0, sa_type=BigInteger)  # of that, what is in its pot or was paid out of it
    at: datetime = Field(sa_type=Moment)

    @property
    def price(self) -> FilmPrice:
        """What it was ordered at."""
        told = ("quality", "seconds", "storyboard", "script", "picture", "credit")
        return FilmPrice(**{name: getattr(self, name) for name in told})

    @property
    def payer(self) -> str:
        """The account of the film itself, which pays for its takes."""
        return f"film:{self.id}"

    @property
    def about(self) -> About:
        """What its movements are about."""
        return About(account=self.account, episode=self.episode, subject=f"film@{self.frame}", fingerprint=self.id)


class FilmMinute(SQLModel, table=True):
    """A part of an order: its storyboard, 0, or its n-th minute."""

    film: str = Field(foreign_key="filmorder.id", primary_key=True)
    number: int = Field(primary_key=True)
    account: str = Field(index=True)
    micros: int = Field(sa_type=BigInteger)  # the most it takes
    paid: int = Field(default=0, sa_type=BigInteger)
    state: MinuteState = Field(default=MinuteState.HELD, sa_type=String)
    at: datetime = Field(sa_type=Moment)


def find_order(session: Session, account: str, episode: str, frame: str) -> FilmOrder | None:
    """The order of an episode in a frame, if it is made for credits."""
    query = select(FilmOrder).where(FilmOrder.account == account, FilmOrder.episode == episode)
    return session.exec(query.where(FilmOrder.frame == frame)).first()


def order(
    session: Session, account: str, episode: str, frame: str, price: FilmPrice, vendors: int, *, at: datetime
) -> FilmOrder:
    """The order of an episode in a frame: made, or grown to a longer film or another quality while nothing is settled.

    Locks the account's wallet; what is settled stays as it was ordered.
    """
    lock(session, account)
    keys = {"account": account, "episode": episode, "frame": frame}
    told = price.model_dump(exclude={"seconds", "quality"}) | {"seconds": price.seconds, "quality": price.quality}
    fresh = insert(session, FilmOrder).values(id=fresh_id(), **keys, **told, vendors=vendors, granted=0, at=at)
    session.exec(fresh.on_conflict_do_nothing(index_elements=list(keys)))
    found = find_order(session, account, episode, frame)
    assert found
    parts = minutes(session, found.id).values()
    began = any(part.state != MinuteState.RELEASED for part in parts)
    if not began or (price.seconds > found.seconds and price.quality == found.quality):
        for name, value in (told | {"vendors": vendors}).items():
            setattr(found, name, value)
        session.add(found)
        session.flush()
    return found


def minutes(session: Session, film: str) -> dict[int, FilmMinute]:
    """The parts of an order by number."""
    query = select(FilmMinute).where(FilmMinute.film == film).order_by(col(FilmMinute.number))
    return {one.number: one for one in session.exec(query.execution_options(populate_existing=True))}


def owing(session: Session, film: FilmOrder) -> dict[int, int]:
    """What has to be held for each part of an order that is neither held nor settled, in micro-dollars."""
    known = minutes(session, film.id)
    price = film.price
    return {
        number: price.part(number)
        for number in range(price.minutes + 1)
        if number not in known or known[number].state == MinuteState.RELEASED
    }


def hold_minutes(session: Session, film: FilmOrder, *, at: datetime) -> int:
    """Hold every part of an order that is neither held nor settled, and fill its pot; gives the micro-dollars.

    Call in a write session. Raises what reserve raises; of many who call at once one holds.
    """
    lock(session, film.account)
    parts = owing(session, film)
    if not (micros := sum(parts.values())):
        return 0
    reserve(session, film.id, micros, film.about, at=at)
    known = minutes(session, film.id)
    for number, part in parts.items():
        row = known.get(number) or FilmMinute(film=film.id, number=number, account=film.account, micros=part, at=at)
        row.micros, row.paid, row.state, row.at = part, 0, MinuteState.HELD, at
        session.add(row)
    session.flush()
    _fill(session, film, at=at)
    return micros


def settle_minute(session: Session, film: FilmOrder, number: int, length: Fraction, *, at: datetime) -> bool:
    """Take what a finished part of a film of this length costs, once; what is left of it is given back.

    False when it is not held: it was settled or given back before.
    """
    lock(session, film.account)
    part = minutes(session, film.id).get(number)
    if part is None:
        return False
    paid = min(part.micros, film.price.part(number, length))
    if not _moved(session, part, MinuteState.SETTLED, paid, at=at):
        return False
    said = "storyboard" if number == STORYBOARD else f"minute {number}"
    about = film.about.model_copy(update={"size": str(number)})
    if paid:
        spend(session, film.id, paid, about, at=at, why=said)
    if part.micros > paid:
        restore(session, film.id, part.micros - paid, about, at=at, why=f"rest of {said}")
    _fill(session, film, at=at)
    return True


def release_minutes(session: Session, film: FilmOrder, why: str, *, at: datetime) -> int:
    """Give back every part of a film that is still held; gives the micro-dollars."""
    lock(session, film.account)
    held = [part for part in minutes(session, film.id).values() if part.state == MinuteState.HELD]
    micros = sum(part.micros for part in held if _moved(session, part, MinuteState.RELEASED, 0, at=at))
    if micros:
        restore(session, film.id, micros, film.about, at=at, why=why)
        _fill(session, film, at=at)
    return micros


def _moved(session: Session, part: FilmMinute, state: MinuteState, paid: int, *, at: datetime) -> bool:
    """Move a held part on in one statement, so that of two only one does."""
    one = (col(FilmMinute.film) == part.film, col(FilmMinute.number) == part.number)
    moved = update(FilmMinute).where(*one, col(FilmMinute.state) == MinuteState.HELD)
    values = moved.values(state=state, paid=paid, at=at).execution_options(synchronize_session=False)
    return bool(session.exec(values).rowcount)


def _fill(session: Session, film: FilmOrder, *, at: datetime) -> None:
    """Have a film's pot hold what vendors may be paid for the parts of it that are held or settled."""
    parts = minutes(session, film.id).values()
    live = sum(part.paid if part.state == MinuteState.SETTLED else part.micros for part in parts
               if part.state != MinuteState.RELEASED)  # fmt: skip
    wanted = film.vendors * live // film.price.micros
    if more := wanted - film.granted:
        legs = {Purse.GRANTED.of(film.payer): -more, Purse.POT.of(film.payer): more}
        post(session, Book.CUSTOMER, Verb.GRANT, legs, About(account=film.payer, episode=film.episode), at=at)
        draw(session, film.payer, -more, floor=None)
        film.granted = wanted
        session.add(film)
        session.flush()
