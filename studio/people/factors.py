"""Second factors: who has an app that shows codes, and the codes on paper for the day on which it is lost.

An app's secret has to be kept as it is, for its codes are made of it; of the codes on paper only digests are.
"""

from __future__ import annotations

from datetime import datetime
from secrets import choice

from sqlalchemy import JSON, BigInteger, Column, LargeBinary
from sqlmodel import Field, Session, SQLModel, col, delete

from studio.db import Moment
from studio.errors import BadCredentials, BadRequest
from studio.people import totp
from studio.people.tokens import digest

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none is taken for another one
_CODES, _GROUPS, _EACH = 8, 5, 5  # 123 bits each


class SecondFactor(SQLModel, table=True):
    """An account's app; without `since` it was shown and not confirmed. `used` is the last step that was."""

    account: str = Field(foreign_key="account.id", primary_key=True)
    secret: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    used: int = Field(default=0, sa_type=BigInteger)
    paper: list = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # type: ignore[type-arg]
    since: datetime | None = Field(default=None, sa_type=Moment)


def asked(session: Session, account: str) -> SecondFactor | None:
    """The app whose codes are asked for when somebody signs in; None where none are."""
    found = session.get(SecondFactor, account, populate_existing=True)
    return found if found and found.since else None


def begin(session: Session, account: str) -> bytes:
    """A new secret to be shown once; it counts when a code of it was typed. BadRequest where one counts already."""
    if asked(session, account):
        raise BadRequest("codes of an app are asked for already; switch that off first", field="app")
    secret = totp.fresh_secret()
    session.merge(SecondFactor(account=account, secret=secret))
    session.flush()
    return secret


def confirm(session: Session, account: str, typed: str, *, at: datetime) -> tuple[str, ...]:
    """Ask for codes from now on, once one of the new secret was typed; gives those for paper, kept as digests alone."""
    found = session.get(SecondFactor, account, with_for_update=True, populate_existing=True)
    if found is None or found.since:
        raise BadRequest("begin again: there is nothing to confirm", field="app")
    _use(found, typed, at)
    codes = tuple(_paper() for _ in range(_CODES))
    found.since, found.paper = at, [_kept(account, one) for one in codes]
    session.add(found)
    return codes


def check(session: Session, account: str, typed: str, *, at: datetime) -> None:
    """Use a code of the app, or one on paper, once; BadCredentials when it is none that is good now."""
    found = session.get(SecondFactor, account, with_for_update=True, populate_existing=True)
    if found is None or not found.since:
        return
    paper = _kept(account, typed)
    if paper in found.paper:
        found.paper = [one for one in found.paper if one != paper]
    else:
        _use(found, typed, at)
    session.add(found)


def drop(session: Session, account: str) -> bool:
    """Ask for no codes any more; gives whether there was an app."""
    return bool(session.exec(delete(SecondFactor).where(col(SecondFactor.account) == account)).rowcount)


def _use(found: SecondFactor, typed: str, at: datetime) -> None:
    step = totp.matching(found.secret, typed, after=found.used, at=at)
    if step is None:
        raise BadCredentials("this code is mistyped, too old or used up; wait for the next one")
    found.used = step


def _paper() -> str:
    return "-".join("".join(choice(_LETTERS) for _ in range(_EACH)) for _ in range(_GROUPS))


def _kept(account: str, typed: str) -> str:
    """The digest of a code on paper, which is no other account's."""
    return digest(f"{account}:{''.join(letter for letter in typed.upper() if letter in _LETTERS)}")
