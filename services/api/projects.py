"""Projects: a pitch or a screenplay becomes an episode; the list of them, and each one."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Self

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field, JsonValue, model_validator

from services.api.asking import Asked, Mine, needs
from services.api.orders import Answering, Asking, Ident
from services.api.pages import Cursor, Limit, Page, moment, page
from studio.desk.desk import Desk
from studio.desk.sources import LONGEST, SHORTEST
from studio.desk.views import EpisodeRow
from studio.people.access import Scope
from studio.production.run import RunState

routes = APIRouter(route_class=Asked, tags=["projects"])
_SCRIPT = 400_000  # letters: a film of ten hours
_EXAMPLE: JsonValue = {"pitch": "A lighthouse keeper finds a letter from herself, dated next week.", "seconds": 60}


class NewProject(Asking):
    """A pitch, or a screenplay as Fountain; `crew` says who makes it, as on the command line."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    pitch: str | None = Field(None, min_length=1, max_length=20_000, pattern=r"\S")
    screenplay: str | None = Field(None, min_length=1, max_length=_SCRIPT, pattern=r"\S", description="Fountain")
    title: str = Field("", max_length=120)
    seconds: int = Field(90, ge=SHORTEST, le=LONGEST, description="how long a pitch should become")
    seed: int = Field(0, ge=0, lt=1 << 31, description="another number, another story from the same pitch")
    series: str = Field("", max_length=120, description="episodes of a series share looks and voices by name")
    crew: str = Field(
        "", max_length=200, description="offline, cloud, or role=engine,…; offline without it", examples=["offline"]
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.pitch is None) == (self.screenplay is None):
            raise ValueError("send either a pitch or a screenplay")
        return self


class Project(Answering):
    """An episode in short. `state` is that of its last run, null before there was any."""

    id: str
    title: str
    pitch: str
    created: datetime
    seconds: float = Field(description="of its newest master; 0 while there is none")
    run: str | None = Field(description="the last run of all of it")
    state: RunState | None
    done: int
    total: int
    failed: int
    cost_micros: int | None = Field(description="null where a film's credits pay")
    credits: int | None = Field(description="that its films have cost so far, where credits pay")


@routes.post("/projects", status_code=201, summary="Open a project", openapi_extra=needs(Scope.WRITE, post=True))
def open_project(body: NewProject, desk: Mine, response: Response) -> Project:
    """Open a pitch or a screenplay; the same again is the same project. Nothing is made yet."""
    wishes = {"title": body.title, "seconds": body.seconds, "seed": body.seed, "series": body.series}
    if body.pitch is not None:
        found = desk.open_pitch(body.pitch, **wishes)  # type: ignore[arg-type]
    else:
        data = (body.screenplay or "").encode("utf-8", "replace")
        name = f"api/{sha256(data).hexdigest()[:16]}/screenplay.fountain"
        found = desk.open_file(name, data, **wishes)  # type: ignore[arg-type]
    if body.crew:
        desk.engage_named(found, body.crew)
    response.headers["Location"] = f"/api/projects/{found}"
    return _project(desk, found)


@routes.get("/projects", summary="List projects", openapi_extra=needs(Scope.READ))
def list_projects(desk: Mine, limit: Limit = 50, cursor: Cursor = None) -> Page[Project]:
    """The projects of this account, the newest first."""
    found = desk.episodes(most=limit + 1, past=moment(cursor))
    return page(list(map(_told, found)), limit, lambda one: (one.created.isoformat(), one.id))


@routes.get("/projects/{project}", summary="Show a project", openapi_extra=needs(Scope.READ))
def show_project(project: Ident, desk: Mine) -> Project:
    """One project."""
    return _project(desk, project)


@routes.delete(
    "/projects/{project}",
    status_code=204,
    summary="Remove a project",
    openapi_extra=needs(Scope.WRITE),
    response_class=Response,
)
def remove_project(project: Ident, desk: Mine) -> Response:
    """Take a project off the lists and close its links. What was made and paid for stays: opened again, it is back."""
    desk.remove(project)
    return Response(status_code=204)


def _project(desk: Desk, project: str) -> Project:
    return _told(desk.episode_row(project))


def _told(row: EpisodeRow) -> Project:
    told = {name: getattr(row, name) for name in Project.model_fields}
    cost = row.cost_micros if row.credits is None else None
    return Project(**{**told, "run": row.run or None, "cost_micros": cost})
