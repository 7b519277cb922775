"""What ends when somebody's rights or password change: whoever was signed in before signs in anew."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex

from sqlmodel import Session

from studio.people import codes, devices, letters, links, signing
from studio.people.account import Account
from studio.people.letters import Kind
from studio.people.links import Purpose


def shut_out(session: Session, account: str, *, at: datetime) -> None:
    """End every session of an account, and every sign-in under way."""
    signing.end_all(session, account, at=at)
    codes.drop(session, account)
    links.drop(session, account, Purpose.FACTOR)


def renew(session: Session, account: Account, hashed: str, *, at: datetime) -> None:
    """Give an account another password: every session, link and known browser of the old one ends, and mail says so."""
    account.password = hashed
    session.add(account)
    session.flush()
    shut_out(session, account.id, at=at)
    links.drop(session, account.id, Purpose.RESET)
    letters.drop(session, account.id, Kind.RESET, Kind.FOUNDER)
    devices.forget(session, account.id)
    letters.write(session, account.id, Kind.CHANGED, f"changed:{account.id}:{token_hex(8)}", at=at)
