"""What ends when somebody's rights or password change: whoever was let in before is let in anew, or not at all."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex

from sqlmodel import Session, col, delete

from studio.people import access, codes, devices, hooks, letters, links, signing
from studio.people.account import Account
from studio.people.codes import OneTimeCode
from studio.people.letters import Kind
from studio.people.links import MailedLink, Purpose


def shut_out(session: Session, account: str, *, at: datetime) -> int:
    """End every session of an account, and every sign-in under way; gives how many sessions."""
    codes.drop(session, account)
    links.drop(session, account, Purpose.FACTOR)
    return signing.end_all(session, account, at=at)


def shut_everybody_out(session: Session, *, at: datetime) -> int:
    """The same for everybody."""
    session.exec(delete(OneTimeCode))
    session.exec(delete(MailedLink).where(col(MailedLink.purpose) == Purpose.FACTOR))
    return signing.end(session, at=at)


def renew(session: Session, account: Account, hashed: str, *, at: datetime) -> None:
    """Give an account another password: whatever was let in by the old one ends, and mail says so.

    That is every session, link and known browser, and every token and hook: who had the password may have made some.
    """
    account.password = hashed
    session.add(account)
    session.flush()
    shut_out(session, account.id, at=at)
    links.drop(session, account.id, Purpose.RESET)
    letters.drop(session, account.id, Kind.RESET, Kind.FOUNDER)
    devices.forget(session, account.id)
    access.revoke_all(session, account.id, at=at)
    hooks.remove_all(session, account.id)
    letters.write(session, account.id, Kind.CHANGED, f"changed:{account.id}:{token_hex(8)}", at=at)
