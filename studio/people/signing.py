"""Who is signed in: sessions kept by the server, so that each can be ended. The browser holds a random sid alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, select, update

from studio.db import Moment
from studio.people.account import Account, State
from studio.people.tokens import digest, fresh
from studio.story.episode import fresh_id

IDLE = timedelta(days=7)  # without a request
ABSOLUTE = timedelta(days=30)  # whatever is done
_LOOK = timedelta(minutes=5)  # how exactly `seen` is kept: a write at every click would hold pages up
_AGENT = 200  # letters kept of what a browser calls itself


class SignIn(SQLModel, table=True):
    """Somebody signed in on one browser."""

    id: str = Field(default_factory=fresh_id, primary_key=True)  # what a page names it by
    account: str = Field(foreign_key="account.id", index=True)
    sid: str = Field(unique=True)  # SHA-256 of what the browser holds
    agent: str = ""  # what the browser calls itself
    created: datetime = Field(sa_type=Moment)
    seen: datetime = Field(sa_type=Moment)
    expires: datetime = Field(sa_type=Moment)  # at the latest
    ended: datetime | None = Field(default=None, sa_type=Moment)


def begin(session: Session, account: str, agent: str, *, at: datetime) -> str:
    """Sign somebody in; gives the sid, which is kept nowhere."""
    sid = fresh()
    row = SignIn(account=account, sid=digest(sid), agent=agent[:_AGENT], created=at, seen=at, expires=at + ABSOLUTE)
    session.add(row)
    return sid


def find(session: Session, sid: str, *, at: datetime) -> SignIn | None:
    """The session of a sid that holds now."""
    found = session.exec(select(SignIn).where(SignIn.sid == digest(sid))).first() if sid else None
    return found if found and _holds(found, at) else None


def whose(session: Session, sid: str, *, at: datetime) -> tuple[SignIn, Account] | None:
    """The session of a sid that holds now, and its account while that is open."""
    found = find(session, sid, at=at)
    account = session.get(Account, found.account) if found else None
    return (found, account) if found and account and account.state == State.OPEN else None


def stale(row: SignIn, *, at: datetime) -> bool:
    """Whether it is time to write down again that somebody was here."""
    return at - row.seen > _LOOK


def touch(session: Session, row: str, *, at: datetime) -> None:
    """Write down that somebody was here; a clock that runs late takes nothing back."""
    session.exec(update(SignIn).where(col(SignIn.id) == row, col(SignIn.seen) < at).values(seen=at))


def end(session: Session, *where: object, at: datetime) -> int:
    """End the sessions of which this holds; gives how many."""
    ended = update(SignIn).where(col(SignIn.ended).is_(None), *where).values(ended=at)  # type: ignore[arg-type]
    return session.exec(ended.execution_options(synchronize_session=False)).rowcount


def end_all(session: Session, account: str, *, at: datetime) -> int:
    """End every session of an account: what follows a change of rights or password."""
    return end(session, SignIn.account == account, at=at)


def open_ones(session: Session, account: str, *, at: datetime) -> Sequence[SignIn]:
    """The sessions of an account that hold now, the last seen first."""
    query = select(SignIn).where(SignIn.account == account, col(SignIn.ended).is_(None))
    return [row for row in session.exec(query.order_by(col(SignIn.seen).desc())) if _holds(row, at)]


def _holds(row: SignIn, at: datetime) -> bool:
    return row.ended is None and at < row.expires and at - row.seen < IDLE
