"""Marketing: what was spent on being found, entered by month, and what a customer costs and is worth."""

from __future__ import annotations

import re
from datetime import datetime
from fractions import Fraction

from sqlalchemy import BigInteger
from sqlmodel import Field, Session, SQLModel, select

from studio.db import Moment
from studio.errors import BadRequest
from studio.money.amount import DOLLAR, nearest
from studio.story.noun import Noun

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_MOST = 10_000_000 * DOLLAR


class Marketing(SQLModel, table=True):
    """What was spent in a month, 2026-11."""

    month: str = Field(primary_key=True)
    micros: int = Field(sa_type=BigInteger)
    note: str = ""
    at: datetime = Field(sa_type=Moment)


class Worth(Noun):
    """What a customer costs to win and is worth, in micro-dollars; None where it cannot be told yet."""

    cac: int | None
    ltv: int | None

    @property
    def ratio(self) -> float | None:
        """How many times a customer pays for what winning them cost."""
        return self.ltv / self.cac if self.ltv is not None and self.cac else None


def enter(session: Session, month: str, micros: int, note: str, *, at: datetime) -> None:
    """Write down what a month's marketing cost, in place of what was entered before. BadRequest names the field."""
    if not _MONTH.fullmatch(month):
        raise BadRequest("a month is written 2026-11", field="month")
    if not 0 <= micros <= _MOST:
        raise BadRequest("a month's marketing costs between $0 and $10,000,000", field="spend")
    session.merge(Marketing(month=month, micros=micros, note=note.strip()[:200], at=at))


def entered(session: Session) -> dict[str, int]:
    """What was spent, by month."""
    return dict(session.exec(select(Marketing.month, Marketing.micros)).all())


def worth(spend: int | None, won: int, arpu: int, margin: Fraction | None, churn: Fraction | None) -> Worth:
    """What a customer costs (spend over those won) and is worth (revenue a month, its margin, over the share lost)."""
    cac = nearest(Fraction(spend, won)) if spend is not None and won else None
    ltv = nearest(arpu * margin / churn) if margin is not None and churn else None
    return Worth(cac=cac, ltv=ltv)
