"""Pages of lists: each ends with a cursor for the next one. What is in a cursor is nobody's business but ours."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Generic, Protocol, TypeVar

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from studio.errors import BadRequest

T = TypeVar("T")
N = TypeVar("N", bound="Named")
MOST = 200
_IDENT = re.compile("[0-9A-Za-z_-]{1,64}")
Limit = Annotated[int, Query(ge=1, le=MOST, description="how many at the most")]
Cursor = Annotated[
    str | None,
    Query(min_length=1, max_length=300, description="`next` of the page before", pattern="^[A-Za-z0-9_=-]+$"),
]


class Page(BaseModel, Generic[T]):
    """Some of a list; `next` is the cursor of what follows, null at its end."""

    model_config = ConfigDict(extra="forbid")

    items: list[T]
    next: str | None = Field(description="ask with cursor= this for what follows; null at the end")


def page(found: Sequence[T], limit: int, mark: Callable[[T], Sequence[str | int]]) -> Page[T]:
    """A page of what was looked for one more of than it holds."""
    items = list(found[:limit])
    return Page(items=items, next=_written(mark(items[-1])) if len(found) > limit else None)


def moment(cursor: str | None) -> tuple[datetime, str] | None:
    """A cursor of a list in the order of time; BadRequest for one that is none."""
    if cursor is None:
        return None
    match _read(cursor):
        case [str(at), str(ident)] if _IDENT.fullmatch(ident):
            try:
                found = datetime.fromisoformat(at)
                if found.tzinfo is not None:
                    return found.astimezone(UTC), ident
            except (ValueError, OverflowError) as error:
                raise _bad() from error
    raise _bad()


def number(cursor: str | None) -> int | None:
    """A cursor of a list that is numbered; BadRequest for one that is none."""
    if cursor is None:
        return None
    match _read(cursor):
        case [int(found)] if 0 <= found < 1 << 62:
            return found
    raise _bad()


class Named(Protocol):
    """Something that is known by its id."""

    @property
    def id(self) -> str: ...


def after(found: Sequence[N], cursor: str | None) -> Sequence[N]:
    """What follows in a whole list after the one whose id is the cursor; BadRequest where that is not in it."""
    if cursor is None:
        return found
    match _read(cursor):
        case [str(last)]:
            for place, one in enumerate(found, 1):
                if one.id == last:
                    return found[place:]
    raise _bad()


def _written(mark: Sequence[str | int]) -> str:
    return urlsafe_b64encode(json.dumps(list(mark)).encode()).decode()


def _read(cursor: str) -> object:
    try:
        return json.loads(urlsafe_b64decode(cursor.encode()))
    except (ValueError, RecursionError) as error:
        raise _bad() from error


def _bad() -> BadRequest:
    return BadRequest("it is not of this list; begin again without one", field="cursor")
