"""Counting what an account uses of its tier. Call in the write session of what is counted, so both happen or neither.

Drafts with the offline crew are not counted: whoever makes one does not ask here.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, delete, select

from studio.errors import TierLimit
from studio.money.inserting import insert
from studio.money.sums import month_after
from studio.money.tally import Tally
from studio.money.tiers import Share, Tier

_SAID = {
    Share.EPISODES: "episodes a month",
    Share.RETAKES: "retakes of a scene",
    Share.REQUESTS: "requests a minute",
    Share.WORK: "minutes of generation time a month",
}
_UNIT = {Share.WORK: 60_000}  # what is counted finer than it is said


def count(
    session: Session, account: str, tier: Tier, share: Share, *, at: datetime, amount: int = 1, scene: str = ""
) -> int:
    """Use up some of a share; gives what is used now. `scene` is the episode's and scene's, for retakes.

    One statement, so that of many who race for the last of it only as many as there is room for get some. Raises
    TierLimit, which says what is used, the limit, and when there is more.
    """
    _refuse_offline(tier)
    limit, span = tier.limit(share), _span(share, at, scene)
    if limit is not None and amount > limit:
        raise _reached(tier, share, used(session, account, share, at=at, scene=scene), limit, at, amount)
    first = insert(session, Tally).values(account=account, what=share, span=span, used=amount)
    more = col(Tally.used) + amount
    counted = first.on_conflict_do_update(
        index_elements=["account", "what", "span"],
        set_={"used": more},
        where=None if limit is None else more <= limit,
    ).returning(col(Tally.used))
    row = session.exec(counted).first()
    if row is None:
        raise _reached(tier, share, used(session, account, share, at=at, scene=scene), limit or 0, at, amount)
    return int(row[0])


def correct(session: Session, account: str, share: Share, amount: int, *, at: datetime, scene: str = "") -> None:
    """Count what turned out to be more, or less, than was counted before; `at` is the moment of that. Never refuses."""
    row = insert(session, Tally).values(account=account, what=share, span=_span(share, at, scene), used=amount)
    changed = {"used": col(Tally.used) + amount}
    session.exec(row.on_conflict_do_update(index_elements=["account", "what", "span"], set_=changed))


def used(session: Session, account: str, share: Share, *, at: datetime, scene: str = "") -> int:
    """What an account has used of a share in the span of `at`."""
    row = session.exec(
        select(Tally.used).where(Tally.account == account, Tally.what == share, Tally.span == _span(share, at, scene))
    ).first()
    return row or 0


def resets(share: Share, at: datetime) -> datetime | None:
    """When a share is full again; None for what belongs to a scene."""
    start = at.astimezone(UTC).replace(second=0, microsecond=0)
    if share is Share.REQUESTS:
        return start + timedelta(minutes=1)
    if share is Share.RETAKES:
        return None
    return month_after(start)


def check(session: Session, account: str, tier: Tier, share: Share, *, at: datetime, scene: str = "") -> None:
    """Raise TierLimit where nothing is left of a share, before what leads to counting it; nothing is counted."""
    _refuse_offline(tier)
    limit, so_far = tier.limit(share), used(session, account, share, at=at, scene=scene)
    if limit is not None and so_far >= limit:
        raise _reached(tier, share, so_far, limit, at, 1)


def forget(session: Session, before: datetime) -> None:
    """Drop the counts of minutes before a moment: nobody asks for them again. Call in a write session."""
    span = col(Tally.span) < _span(Share.REQUESTS, before, "")
    session.exec(delete(Tally).where(col(Tally.what) == Share.REQUESTS, span))


def moment(at: datetime) -> str:
    """A moment as a person reads it."""
    return f"{at:%d %B %Y, %H:%M} UTC"


def _refuse_offline(tier: Tier) -> None:
    if tier.offline:
        raise TierLimit(f"{tier.name}: what is made at vendors comes with a plan")


def _span(share: Share, at: datetime, scene: str) -> str:
    utc = at.astimezone(UTC)
    if share is Share.RETAKES:
        return scene
    return f"{utc:%Y-%m-%dT%H:%M}" if share is Share.REQUESTS else f"{utc:%Y-%m}"


def _reached(tier: Tier, share: Share, so_far: int, limit: int, at: datetime, amount: int) -> TierLimit:
    unit = _UNIT.get(share, 1)
    again = resets(share, at)
    when = f"there is more from {moment(again)}" if again else "a scene is not given more"
    asked = "" if amount == unit == 1 else f" and {-(-amount // unit)} more are asked for"
    told = f"{so_far // unit} of {limit // unit} {_SAID[share]} are used{asked}"
    return TierLimit(f"{tier.name}: {told}; {when}", cause=again)
