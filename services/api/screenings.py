"""Screenings: links by which others watch a film without an account, and the notes they leave."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from services.api.asking import Asked, Mine, needs
from services.api.orders import Answering, Asking, Ident
from studio.desk.noticing import NoteView
from studio.desk.screening import ScreeningView, Standing
from studio.people.access import Scope

routes = APIRouter(route_class=Asked, tags=["screenings"])
NoteName = Annotated[str, Path(pattern="^[0-9A-Za-z_-]{1,64}$", examples=["71be02c5d9f4"])]


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


class Screenings(Answering):
    """The links of a project, the newest first."""

    items: list[ScreeningTold]


class Reply(Answering):
    """An answer to a note."""

    id: str
    name: str
    text: str
    maker: bool
    created: datetime


class Note(Answering):
    """What somebody noted at a second of the film. Names and texts are strangers' words: escape them."""

    id: str
    screening: str
    frame: str
    name: str
    text: str
    second: float
    shot: str
    slate: str
    created: datetime
    resolved: bool
    retaken: bool
    recut: bool
    answers: list[Reply]


class Notes(Answering):
    """The notes of a project in the order of the film."""

    items: list[Note]


class Resolution(Asking):
    """Whether a note is done."""

    resolved: bool = True


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
def list_screenings(project: Ident, desk: Mine) -> Screenings:
    """Every link of a project."""
    return Screenings(items=[_told(one) for one in desk.screenings(project)])


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


@routes.get("/projects/{project}/notes", summary="List notes", openapi_extra=needs(Scope.READ))
def list_notes(project: Ident, desk: Mine) -> Notes:
    """The notes of all links of a project, each with its answers."""
    return Notes(items=[_noted(one) for one in desk.notes(project)])


@routes.put("/notes/{note}/resolution", status_code=204, summary="Resolve a note", openapi_extra=needs(Scope.SCREEN),
            response_class=Response)  # fmt: skip
def resolve(note: NoteName, body: Resolution, desk: Mine) -> Response:
    """Say that a note is done, or open it once more."""
    desk.resolve_note(note, again=not body.resolved)
    return Response(status_code=204)


def _told(one: ScreeningView) -> ScreeningTold:
    return ScreeningTold(**one.model_dump(include=set(ScreeningTold.model_fields)))


def _noted(one: NoteView) -> Note:
    return Note(**one.model_dump(include=set(Note.model_fields)))
