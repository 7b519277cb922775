"""One-time codes: they carry a sign-in from the page that checked it to the answer that sets the cookie.

Each is good for half a minute, once, and only in the browser that holds the nonce it was made for.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, delete, select, update

from studio.db import Moment
from studio.errors import LinkSpent
from studio.people.tokens import digest, fresh

GOOD_FOR = timedelta(seconds=30)


class OneTimeCode(SQLModel, table=True):
    """A code on its way."""

    code: str = Field(primary_key=True)  # digests, both
    nonce: str
    account: str = Field(foreign_key="account.id", index=True)
    expires: datetime = Field(sa_type=Moment)
    used: bool = False


def issue(session: Session, account: str, nonce: str, *, at: datetime) -> str:
    """A code for whoever holds the nonce; what has expired goes. LinkSpent without a nonce."""
    if not nonce:
        raise LinkSpent("the browser kept no cookie; allow cookies for this page and load it again")
    session.exec(delete(OneTimeCode).where(col(OneTimeCode.expires) < at - GOOD_FOR))
    code = fresh()
    session.add(OneTimeCode(code=digest(code), nonce=digest(nonce), account=account, expires=at + GOOD_FOR))
    session.flush()
    return code


def redeem(session: Session, code: str, nonce: str, *, at: datetime) -> str:
    """The account of a code, once; LinkSpent when it was used, is too old, or was made for another browser."""
    mine = (col(OneTimeCode.code) == digest(code), col(OneTimeCode.nonce) == digest(nonce))
    used = update(OneTimeCode).where(*mine, col(OneTimeCode.used).is_(False), col(OneTimeCode.expires) > at)
    if not nonce or not session.exec(used.values(used=True)).rowcount:
        raise LinkSpent("signing in took too long, or was finished before; sign in again")
    return session.exec(select(OneTimeCode.account).where(*mine)).one()


def drop(session: Session, account: str) -> None:
    """Make the codes of an account worthless."""
    session.exec(delete(OneTimeCode).where(col(OneTimeCode.account) == account))
