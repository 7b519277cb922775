"""Acts: what a founder did for or to somebody, and why. They are only ever added: triggers refuse to change one."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, ColumnElement, String
from sqlmodel import Field, Session, SQLModel, col, func, select

from studio.db import Moment
from studio.errors import BadRequest, Conflict
from studio.story.episode import fresh_id

_SHORTEST, _LONGEST = 4, 500  # letters of a reason
_MOMENT = timedelta(minutes=1)


class Deed(StrEnum):
    """What a founder can do."""

    CREDIT = "credit"
    REFUND = "refund"
    SUSPEND = "suspend"
    LET_BACK = "let back"
    TIER = "tier"
    RESEND = "resend"
    SIGN_OUT = "sign out"
    SEEN = "seen"  # an alarm
    MARKETING = "marketing"
    BILL = "bill"  # a vendor's report was taken in


class Act(SQLModel, table=True):
    """One act; `about` is an episode, an order, a letter, an alarm or a month, `came` what came of it in words."""

    id: str = Field(default_factory=fresh_id, primary_key=True)
    account: str = Field(default="", index=True)  # whom it concerns; empty where it is nobody
    founder: str
    kind: Deed = Field(sa_type=String)
    about: str = ""
    reason: str
    micros: int = Field(default=0, sa_type=BigInteger)
    came: str = ""
    at: datetime = Field(sa_type=Moment, index=True)


def reasoned(reason: str) -> str:
    """A reason as it is kept; BadRequest for none, and for one nobody would read."""
    told = " ".join(reason.split())
    if not _SHORTEST <= len(told) <= _LONGEST:
        raise BadRequest(f"say why, in {_SHORTEST} to {_LONGEST} letters", field="reason")
    return told


def note(
    session: Session, founder: str, kind: Deed, reason: str, *, at: datetime, account: str = "", about: str = "",
    micros: int = 0, came: str = "",
) -> Act:  # fmt: skip
    """Write down what a founder does, in the transaction that does it.

    BadRequest without a reason; Conflict for just the same a moment before, with nothing else done there since: who
    clicks twice means it once.
    """
    act = Act(
        founder=founder, kind=kind, reason=reasoned(reason), account=account, about=about, micros=micros, came=came,
        at=at,
    )  # fmt: skip
    if _done(session, act):
        raise Conflict("this was done a moment ago, and once is enough")
    session.add(act)
    session.flush()
    return act


def _done(session: Session, act: Act) -> bool:
    """Whether a founder did just this a moment before, and nothing else there since."""

    def alike(*names: str) -> list[ColumnElement[bool]]:
        return [col(getattr(Act, name)) == getattr(act, name) for name in names]

    same = alike("founder", "kind", "reason", "account", "about", "micros", "came")
    before = session.exec(select(func.max(Act.at)).where(*same, Act.at > act.at - _MOMENT)).one()
    if before is None:
        return False
    return session.exec(select(Act.id).where(*alike("founder", "account", "about"), Act.at > before)).first() is None


def acts(session: Session, since: datetime, until: datetime) -> list[Act]:
    """What was done in a span, the newest first."""
    query = select(Act).where(Act.at >= since, Act.at < until)
    return list(session.exec(query.order_by(col(Act.at).desc(), col(Act.id))))


def refunded(session: Session, since: datetime, until: datetime) -> dict[tuple[str, str], int]:
    """What founders gave back for episodes in a span, in micro-dollars by account and episode."""
    query = select(Act.account, Act.about, func.sum(Act.micros)).where(Act.at >= since, Act.at < until)
    rows = session.exec(query.where(Act.kind == Deed.REFUND, Act.micros > 0).group_by(col(Act.account), col(Act.about)))
    return {(account, about): int(micros) for account, about, micros in rows}


def given_back(session: Session, account: str, episode: str) -> int:
    """What founders ever gave back for an episode, in micro-dollars."""
    total = select(func.coalesce(func.sum(Act.micros), 0)).where(Act.account == account, Act.about == episode)
    return int(session.exec(total.where(Act.kind == Deed.REFUND)).one())
