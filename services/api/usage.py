"""Usage: what an account has used of its month, and every movement of its money, also for spreadsheets."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BeforeValidator
from starlette.responses import Response

from services.api.asking import Asked, Mine, Whose, needs
from services.api.orders import Answering
from services.api.pages import Cursor, Limit, Page, number, page
from studio.desk import sheet
from studio.desk.usage import UsageRow
from studio.money.amount import exact
from studio.money.tiers import Share
from studio.people.access import Scope

routes = APIRouter(route_class=Asked, tags=["usage"])
_ROWS = 10_000  # of one export
_TABLE: dict[str, Any] = {"content": {"text/csv": {"schema": {"type": "string"}}}}
_CSV: dict[int | str, dict[str, Any]] = {200: {"description": "the movements as a table", **_TABLE}}


def _written(told: object) -> object:
    if isinstance(told, str) and not _DAY.match(told):
        raise ValueError("write it as 2026-11-21T12:00:00Z")  # pydantic would take a number for seconds
    return told


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]")
Moment = Annotated[AwareDatetime, BeforeValidator(_written)]
Since = Annotated[Moment | None, Query(description="from this moment on, with its zone")]
Until = Annotated[Moment | None, Query(description="before this moment, with its zone")]


class TokenTold(Answering):
    """The token that was shown, and the plan of its account."""

    token: str
    scopes: list[Scope]
    tier: str


class ShareTold(Answering):
    """What is used of a share; work is in milliseconds, a limit of null is none."""

    share: Share
    used: int
    limit: int | None
    resets: datetime | None


class UsageTold(Answering):
    """An account's month, in micro-dollars."""

    tier: str
    since: datetime
    billed_micros: int
    held_micros: int
    monthly_micros: int | None
    shares: list[ShareTold]


class Movement(Answering):
    """A movement of money; what leaves a purse is below zero."""

    id: int
    at: datetime
    verb: str
    purse: str
    micros: int
    project: str
    run: str
    subject: str
    kind: str
    engine: str
    vendor: str
    why: str


@routes.get("/token", summary="Show the token", openapi_extra=needs(Scope.READ))
def show_token(whose: Whose) -> TokenTold:
    """What the token that is shown may do: a first request to see that all is well."""
    return TokenTold(token=whose.token, scopes=[one for one in Scope if one in whose.scopes], tier=whose.tier)


@routes.get("/usage", summary="Show usage", openapi_extra=needs(Scope.READ))
def show_usage(desk: Mine) -> UsageTold:
    """What this account has used since its month began."""
    found = desk.usage()
    told = {name: getattr(found, name) for name in ("tier", "since", "billed_micros", "held_micros")}
    shares = [ShareTold(**one.model_dump()) for one in found.shares]
    return UsageTold(monthly_micros=found.monthly, shares=shares, **told)


@routes.get("/usage/movements", summary="List movements of money", openapi_extra=needs(Scope.READ))
def list_movements(
    desk: Mine, since: Since = None, until: Until = None, limit: Limit = 100, cursor: Cursor = None
) -> Page[Movement]:
    """Every movement of this account's money, the newest first."""
    found = desk.usage_rows(since=since, until=until, most=limit + 1, past=number(cursor))
    return page([_told(one) for one in found], limit, lambda one: (one.id,))


@routes.get(
    "/usage.csv",
    summary="Export movements of money",
    openapi_extra=needs(Scope.READ),
    responses=_CSV,
    response_class=Response,
)
def export_movements(desk: Mine, since: Since = None, until: Until = None) -> Response:
    """The same as a table, 10,000 rows at the most; no cell is a formula to a spreadsheet."""
    found = (_told(one).model_dump() for one in desk.usage_rows(since=since, until=until, most=_ROWS))
    rows = [{**one, "at": one["at"].isoformat(), "micros": exact(one["micros"])} for one in found]
    table = sheet.written(
        [name if name != "micros" else "dollars" for name in Movement.model_fields], map(dict.values, rows)
    )
    return Response(table, media_type="text/csv", headers={"Content-Disposition": 'attachment; filename="usage.csv"'})


def _told(row: UsageRow) -> Movement:
    same = {name: getattr(row, name) for name in Movement.model_fields if name != "project"}
    return Movement(project=row.episode, **same)
