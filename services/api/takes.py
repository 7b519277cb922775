"""Takes: the attempts at a subject side by side, which one is circled, their files, and another one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse
from pydantic import Field

from services.api.asking import Asked, Mine, agree, needs
from services.api.films import BYTES, Price, priced
from services.api.orders import Answering, Asking, Ident, MaxMicros
from services.api.runs import Begun, begun
from services.web.types import media_type
from studio.desk.desk import Desk
from studio.desk.views import TakeView
from studio.money.quote import Quote
from studio.people.access import Scope
from studio.production.film import Choices
from studio.takes.frame import Aspect, Quality
from studio.takes.recipe import TakeKind

routes = APIRouter(route_class=Asked, tags=["takes"])
_SUBJECT = r"^[0-9A-Za-z_:@.-]{1,120}$"
Subject = Annotated[str, Field(pattern=_SUBJECT, examples=["board:1A@1280x720"])]
Subjects = Annotated[list[Subject], Query(min_length=1, max_length=50, description="as the plan names them")]
TakeName = Annotated[str, Path(pattern="^[0-9A-Za-z_-]{1,80}$", description="its fingerprint")]


class Take(Answering):
    """One attempt; `circled` is the one the cut uses."""

    take: str = Field(description="its fingerprint")
    kind: TakeKind
    engine: str
    note: str
    own: bool = Field(description="the person brought it")
    circled: bool
    cost_micros: int | None = Field(description="null where a film's credits pay")
    made: datetime
    url: str


class SubjectTakes(Answering):
    """The takes of a subject, the newest first."""

    subject: str
    takes: list[Take]


class Takes(Answering):
    """Takes by subject, in the order they were asked for."""

    items: list[SubjectTakes]


class Circle(Asking):
    """A take that is to be used."""

    subject: Subject
    take: str = Field(min_length=1, max_length=80, pattern="^[0-9A-Za-z_-]+$")


class Retake(Asking):
    """What is to be made once more, with a note for whoever makes it, and what that may cost."""

    subjects: list[Subject] = Field(min_length=1, max_length=50)
    note: str = Field("", max_length=500, examples=["closer, and at night"])
    aspect: Aspect = Aspect.WIDE
    quality: Quality = Quality.LOW
    max_micros: MaxMicros = 0

    @property
    def choices(self) -> Choices:
        """As the desk is asked."""
        return Choices(aspect=self.aspect, quality=self.quality)


class RetakeQuote(Asking):
    """What is to be made once more."""

    subjects: list[Subject] = Field(min_length=1, max_length=50)
    aspect: Aspect = Aspect.WIDE
    quality: Quality = Quality.LOW


@routes.get("/projects/{project}/takes", summary="List takes", openapi_extra=needs(Scope.READ))
def list_takes(project: Ident, subject: Subjects, desk: Mine) -> Takes:
    """Every take of these subjects whose bytes are there."""
    return Takes(items=_takes(desk, project, subject))


@routes.post("/projects/{project}/takes/circle", summary="Circle a take", openapi_extra=needs(Scope.WRITE, post=True))
def circle_take(project: Ident, body: Circle, desk: Mine) -> SubjectTakes:
    """Choose which take of a subject the cut uses."""
    desk.circle(project, body.subject, body.take)
    return _takes(desk, project, [body.subject])[0]


@routes.post("/projects/{project}/takes/quote", summary="Quote a retake", openapi_extra=needs(Scope.READ, post=True))
def quote_retake(project: Ident, body: RetakeQuote, desk: Mine) -> Price:
    """What another take of each of these would cost, with what they need."""
    chosen = Choices(aspect=body.aspect, quality=body.quality)
    quote = desk.price_of_retake(project, body.subjects, chosen)
    return priced(Quote() if desk.film_pays(project, chosen) else quote)


@routes.post(
    "/projects/{project}/takes/retake",
    status_code=202,
    summary="Retake",
    openapi_extra=needs(Scope.WRITE, post=True),
)
def retake(project: Ident, body: Retake, desk: Mine, request: Request) -> Begun:
    """Make another take of each of these, current or not; it is circled when it is there."""
    agree(request, body.max_micros)
    run = desk.retake(project, body.subjects, body.choices, note=body.note, most=body.max_micros)
    return begun(desk, [run] if run else [])


@routes.get(
    "/projects/{project}/takes/{take}/file",
    summary="Download a take",
    openapi_extra=needs(Scope.READ),
    responses=BYTES,
    response_class=FileResponse,
)
def download_take(project: Ident, take: TakeName, desk: Mine) -> FileResponse:
    """A take's file, whole or the Range that is asked for. Its bytes never change."""
    file, suffix = desk.take_file(project, take)
    return FileResponse(file, media_type=media_type(suffix), filename=f"{take[:16]}{suffix}")


def _takes(desk: Desk, project: str, subjects: list[str]) -> list[SubjectTakes]:
    found, billed = desk.takes(project, subjects), not desk.films_of(project)
    return [SubjectTakes(subject=one, takes=[_told(project, take, billed) for take in found[one]]) for one in found]


def _told(project: str, take: TakeView, billed: bool) -> Take:
    told = {name: getattr(take, name) for name in ("kind", "engine", "note", "own", "circled", "made")}
    told["cost_micros"] = take.cost_micros if billed else None
    return Take(take=take.fingerprint, url=f"/api/projects/{project}/takes/{take.fingerprint}/file", **told)
