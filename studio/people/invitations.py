"""Invitations: a code lets so many people in until a day. A seat is taken when an account is opened, not before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import choice

from sqlmodel import Field, Session, SQLModel, col, select, update

from studio.db import Moment
from studio.errors import BadRequest, Conflict, NotFound
from studio.people.tokens import digest
from studio.story.episode import fresh_id

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none is taken for another one
_GROUPS, _EACH = 7, 4  # 138 bits
_MOST, _DAYS = 10_000, 366


class Invitation(SQLModel, table=True):
    """A code and how many it still lets in."""

    id: str = Field(default_factory=fresh_id, primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)  # of the founder who invites
    code: str = Field(unique=True)  # its digest
    label: str = ""  # whom it is for, in the founder's words
    seats: int
    taken: int = 0
    created: datetime = Field(sa_type=Moment)
    expires: datetime = Field(sa_type=Moment)


def invite(session: Session, account: str, label: str, seats: int, days: int, *, at: datetime) -> tuple[str, str]:
    """Make an invitation; gives its id and the code, which is kept nowhere. BadRequest names a wrong number."""
    if not 1 <= seats <= _MOST:
        raise BadRequest(f"between 1 and {_MOST:,} people can be invited with one code", field="seats")
    if not 1 <= days <= _DAYS:
        raise BadRequest(f"a code can hold for 1 to {_DAYS} days", field="days")
    code = "-".join("".join(choice(_LETTERS) for _ in range(_EACH)) for _ in range(_GROUPS))
    row = Invitation(
        account=account,
        code=digest(_plain(code)),
        label=label.strip(),
        seats=seats,
        created=at,
        expires=at + timedelta(days=days),
    )
    session.add(row)
    session.flush()
    return row.id, code


def holding(session: Session, code: str, *, at: datetime) -> Invitation:
    """The invitation of a code that lets somebody in now; BadRequest otherwise. It takes no seat."""
    found = session.exec(select(Invitation).where(Invitation.code == digest(_plain(code)))).first()
    if found is None or found.taken >= found.seats or found.expires <= at:
        raise BadRequest("this code lets nobody in: it was mistyped, is used up or has expired", field="invitation")
    return found


def take_seat(session: Session, invitation: str, *, at: datetime) -> None:
    """Take one of the seats; of many who race for the last one gets it, Conflict for the others."""
    free = (col(Invitation.taken) < Invitation.seats, col(Invitation.expires) > at)
    taken = update(Invitation).where(col(Invitation.id) == invitation, *free).values(taken=Invitation.taken + 1)
    if not session.exec(taken.execution_options(synchronize_session=False)).rowcount:
        raise Conflict("the invitation's last seat was taken meanwhile, or it has expired; ask for another one")


def listed(session: Session) -> Sequence[Invitation]:
    """Every invitation, the newest first."""
    return session.exec(select(Invitation).order_by(col(Invitation.created).desc())).all()


def withdraw(session: Session, invitation: str, *, at: datetime) -> None:
    """Let nobody else in by an invitation; NotFound when there is none."""
    ended = update(Invitation).where(col(Invitation.id) == invitation, col(Invitation.expires) > at).values(expires=at)
    if not session.exec(ended).rowcount:
        raise NotFound("no invitation that still holds has this id")


def _plain(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter in _LETTERS)
