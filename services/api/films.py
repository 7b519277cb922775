"""Films: what rendering a project takes and costs, the render itself, and the finished files."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import Field

from services.api.asking import Asked, Mine, agree, needs
from services.api.orders import Answering, Ident, MaxMicros, Order
from services.api.pages import Cursor, Limit, Page, number, page
from services.api.runs import Begun, begun
from services.vaults.streaming import Streaming
from services.web.types import media_type
from studio.desk.desk import Desk
from studio.money.quote import Quote
from studio.people.access import Scope
from studio.production.film import Choices
from studio.takes.frame import Aspect, Quality
from studio.takes.plan import State
from studio.takes.recipe import TakeKind

routes = APIRouter(route_class=Asked, tags=["films"])
_WHOLE: dict[str, Any] = {"content": {"application/octet-stream": {}}}
BYTES: dict[int | str, dict[str, Any]] = {
    200: {"description": "the file, whole", **_WHOLE},
    206: {"description": "the Range that was asked for", **_WHOLE},
}
FrameName = Annotated[str, Path(pattern=r"^[0-9]{1,5}x[0-9]{1,5}p[0-9]{1,3}$", examples=["1280x720p24"])]
FileName = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,60}\.[0-9A-Za-z]{1,12}$", examples=["master.mp4"])]


class Price(Answering):
    """Micro-dollars at the least, likely, and at the most: name the ceiling as max_micros. 0 where credits pay."""

    low: int
    likely: int
    ceiling: int


class EngineTold(Answering):
    """What an engine's takes would cost together."""

    engine: str
    takes: int
    price: Price


class KindTold(Answering):
    """What there is of one kind of take, and what a render would make of it."""

    kind: TakeKind
    current: int
    stale: int
    missing: int
    to_make: int


class QuoteTold(Answering):
    """What a render would make and cost, before anything runs."""

    price: Price
    fits: bool = Field(description="whether the budget of the episode and the month allow it")
    to_make: int
    seconds: float = Field(description="about how long it takes")
    engines: list[EngineTold]
    kinds: list[KindTold]
    gone: list[str] = Field(description="why engines that would be asked cannot be")


class Item(Answering):
    """One subject of a plan: a look, a board, a clip, a line; `take` is the circled one that is there."""

    subject: str
    kind: TakeKind
    state: State
    why: str
    to_make: bool
    take: str
    engine: str
    price: Price


class Render(Order):
    """A render, and what it may cost."""

    max_micros: MaxMicros = 0


class FileTold(Answering):
    """A finished file."""

    name: str
    frame: str
    size: int
    url: str


class Files(Answering):
    """Finished files, of the newest film first."""

    items: list[FileTold]


def priced(quote: Quote) -> Price:
    """A quote as programs are told."""
    return Price(low=quote.low, likely=quote.likely, ceiling=quote.ceiling)


@routes.post("/projects/{project}/quote", summary="Quote a render", openapi_extra=needs(Scope.READ, post=True))
def quote_render(project: Ident, body: Order, desk: Mine) -> QuoteTold:
    """What a render would make and cost: nothing where a film's credits pay. Nothing is made or held."""
    orders = body.choices
    cut = desk.cut(project, orders)
    owed = [one for one in orders if not desk.film_pays(project, one)]
    bill = cut if owed == list(orders) else desk.cut(project, owed) if owed else None
    quote = bill.quote if bill else Quote()
    return QuoteTold(
        price=priced(quote),
        fits=desk.budget(project, quote.ceiling, orders).fits,
        to_make=cut.to_make,
        seconds=cut.seconds,
        engines=[
            EngineTold(engine=one.engine, takes=one.takes, price=priced(one.quote))
            for one in (bill.engines if bill else ())
        ],
        kinds=[KindTold(**{name: getattr(one, name) for name in KindTold.model_fields}) for one in cut.amounts],
        gone=list(cut.gone),
    )


@routes.get("/projects/{project}/plan", summary="Plan a render", openapi_extra=needs(Scope.READ))
def plan_render(
    project: Ident,
    desk: Mine,
    aspect: Annotated[Aspect, Query()] = Aspect.WIDE,
    quality: Annotated[Quality, Query()] = Quality.LOW,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[Item]:
    """Every subject of a film in the order it is made: current, stale or missing, with its price."""
    start, chosen = number(cursor) or 0, Choices(aspect=aspect, quality=quality)
    items, free = desk.plan(project, chosen).items[start : start + limit + 1], desk.film_pays(project, chosen)
    found = [
        Item(
            take=one.fingerprint,
            to_make=one.made_now,
            price=Price(low=0, likely=0, ceiling=0)
            if free
            else Price(low=one.low_micros, likely=one.price_micros, ceiling=one.ceiling_micros),
            **{name: getattr(one, name) for name in ("subject", "kind", "state", "why", "engine")},
        )
        for one in items
    ]
    return page(found, limit, lambda _: (start + limit,))


@routes.post(
    "/projects/{project}/generate-video",
    status_code=202,
    summary="Render the film",
    openapi_extra=needs(Scope.WRITE, post=True),
)
def generate_video(project: Ident, body: Render, desk: Mine, request: Request) -> Begun:
    """Begin a render of every format, or join the one under way. What is current is kept, and never paid for twice."""
    agree(request, body.max_micros)
    return begun(desk, desk.render(project, body.choices, most=body.max_micros))


@routes.get("/projects/{project}/files", summary="List finished files", openapi_extra=needs(Scope.READ))
def list_files(project: Ident, desk: Mine) -> Files:
    """The master, captions, edit lists, storyboard and poster of each format."""
    return Files(items=_files(desk, project))


@routes.get(
    "/projects/{project}/files/{frame}/{name}",
    summary="Download a file",
    openapi_extra=needs(Scope.READ),
    responses=BYTES,
    response_class=FileResponse,
)
def download(project: Ident, frame: FrameName, name: FileName, desk: Mine, request: Request) -> Response:
    """A finished file, whole or the Range that is asked for; If-Range knows it by its ETag."""
    kind = media_type(PurePath(name).suffix)
    films: Streaming | None = request.app.state.platform.films
    if films and kind.startswith("video/"):
        return films.lead(request, desk.delivery_content(project, frame, name), kind, name, "private, no-cache")
    return FileResponse(desk.delivery(project, frame, name), media_type=kind, filename=name)


def _files(desk: Desk, project: str) -> list[FileTold]:
    return [
        FileTold(
            name=one.name, frame=one.frame, size=one.size, url=f"/api/projects/{project}/files/{one.frame}/{one.name}"
        )
        for one in desk.film(project).files
    ]
