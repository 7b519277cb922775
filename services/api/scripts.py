"""Scripts: the screenplay of a project as Fountain, its versions, and having one written."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import Field

from services.api.asking import Asked, Mine, agree, needs
from services.api.orders import Answering, Asking, Ident, MaxMicros
from services.api.runs import Begun, begun
from studio.desk.desk import Desk
from studio.people.access import Scope
from studio.production.film import Choices
from studio.production.wants import SCRIPT

routes = APIRouter(route_class=Asked, tags=["scripts"])
_SCRIPT = 400_000
_FOUNTAIN = "INT. KITCHEN - NIGHT\n\nMARA puts a key on the table.\n\nMARA\nYou kept it.\n"


class Script(Answering):
    """The newest version of a screenplay."""

    project: str
    version: int = Field(description="name it as `base` when you replace the text")
    title: str
    fountain: str = Field(examples=[_FOUNTAIN])


class Replacement(Asking):
    """A text in place of the newest version."""

    fountain: str = Field(min_length=1, max_length=_SCRIPT, examples=[_FOUNTAIN])
    base: int = Field(ge=1, lt=1 << 31, description="the version it was made from; another newest one is a conflict")
    what: str = Field("Sent by a program", min_length=1, max_length=120, description="what changed, in a few words")


class Version(Answering):
    """A version in the list of versions."""

    number: int
    what: str
    created: datetime


class Versions(Answering):
    """The versions of a screenplay, the newest first, 200 at the most."""

    items: list[Version]


class Writing(Asking):
    """What having the screenplay written may cost."""

    max_micros: MaxMicros = 0


@routes.get("/projects/{project}/script", summary="Read the script", openapi_extra=needs(Scope.READ))
def read_script(project: Ident, desk: Mine) -> Script:
    """The screenplay; the offline writer writes one that is not there. A writer who costs has to be asked to."""
    return _script(desk, project)


@routes.put("/projects/{project}/script", summary="Replace the script", openapi_extra=needs(Scope.WRITE))
def replace_script(project: Ident, body: Replacement, desk: Mine) -> Script:
    """Make a text the newest version. Ids of scenes and shots live on; what no longer fits is stale."""
    desk.rewrite(project, body.fountain, base=body.base, what=body.what)
    return _script(desk, project)


@routes.get("/projects/{project}/script/versions", summary="List versions", openapi_extra=needs(Scope.READ))
def list_versions(project: Ident, desk: Mine) -> Versions:
    """Every version of the screenplay."""
    found = desk.revisions(project)
    return Versions(items=[Version(number=one.number, what=one.what, created=one.created) for one in found])


@routes.post(
    "/projects/{project}/script/write",
    status_code=202,
    summary="Have the script written",
    openapi_extra=needs(Scope.WRITE, post=True),
)
def write_script(project: Ident, body: Writing, desk: Mine, request: Request) -> Begun:
    """Have the project's writer write its screenplay, and nothing else."""
    agree(request, body.max_micros)
    run = desk.produce(project, Choices(only=(SCRIPT,)), most=body.max_micros)
    return begun(desk, [run] if run else [])


def _script(desk: Desk, project: str) -> Script:
    story = desk.story(project)
    return Script(project=project, version=story.number, title=story.title, fountain=story.fountain)
