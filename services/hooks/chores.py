"""A worker's chores for programs: hooks are sent, and what nobody asks for any more is forgotten."""

from __future__ import annotations

from datetime import datetime

from studio.db import Database, now
from studio.people import answers, hooks
from studio.production.chores import Chore

_EVERY, _TIDY = 5.0, 3600.0  # seconds; every look costs a worker that only waits for vendors


def hook_chores(db: Database, *, near: bool) -> tuple[Chore, ...]:
    """What a worker does for the programs of its house; `near` lets hooks lead to this machine itself."""
    return Chore("hooks", _EVERY, lambda: _send(db, near)), Chore("platform", _TIDY, lambda: tidy(db, now()))


def tidy(db: Database, at: datetime) -> None:
    """Forget answers and calls that are too old to be asked for."""
    with db.write() as session:
        answers.prune(session, at=at)
        hooks.prune(session, at=at)


def _send(db: Database, near: bool) -> None:
    from services.hooks.sending import send_due  # HTTP, which a command that makes nothing needs not load

    send_due(db, near=near)
