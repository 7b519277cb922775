"""Notes: what testers left at the links of a film, answered, resolved, and followed by a priced retake."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field

from services.api.asking import Asked, Mine, agree, needs
from services.api.films import Price, priced
from services.api.orders import Answering, Asking, Ident, MaxMicros
from services.api.pages import Cursor, Limit, Page, after, page
from services.api.runs import Run, begun
from studio.desk.answering import DIRECTION
from studio.desk.noticing import AnswerView, NoteView
from studio.people.access import Scope
from studio.people.notes import LONGEST

routes = APIRouter(route_class=Asked, tags=["notes"])
NoteName = Annotated[str, Path(pattern="^[0-9A-Za-z_-]{1,64}$", examples=["71be02c5d9f4"])]
Direction = Annotated[
    str, Field(max_length=DIRECTION, description="in place of the note's own words", examples=["closer, and at night"])
]


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
    retaken: bool = Field(description="its shot was asked for again with it")
    recut: bool = Field(description="the film is another cut than the one it was left on")
    followed: bool = Field(description="and that cut was made after its shot was asked for again")
    answers: list[Reply]


class Resolution(Asking):
    """Whether a note is done."""

    resolved: bool = True


class Saying(Asking):
    """What is answered."""

    text: str = Field(min_length=1, max_length=LONGEST, pattern=r"\S", examples=["You are right; watch it again."])


class NoteDirection(Asking):
    """How a note is to be followed."""

    direction: Direction = ""


class NoteQuoted(Answering):
    """What a retake with a note would follow and cost; name `version` and the price's ceiling when you order it."""

    project: str
    version: int
    direction: str
    price: Price


class NoteRetake(Asking):
    """A retake of a note's shot, and what that may cost."""

    version: int = Field(ge=1, lt=1 << 31, description="of the script, as quoted; another newest one is a conflict")
    direction: Direction = ""
    max_micros: MaxMicros = 0


class NoteRetaken(Answering):
    """What came of a note: the version it made, the runs that make the takes, and words that could not be followed."""

    version: int
    runs: list[Run]
    unread: list[str]


@routes.get("/projects/{project}/notes", summary="List notes", openapi_extra=needs(Scope.READ))
def list_notes(project: Ident, desk: Mine, limit: Limit = 100, cursor: Cursor = None) -> Page[Note]:
    """The notes of all links of a project in the order of the film, each with its answers."""
    found = after(desk.notes(project), cursor)
    return page(list(map(_told, found)), limit, lambda one: (one.id,))


@routes.put("/notes/{note}/resolution", status_code=204, summary="Resolve a note", openapi_extra=needs(Scope.SCREEN),
            response_class=Response)  # fmt: skip
def resolve(note: NoteName, body: Resolution, desk: Mine) -> Response:
    """Say that a note is done, or open it once more."""
    desk.resolve_note(note, again=not body.resolved)
    return Response(status_code=204)


@routes.delete(
    "/notes/{note}",
    status_code=204,
    summary="Remove a note",
    openapi_extra=needs(Scope.SCREEN),
    response_class=Response,
)
def remove(note: NoteName, desk: Mine) -> Response:
    """Take a note away for good with its answers, or one answer: nobody at its link sees it any more."""
    desk.drop_note(note)
    return Response(status_code=204)


@routes.post(
    "/notes/{note}/replies", status_code=201, summary="Answer a note", openapi_extra=needs(Scope.SCREEN, post=True)
)
def reply(note: NoteName, body: Saying, desk: Mine) -> Reply:
    """Answer a note as the maker of the film; whoever left it reads that at the same link."""
    return _reply(desk.answer_note(note, body.text))


@routes.post("/notes/{note}/retake/quote", summary="Quote a note's retake", openapi_extra=needs(Scope.READ, post=True))
def quote_note(note: NoteName, body: NoteDirection, desk: Mine) -> NoteQuoted:
    """What taking a note's shot again would cost, staged as its words say. Nothing is made, held or changed."""
    found = desk.direction_of(note, body.direction)
    return NoteQuoted(project=found.episode, version=found.base, direction=found.direction, price=priced(found.quote))


@routes.post(
    "/notes/{note}/retake",
    status_code=202,
    summary="Retake with a note",
    openapi_extra=needs(Scope.WRITE, post=True),
)
def retake_note(note: NoteName, body: NoteRetake, desk: Mine, request: Request) -> NoteRetaken:
    """Take a note's shot again with it as the direction. Render the film then: the same link shows the new cut."""
    agree(request, body.max_micros)
    done = desk.retake_note(note, base=body.version, direction=body.direction, most=body.max_micros)
    runs = begun(desk, [done.run] if done.run else []).runs
    return NoteRetaken(version=done.number, runs=runs, unread=list(done.unread))


def _told(one: NoteView) -> Note:
    told = one.model_dump(include=set(Note.model_fields) - {"answers"})
    return Note(answers=[_reply(each) for each in one.answers], **told)


def _reply(one: AnswerView) -> Reply:
    return Reply(**one.model_dump())
