"""Metering: what is held for is counted of the account's tier with it, and handed back with it. It sets no limits.

Call each in the write session of the hold, which has drawn from the account's pot before: that makes whoever counts for
the same account wait, so that what is looked up here stays so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from studio.money.counting import correct, count
from studio.money.hold import Hold, HoldPart, PartState
from studio.money.quote import QuoteRow
from studio.money.tiers import Share, Tier


def scene_of(episode: str, scene: str) -> str:
    """What the retakes of a scene are counted for."""
    return f"{episode}/{scene}"


def count_episode(session: Session, hold: Hold, tier: Tier, *, at: datetime) -> None:
    """Count the episode of a hold, once for all its holds; TierLimit when the month's are used up."""
    if (since := _since(session, hold)) is None:
        count(session, hold.account, tier, Share.EPISODES, at=at)
    hold.counted = since or at
    session.add(hold)


def count_retakes(session: Session, hold: Hold, tier: Tier, rows: Iterable[QuoteRow], *, at: datetime) -> None:
    """Count a retake of each scene that one of these rows of a hold is of, once for a run; or TierLimit."""
    scenes = {row.subject: scene_of(hold.episode, row.within) for row in rows if row.within}
    known = select(HoldPart.retake).join(Hold).where(Hold.run == hold.run, HoldPart.state != PartState.RELEASED)
    before = set(session.exec(known))
    for scene in sorted(set(scenes.values()) - before):
        count(session, hold.account, tier, Share.RETAKES, at=at, scene=scene)
    for part in _parts(session, hold, scenes):
        part.retake = scenes[part.subject]
        session.add(part)


def count_work(session: Session, hold: Hold, tier: Tier, work: Mapping[str, int], *, at: datetime) -> None:
    """Count how long engines will likely work on the parts of a hold, in milliseconds by subject; or TierLimit."""
    parts = _parts(session, hold, work)
    for part in parts:
        part.work = work[part.subject]
        session.add(part)
    count(session, hold.account, tier, Share.WORK, at=at, amount=sum(part.work or 0 for part in parts))


def measure(session: Session, part: HoldPart, work: int) -> None:
    """Count what engines really worked on a part, in milliseconds, instead of what was expected; never refuses."""
    if part.work is not None and work != part.work:
        hold = session.get_one(Hold, part.hold)
        correct(session, hold.account, Share.WORK, work - part.work, at=hold.at)
        part.work = work
        session.add(part)


def hand_back(session: Session, part: HoldPart) -> None:
    """Give back what was counted for a part that was just released: its work, and a retake and an episode of which
    nothing is left that was made or may be."""
    measure(session, part, 0)
    hold = session.get_one(Hold, part.hold)
    if part.retake and not _lasts(session, Hold.run == hold.run, HoldPart.retake == part.retake):
        correct(session, hold.account, Share.RETAKES, -1, at=hold.at, scene=part.retake)
    if hold.counted and not _lasts(session, Hold.id == hold.id):
        counted, hold.counted = hold.counted, None
        session.add(hold)
        session.flush()
        if _since(session, hold) is None:
            correct(session, hold.account, Share.EPISODES, -1, at=counted)


def _since(session: Session, hold: Hold) -> datetime | None:
    """When the episode of a hold was counted; None where it is not."""
    mine = select(Hold.counted).where(Hold.account == hold.account, Hold.episode == hold.episode)
    return session.exec(mine.where(col(Hold.counted).is_not(None)).limit(1)).first()


def _lasts(session: Session, *where: bool) -> bool:
    """Whether a part of which this holds was not released."""
    left = select(HoldPart.subject).join(Hold).where(*where, HoldPart.state != PartState.RELEASED)
    return session.exec(left.limit(1)).first() is not None


def _parts(session: Session, hold: Hold, subjects: Collection[str]) -> list[HoldPart]:
    found = session.exec(select(HoldPart).where(HoldPart.hold == hold.id))
    return [part for part in found if part.subject in subjects]
