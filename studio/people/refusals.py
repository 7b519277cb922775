"""Refusals: whoever asks for what they may not have is written down, and told no more than who asks for nothing."""

from __future__ import annotations

import logging

from sqlmodel import Session, SQLModel

log = logging.getLogger(__name__)


def refused(account: str, what: str) -> None:
    """Write down what an account was refused for want of a right."""
    log.warning("access.refused account=%s what=%s", account, what)


def look_whose(session: Session, account: str, table: type[SQLModel], key: str) -> None:
    """Write down that what an account asked for is another's, where somebody has it. For who found nothing of theirs:
    a second look that those who ask for their own never pay.
    """
    row = session.get(table, key)
    if getattr(row, "account", account) != account:
        refused(account, f"{table.__name__.lower()}:{key}")
