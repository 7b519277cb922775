"""Quoting: what the takes of a film that are to be made will cost at the vendors. Makes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session

from studio.db import now
from studio.money.estimates import Ask
from studio.money.learning import measured
from studio.money.quote import Quote, Quoter, QuoteRow, QuoteSheet
from studio.production.film import Film
from studio.production.house import House
from studio.takes.plan import Plan, PlanItem
from studio.takes.recipe import TakeKind
from studio.takes.roster import EngineCard

_SHEET = (1280, 720)  # a look's sheet has the same size in every film


def quoter(house: House, session: Session) -> Quoter:
    """Draws quotes up from the house's price cards and what was billed so far."""
    return Quoter(house.prices, house.estimates, measured(session, house.estimates.learning))


def quotes(house: House, session: Session, film: Film, plan: Plan) -> QuoteSheet:
    """What a plan will cost, take by take; takes of the offline crew have no row. RateMissing without a price."""
    sold = [item for item in plan.to_make if house.roster.sold(item.engine)]
    return QuoteSheet(rows=tuple(_rows(house, session, film, sold))) if sold else QuoteSheet()


def _rows(house: House, session: Session, film: Film, items: list[PlanItem]) -> Iterator[QuoteRow]:
    drawn, at, asks = quoter(house, session), now(), _Asks(film)
    for item in items:
        card = house.roster.named(item.engine)
        scene = asks.scenes.get(asks.ident(item))
        number, within = (scene.number, scene.id) if scene else ("", "")
        yield drawn.row(card, asks.of(item), item.subject, number, within=within, at=at)


def clip_quotes(house: House, session: Session, film: Film, card: EngineCard) -> dict[str, Quote]:
    """What the clip of every shot would cost with one animator, by shot id."""
    drawn, at, asks = quoter(house, session), now(), _Asks(film)
    shots = film.breakdown.shots
    return {shot.id: drawn.quote(card, asks.clip(shot.id), at=at) for shot in shots}


def priced(plan: Plan, sheet: QuoteSheet) -> Plan:
    """The plan with the prices of a sheet."""
    if not sheet.rows:
        return plan
    rows = {row.subject: row.quote for row in sheet.rows}
    return Plan(items=tuple(_priced(item, rows) for item in plan.items))


def _priced(item: PlanItem, rows: dict[str, Quote]) -> PlanItem:
    quote = rows.get(item.subject)
    if quote is None or not item.made_now:
        return item
    micros = {"low_micros": quote.low, "price_micros": quote.likely, "ceiling_micros": quote.ceiling}
    return item.model_copy(update=micros)


class _Asks:
    """What decides the price of a film's takes."""

    def __init__(self, film: Film) -> None:
        self._film = film
        self._lines = {line.id: line.said_as or line.text for line in film.breakdown.lines}
        entries = film.timeline({}).entries  # speeches that are not there yet count by their letters
        self._ms = {entry.id: round(entry.frames * 1000 / film.frame.fps) for entry in entries}
        self.scenes = film.scene_of | {
            line.id: film.scene_of[shot.id] for shot in film.breakdown.shots for line in shot.lines
        }

    @staticmethod
    def ident(item: PlanItem) -> str:
        """The shot, line or person of a subject."""
        return item.subject.partition(":")[2].partition("@")[0]

    def of(self, item: PlanItem) -> Ask:
        """What a take is asked for, as far as its price goes."""
        ident, frame = self.ident(item), self._film.frame
        if item.kind is TakeKind.SPEECH:
            return Ask(kind=item.kind, letters=len(self._lines.get(ident, "")))
        if item.kind is TakeKind.CLIP:
            return self.clip(ident)
        width, height = _SHEET if item.kind is TakeKind.LOOK else (frame.width, frame.height)
        return Ask(kind=item.kind, width=width, height=height)

    def clip(self, shot: str) -> Ask:
        """A shot's clip, as long as its lines will likely make it."""
        frame = self._film.frame
        return Ask(kind=TakeKind.CLIP, ms=self._ms.get(shot, 0), width=frame.width, height=frame.height)
