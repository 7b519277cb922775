"""Suspending: somebody is let in no more, and pays nothing any more; or is let back in."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from studio.errors import Conflict, NotFound
from studio.people.account import Account, State
from studio.people.acts import Deed, note
from studio.people.paying import leave as charge_no_more
from studio.people.renewing import shut_out


def suspend(
    session: Session, founder: str, found: Account | None, reason: str, *, at: datetime, back: bool = False
) -> None:
    """Let somebody in no more, or `back` in; their sessions end, and their plan, and the act is written down.

    NotFound where there is nobody who could be, or it is oneself; Conflict where it is so already.
    """
    if found is None or found.id == founder or found.state not in (State.OPEN, State.SUSPENDED):
        raise NotFound("no account of somebody else has this address")
    wanted = State.OPEN if back else State.SUSPENDED
    if found.state == wanted:
        raise Conflict("this account is let in" if back else "this account is suspended already")
    found.state = wanted
    session.add(found)
    shut_out(session, found.id, at=at)
    session.flush()
    charge_no_more(session, found.id, at)
    note(session, founder, Deed.LET_BACK if back else Deed.SUSPEND, reason, at=at, account=found.id)
