"""Reckoning: spans of time in whole UTC days, and how the reports' SQL names days, months and bills on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import String, and_, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import col

from studio.money.entry import Entry
from studio.money.sums import month, month_after
from studio.story.noun import Noun

_DAY = timedelta(days=1)

# The words of the partial indexes: with bound values neither engine would see that an index is meant.
IS_BILL = and_(col(Entry.verb) == literal_column("'bill'"), col(Entry.micros) > literal_column("0"))
IS_CREDIT = col(Entry.book) == literal_column("'credit'")


class Span(Noun):
    """A span of time; `since` is part of it, `until` is not. Days and months in it are UTC's, whatever a clock says."""

    since: datetime
    until: datetime

    @classmethod
    def last(cls, days: int, at: datetime) -> Span:
        """So many days, the one of `at` among them, until now."""
        today = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(since=today - (days - 1) * _DAY, until=at)

    @property
    def days(self) -> tuple[str, ...]:
        """Every day it touches, 2026-11-21."""
        first, last = self.since.astimezone(UTC).date(), (self.until - timedelta(microseconds=1)).astimezone(UTC).date()
        return tuple((first + number * _DAY).isoformat() for number in range((last - first).days + 1))

    @property
    def months(self) -> tuple[datetime, ...]:
        """The beginnings of the months it touches."""
        found, at = [], month(self.since.astimezone(UTC))
        while at < self.until:
            found.append(at)
            at = month_after(at)
        return tuple(found)


class day(FunctionElement[str]):  # noqa: N801  it is used as a function
    """The UTC day of a moment, as text: day(Entry.at)."""

    type = String()
    inherit_cache = True


@compiles(day, "sqlite")
def _day_of_text(element: day, compiler: Any, **told: Any) -> str:
    return f"substr({compiler.process(element.clauses, **told)}, 1, 10)"


@compiles(day, "postgresql")
def _day_of_moment(element: day, compiler: Any, **told: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **told)} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
