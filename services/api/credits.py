"""Credits: what an account has of them, what a film costs in them, and ordering one at its quote."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from services.api.asking import Asked, Mine, agree, needs
from services.api.orders import DEAREST, Answering, Asking, Ident
from services.api.runs import Begun, begun
from studio.errors import NotFound
from studio.people.access import Scope
from studio.production.film import Choices
from studio.takes.frame import Aspect, Quality

routes = APIRouter(route_class=Asked, tags=["credits"])
Name = Annotated[str, Field(min_length=1, max_length=40, pattern="^[a-z]+$", examples=["standard"])]


class Credits(Answering):
    """What an account has: micro-dollars that are free, held by films under way, and owed."""

    free_micros: int
    held_micros: int
    owed_micros: int
    qualities: list[str] = Field(description="of films that are sold here, the cheapest first")


class FilmAsked(Asking):
    """A film for credits: its quality, and how many of its shots are to move; null for what the price pays for."""

    quality: Name
    aspect: Aspect = Aspect.WIDE
    lines: Quality = Field(Quality.LOW, description="low: 720 lines at 24 frames a second; high: 1080 at 30")
    moving: int | None = Field(None, ge=0, le=10_000)

    @property
    def choices(self) -> Choices:
        """As the desk is asked."""
        return Choices(aspect=self.aspect, quality=self.lines)


class FilmOrder(FilmAsked):
    """The same, at its quote."""

    credits: int = Field(ge=0, le=DEAREST, description="`to_hold` of the quote; another price by now is a conflict")


class FilmQuoted(Answering):
    """What a film costs in credits, and how much of it may move for that."""

    quality: str
    seconds: int
    credits: int = Field(description="all of it")
    to_hold: int = Field(description="credits that ordering it now would hold: name them with the order")
    moves: int = Field(description="shots that may move for the price")
    shots: int
    asked: int = Field(description="shots that are to move")
    fits: bool
    sold: bool = Field(description="films of this length are sold")
    written: bool = Field(description="it is counted on the screenplay, not on what a minute holds as a rule")
    missing: list[str] = Field(description="settings its engines need")


@routes.get("/credits", summary="Show credits", openapi_extra=needs(Scope.READ))
def show_credits(desk: Mine) -> Credits:
    """What this account has; 404 in a studio that sells no films."""
    found = desk.credits()
    if found is None:
        raise NotFound("this studio sells no films for credits")
    return Credits(
        free_micros=found.free,
        held_micros=found.held,
        owed_micros=found.owed,
        qualities=list(desk.film_qualities()),
    )


@routes.post(
    "/projects/{project}/film/quote", summary="Quote a film for credits", openapi_extra=needs(Scope.READ, post=True)
)
def quote_film(project: Ident, body: FilmAsked, desk: Mine) -> FilmQuoted:
    """What a project's film costs in credits. Nothing is held."""
    found = desk.film_quote(body.quality, episode=project, choices=body.choices, moving=body.moving)
    same = ("moves", "shots", "asked", "fits", "sold", "written")
    return FilmQuoted(
        quality=found.price.quality,
        seconds=found.price.seconds,
        credits=found.price.credits,
        to_hold=found.to_hold // found.price.credit,
        missing=list(found.missing),
        **{name: getattr(found, name) for name in same},
    )


@routes.post(
    "/projects/{project}/film",
    status_code=202,
    summary="Order a film for credits",
    openapi_extra=needs(Scope.SPEND, post=True),
)
def order_film(project: Ident, body: FilmOrder, desk: Mine, request: Request) -> Begun:
    """Begin a film at its quote, or join it: credits are held, paid by the minute, and what is not made comes back."""
    agree(request, body.credits)
    run = desk.film_render(project, body.quality, body.choices, credits=body.credits, moving=body.moving)
    return begun(desk, [run] if run else [])
