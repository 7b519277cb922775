"""Parts of a hold on their way: claimed with their take, doubted, settled or released. Each ends once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, select, update

from studio.errors import BudgetReached, HoldClosed
from studio.money.amount import dollars
from studio.money.drawing import draw
from studio.money.entry import About, Book, Purse, Verb
from studio.money.hold import LIVE, Hold, HoldPart, PartState
from studio.money.metering import hand_back, measure
from studio.money.posting import post
from studio.money.quote import QuoteRow
from studio.story.noun import Noun

log = logging.getLogger(__name__)
_newest = (  # put together once: each take asks for its part three times
    select(HoldPart)
    .join(Hold)
    .where(col(Hold.run) == bindparam("run"), col(HoldPart.subject) == bindparam("subject"))
    .order_by(col(Hold.at).desc())
)


class Settled(Noun):
    """How a part ended, in micro-dollars: what the customer pays, gets back, and what it cost above the part."""

    paid: int
    back: int
    overrun: int


def part_of(session: Session, run: str, subject: str) -> HoldPart | None:
    """The newest part held for a subject of a run; None where it was free."""
    return session.exec(_newest, params={"run": run, "subject": subject}).first()


def claim(session: Session, part: HoldPart, fingerprint: str, *, at: datetime) -> None:
    """Bind a part to the take that is now made of it; again for the same take is well.

    Raises HoldClosed when it was settled, released or claimed for another take.
    """
    mine = col(HoldPart.fingerprint).in_(["", fingerprint])
    _move(session, part, LIVE, {"state": PartState.CLAIMED, "fingerprint": fingerprint, "at": at}, mine)


def free(session: Session, part: HoldPart, *, at: datetime) -> None:
    """Undo a claim of which nothing was accepted; what is set aside stays so. HoldClosed if it was not claimed."""
    _move(session, part, (PartState.CLAIMED,), {"state": PartState.OPEN, "fingerprint": "", "at": at})


def doubt(session: Session, part: HoldPart, *, at: datetime) -> None:
    """Keep a part because it is unclear whether the vendor accepted; lapse() ends it in the customer's favour."""
    _move(session, part, LIVE, {"state": PartState.UNCLEAR, "at": at})


def switch(session: Session, part: HoldPart, row: QuoteRow, *, at: datetime) -> None:
    """Let another engine make a part's take, as this row quotes it; what was set aside stays as it is.

    Raises BudgetReached when its ceiling does not fit the part, HoldClosed when the part has ended.
    """
    if row.quote.ceiling > part.micros:
        told = f"{row.engine} may take {dollars(row.quote.ceiling)} for {part.subject}"
        raise BudgetReached(f"{told} and {dollars(part.micros)} are held for it")
    changed = {"engine": row.engine, "size": row.size, "likely": row.quote.likely, "fingerprint": ""}
    _move(session, part, LIVE, {**changed, "state": PartState.OPEN, "at": at})


def settle(session: Session, part: HoldPart, micros: int, *, at: datetime, work: int | None = None) -> Settled:
    """Let the customer pay what a take cost, never more than its part; the rest goes back into the pot.

    `work` is how long engines worked on it, in milliseconds; None leaves that at what was expected. What it cost above
    the part is an entry of its own, and an alarm. Raises HoldClosed when the part has ended.
    """
    paid = min(micros, part.micros)
    _move(session, part, LIVE, {"state": PartState.SETTLED, "paid": paid, "at": at})
    back, over, about = part.micros - paid, micros - paid, _about(session, part)
    pot, held, spent = (purse.of(about.account) for purse in (Purse.POT, Purse.HELD, Purse.SPENT))
    post(session, Book.CUSTOMER, Verb.SETTLE, {held: -part.micros, spent: paid, pot: back}, about, at=at)
    draw(session, about.account, -back)
    if work is not None:
        measure(session, part, work)
    if over > 0:
        legs = {Purse.COST.of(about.account): -over, Purse.OVERRUN.of(about.account): over}
        post(session, Book.COST, Verb.OVERRUN, legs, about, at=at)
        log.warning("part.overrun account=%s subject=%s micros=%d", about.account, part.subject, over)
    return Settled(paid=paid, back=back, overrun=over)


def release(session: Session, part: HoldPart, why: str, *, at: datetime) -> None:
    """Give a part back whole, with what was counted of the tier for it: there is no output, so it costs nothing.

    Raises HoldClosed if it ended.
    """
    _move(session, part, LIVE, {"state": PartState.RELEASED, "at": at})
    about = _about(session, part)
    legs = {Purse.HELD.of(about.account): -part.micros, Purse.POT.of(about.account): part.micros}
    post(session, Book.CUSTOMER, Verb.RELEASE, legs, about, at=at, why=why)
    draw(session, about.account, -part.micros)
    hand_back(session, part)


def release_rest(session: Session, run: str, why: str, *, at: datetime) -> int:
    """Give back every part of a run that nobody began; gives how many. Claimed and unclear ones stay held."""
    rest = _parts(session, Hold.run == run, HoldPart.state == PartState.OPEN)
    for part in rest:
        release(session, part, why, at=at)
    return len(rest)


def lapse(session: Session, before: datetime, *, at: datetime) -> Sequence[HoldPart]:
    """Give back the parts that have been unclear since `before`; gives them."""
    late = _parts(session, HoldPart.state == PartState.UNCLEAR, col(HoldPart.at) < before)
    for part in late:
        release(session, part, "unclear for too long", at=at)
    return late


def _parts(session: Session, *where: object) -> Sequence[HoldPart]:
    """The parts of which this holds, locked, so that it still holds when they are moved on."""
    found = select(HoldPart).join(Hold).where(*where).order_by(col(HoldPart.hold), col(HoldPart.subject))  # type: ignore[arg-type]
    return session.exec(found.with_for_update(of=HoldPart), execution_options={"populate_existing": True}).all()


def _move(
    session: Session, part: HoldPart, states: Sequence[PartState], values: dict[str, object], *more: object
) -> None:
    """Move a part on in one statement, so that of two only one does."""
    one = (col(HoldPart.hold) == part.hold, col(HoldPart.subject) == part.subject)
    moved = update(HoldPart).where(*one, col(HoldPart.state).in_(states), *more).values(**values)  # type: ignore[arg-type]
    if not session.exec(moved.execution_options(synchronize_session=False)).rowcount:
        session.refresh(part)
        raise HoldClosed(f"the part of {part.subject} is {part.state}")
    session.refresh(part)


def _about(session: Session, part: HoldPart) -> About:
    hold = session.get_one(Hold, part.hold)
    told = {name: getattr(part, name) for name in ("scene", "subject", "kind", "fingerprint", "engine", "size")}
    return About(account=hold.account, episode=hold.episode, run=hold.run, **told)
