"""Entrusting: who may act as a founder. The role is enough, unless the house asks founders for codes of an app too."""

from __future__ import annotations

from sqlmodel import Session

from studio.errors import NotAllowed
from studio.people import factors
from studio.people.account import OWNER, Account, Role, State
from studio.people.refusals import refused

_APP = "for founders who have codes of an app: switch them on, on your Account page"


def lacks_app(session: Session, account: str, *, app: bool) -> bool:
    """Whether somebody is a founder and may not act as one yet, because the house asks for an `app`."""
    return app and account != OWNER and _founder(session, account) and factors.asked(session, account) is None


def entrusted(session: Session, account: str, *, app: bool) -> bool:
    """Whether somebody may act as a founder."""
    return _founder(session, account) and not lacks_app(session, account, app=app)


def check(session: Session, account: str, *, app: bool) -> None:
    """Refuse whoever may not act as a founder, with NotAllowed, which is written down."""
    if not _founder(session, account):
        refused(account, "founders")
        raise NotAllowed("for founders")
    if lacks_app(session, account, app=app):
        refused(account, "founders_without_app")
        raise NotAllowed(_APP)


def _founder(session: Session, account: str) -> bool:
    found = session.get(Account, account)
    return found is not None and found.role == Role.FOUNDER and found.state == State.OPEN
