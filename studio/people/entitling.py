"""Entitling: an account's tier is what its subscriptions entitle it to now, and nothing else."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlmodel import Session

from studio.money.subscriptions import entitled, lapsing
from studio.money.tiers import Tiers
from studio.people.account import NEWCOMER, OWNER, Account, State
from studio.people.courtesy import given
from studio.people.letters import Kind, write

log = logging.getLogger(__name__)


def follow(session: Session, account: str, tiers: Tiers, *, at: datetime) -> bool:
    """Give an account the tier it has paid for, else none; gives whether that is another one than before.

    Who loses a plan is told by mail. Call in the write session of what changed.
    """
    session.flush()
    found = session.get_one(Account, account, with_for_update=True, populate_existing=True)
    tier = _tier(session, account, tiers, at)
    if found.tier == tier:
        return False
    log.info("tier.changed account=%s from=%s to=%s", account, found.tier, tier)
    found.tier = tier
    session.add(found)
    if tier == NEWCOMER and found.email and found.state != State.GONE:
        write(session, account, Kind.FELL, f"fell:{account}:{at.isoformat()}", at=at)
    return True


def lapsed(session: Session, tiers: Tiers, *, at: datetime) -> list[str]:
    """Accounts whose month is owed and whose tier is not what that leaves them by now."""
    late = {row.account for row in lapsing(session)}
    return [one for one in sorted(late) if session.get_one(Account, one).tier != _tier(session, one, tiers, at)]


def _tier(session: Session, account: str, tiers: Tiers, at: datetime) -> str:
    held = [one for one in (entitled(session, account, tiers, at=at), given(session, account, tiers, at=at)) if one]
    if held:
        return max(held, key=lambda tier: tier.price_micros).name
    return OWNER if account == OWNER else NEWCOMER
