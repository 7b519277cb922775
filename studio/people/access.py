"""Personal tokens: what a program shows instead of a session. A token is shown once; what is kept of it is a digest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy
from sqlalchemy import JSON, Column, bindparam
from sqlmodel import Field, Session, SQLModel, col, select, update

from studio.db import Moment
from studio.errors import BadRequest, NotFound
from studio.people.account import Account, State
from studio.people.refusals import look_whose
from studio.people.tokens import digest, fresh
from studio.story.episode import fresh_id

MARK = "tfs_"  # tokens begin so: whoever finds one in a log or a repository knows what it is
MOST = 20  # that hold at once, of one account
LONGEST = 80  # letters of a name
DAYS = 3650  # at the most
_LOOK = timedelta(minutes=5)  # how exactly `seen` is kept: a write at every request would hold pages up


class Scope(StrEnum):
    """What a token may do."""

    READ = "read"  # look at everything, and download it
    WRITE = "write"  # begin and change episodes, make what costs nothing
    SPEND = "spend"  # make what costs, up to the ceiling named with each request
    HOOKS = "hooks"  # say where events are sent
    SCREEN = "screen"  # share episodes by a link


class AccessToken(SQLModel, table=True):
    """A token of an account."""

    id: str = Field(default_factory=fresh_id, primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)
    name: str  # what the person calls it
    digest: str = Field(unique=True)  # SHA-256 of what the program holds
    scopes: list = Field(sa_column=Column(JSON, nullable=False))  # type: ignore[type-arg]
    created: datetime = Field(sa_type=Moment)
    expires: datetime | None = Field(default=None, sa_type=Moment)
    seen: datetime | None = Field(default=None, sa_type=Moment)
    revoked: datetime | None = Field(default=None, sa_type=Moment)


_holder = (  # built once: every request asks it
    sqlalchemy.select(
        *map(col, (AccessToken.id, AccessToken.account, AccessToken.scopes, AccessToken.seen, Account.tier))
    )
    .join(Account, col(Account.id) == col(AccessToken.account))
    .where(col(AccessToken.digest) == bindparam("digest"), col(AccessToken.revoked).is_(None))
    .where(sqlalchemy.or_(col(AccessToken.expires).is_(None), col(AccessToken.expires) > bindparam("at", type_=Moment)))
    .where(col(Account.state) == State.OPEN)
)


def make(
    session: Session, account: str, name: str, scopes: Collection[Scope], days: int | None, *, at: datetime
) -> tuple[AccessToken, str]:
    """A new token and what the program holds of it; BadRequest for a bad name, no scope, or too many tokens."""
    called = " ".join(name.split())
    if not called or len(called) > LONGEST:
        raise BadRequest(f"a token has a name of 1 to {LONGEST} letters, so that you know it again", field="name")
    if not scopes:
        raise BadRequest("choose at least one thing the token may do", field="scopes")
    if days is not None and not 1 <= days <= DAYS:
        raise BadRequest(f"a token holds for 1 to {DAYS} days", field="days")
    if len(listed(session, account, at=at)) >= MOST:
        raise BadRequest(f"there are {MOST} tokens; revoke one that is not used any more", field="name")
    token = f"{MARK}{fresh()}"
    row = AccessToken(
        account=account,
        name=called,
        digest=digest(token),
        scopes=[one.value for one in Scope if one in scopes],
        created=at,
        expires=at + timedelta(days=days) if days else None,
    )
    session.add(row)
    return row, token


def listed(session: Session, account: str, *, at: datetime) -> Sequence[AccessToken]:
    """The tokens of an account that hold now, the newest first."""
    query = select(AccessToken).where(AccessToken.account == account, col(AccessToken.revoked).is_(None))
    found = session.exec(query.order_by(col(AccessToken.created).desc(), col(AccessToken.id))).all()
    return [row for row in found if row.expires is None or row.expires > at]


def revoke(session: Session, account: str, token: str, *, at: datetime) -> None:
    """Let nobody in with a token any more; NotFound when the account has none of this id that holds."""
    mine = update(AccessToken).where(col(AccessToken.account) == account, col(AccessToken.id) == token)
    ended = mine.where(col(AccessToken.revoked).is_(None)).values(revoked=at)
    if not session.exec(ended.execution_options(synchronize_session=False)).rowcount:
        look_whose(session, account, AccessToken, token)
        raise NotFound("no token that holds has this id")


def revoke_all(session: Session, account: str, *, at: datetime) -> None:
    """Let nobody in with any token of an account any more."""
    mine = update(AccessToken).where(col(AccessToken.account) == account, col(AccessToken.revoked).is_(None))
    session.exec(mine.values(revoked=at).execution_options(synchronize_session=False))


def holder(session: Session, token: str, *, at: datetime) -> sqlalchemy.Row[tuple[object, ...]] | None:
    """Whose a token is that holds now, with its id, scopes, tier, and when it was last seen; None for any other."""
    if not token.startswith(MARK) or len(token) > 2 * LONGEST:
        return None
    return session.execute(_holder, {"digest": digest(token), "at": at}).first()


def stale(seen: datetime | None, *, at: datetime) -> bool:
    """Whether it is time to write down again that a token was used."""
    return seen is None or at - seen > _LOOK


def touch(session: Session, token: str, *, at: datetime) -> None:
    """Write down that a token was used."""
    session.exec(update(AccessToken).where(col(AccessToken.id) == token).values(seen=at))
