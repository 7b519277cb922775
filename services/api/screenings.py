"""Screenings: links by which others watch a film without an account, and what came of them."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import Field

from services.api.asking import Asked, Mine, needs
from services.api.orders import Answering, Asking, Ident
from services.api.pages import Cursor, Limit, Page, after, page
from studio.desk.screening import ScreeningView, Standing
from studio.people.access import Scope

routes = APIRouter(route_class=Asked, tags=["screenings"])


class NewScreening(Asking):
    """What a link may, and for how long."""

    frame: str = Field("", max_length=20, pattern=r"^([0-9]{1,5}x[0-9]{1,5}p[0-9]{1,3})?$", examples=["1280x720p24"])
    label: str = Field("", max_length=80, description="for you alone", examples=["Friends"])
    days: int = Field(30, ge=1, le=365)
    most: int | None = Field(None, ge=1, le=10_000, description="how many browsers may open it; null for any number")
    password: str = Field("", max_length=128)
    notes: bool = Field(True, description="whoever watches may leave notes")


class ScreeningMade(Answering):
    """A link; its path is shown this once, and null when asked again with a key."""

    id: str
    path: str | None = Field(description="below the studio's address", examples=["/s/…"])
    frame: str
    expires: datetime


class ScreeningTold(Answering):
    """A link and what came of it; shares are thousandths of the film."""

    id: str
    frame: str
    label: str
    standing: Standing
    locked: bool
    notes: bool
    most: int | None
    views: int
    watched: int
    finished: int
    typical: int
    created: datetime
    expires: datetime


@routes.post(
    "/projects/{project}/screenings",
    status_code=201,
    summary="Share the film",
    openapi_extra=needs(Scope.SCREEN, post=True, once=("path",)),
)
def share(project: Ident, body: NewScreening, desk: Mine) -> ScreeningMade:
    """Make a link to the newest cut; its address is shown here once."""
    asked = body.model_dump(exclude={"frame"})
    made = desk.screen(project, body.frame, **asked)
    return ScreeningMade(id=made.id, path=made.path, frame=made.frame, expires=made.expires)


@routes.get("/projects/{project}/screenings", summary="List screenings", openapi_extra=needs(Scope.READ))
def list_screenings(project: Ident, desk: Mine, limit: Limit = 50, cursor: Cursor = None) -> Page[ScreeningTold]:
    """The links of a project, the newest first."""
    found = after(desk.screenings(project), cursor)
    return page(list(map(_told, found)), limit, lambda one: (one.id,))


@routes.delete(
    "/screenings/{screening}",
    status_code=204,
    summary="Close a screening",
    openapi_extra=needs(Scope.SCREEN),
    response_class=Response,
)
def close(screening: Ident, desk: Mine) -> Response:
    """Close a link for good."""
    desk.revoke_screening(screening)
    return Response(status_code=204)


def _told(one: ScreeningView) -> ScreeningTold:
    return ScreeningTold(**one.model_dump(include=set(ScreeningTold.model_fields)))
