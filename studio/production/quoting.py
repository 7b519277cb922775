"""Quoting: what the takes of a film that are to be made will cost at the vendors. Makes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlmodel import Session

from studio.db import now
from studio.money.estimates import Ask
from studio.money.learning import measured
from studio.money.quote import Quote, Quoter, QuoteRow, QuoteSheet
from studio.production.film import Film
from studio.production.house import House
from studio.story.signed import signed
from studio.story.voicing import telling_line
from studio.takes.plan import Plan, PlanItem
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.roster import EngineCard
from studio.takes.shelf import Made

_SHEET = (1280, 720)  # a look's sheet has the same size in every film


def quoter(house: House, session: Session) -> Quoter:
    """Draws quotes up from the house's price cards and what was billed so far."""
    return Quoter(house.prices, house.estimates, measured(session, house.estimates.learning))


def quotes(house: House, session: Session, film: Film, plan: Plan, kept: Mapping[str, Made]) -> QuoteSheet:
    """What a plan will cost, take by take; what is made offline or fetched has no row. RateMissing without a price.

    `kept` are the takes that are there, by subject: a line that was spoken is as long as it is.
    """
    sold = [item for item in plan.to_make if house.roster.sold(item.engine) and not item.fetched]
    return QuoteSheet(rows=tuple(_rows(house, session, film, sold, kept))) if sold else QuoteSheet()


def _rows(
    house: House, session: Session, film: Film, items: list[PlanItem], kept: Mapping[str, Made]
) -> Iterator[QuoteRow]:
    drawn, at, asks = quoter(house, session), now(), _Asks(film, kept, house.estimates.slack)
    for item in items:
        card = house.roster.named(item.engine)
        scene = asks.scenes.get(asks.ident(item))
        number, within = (scene.number, scene.id) if scene else ("", "")
        yield drawn.row(card, asks.of(item), item.subject, number, within=within, at=at)


def row_of(house: House, session: Session, card: EngineCard, recipe: Recipe, subject: str) -> QuoteRow:
    """What a take whose recipe is known would cost with another engine: all it is made from is there."""
    return quoter(house, session).row(card, asked(recipe), subject, at=now())


def asked(recipe: Recipe) -> Ask:
    """What a recipe asks for, as far as its price goes."""
    brief, kind = recipe.brief, recipe.kind
    if kind in (TakeKind.SPEECH, TakeKind.SCRIPT):
        letters = len(_heard(brief["text"], brief.get("said_as", ""), brief.get("manner", "")))
        return Ask(kind=kind, letters=letters, ms=round(brief.get("seconds", 0) * 1000))
    if kind is TakeKind.LOOK:
        return Ask(kind=kind, width=_SHEET[0], height=_SHEET[1])
    frame = brief["board"]["frame"] if kind is TakeKind.CLIP else brief["frame"]
    ms = round(brief["frames"] * 1000 / frame["fps"]) if kind is TakeKind.CLIP else 0
    return Ask(kind=kind, ms=ms, width=frame["width"], height=frame["height"])


def _heard(text: str, said_as: str, manner: str) -> str:
    """What is spoken of a line, and paid for: nothing of one that is signed with the hands."""
    return "" if signed(manner) else said_as or text


def clip_quotes(
    house: House, session: Session, film: Film, card: EngineCard, kept: Mapping[str, Made]
) -> dict[str, Quote]:
    """What the clip of every shot would cost with one animator, by shot id; `kept` as in quotes."""
    drawn, at, asks = quoter(house, session), now(), _Asks(film, kept, house.estimates.slack)
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
    """What decides the price of a film's takes; `slack` is in hundredths of the time of lines nobody has spoken."""

    def __init__(self, film: Film, kept: Mapping[str, Made], slack: int) -> None:
        self._film, fps = film, film.frame.fps
        lines = film.breakdown.lines
        self._lines = {line.id: _heard(line.text, line.said_as, line.like or line.manner) for line in lines}
        spoken = {line: kept[f"speech:{line}"] for line in self._lines if f"speech:{line}" in kept}
        entries = film.timeline(spoken).entries  # speeches that are not there yet count by their letters
        self._ms = {entry.id: round(entry.frames * 1000 / fps) for entry in entries}
        guessed = {one.id: sum(said.frames for said in one.lines if said.line not in spoken) for one in entries}
        self._slack = {ident: frames * 1000 * slack // (100 * fps) for ident, frames in guessed.items()}
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
            return Ask(kind=item.kind, letters=len(self._spoken(ident)))
        if item.kind is TakeKind.CLIP:
            return self.clip(ident)
        width, height = _SHEET if item.kind is TakeKind.LOOK else (frame.width, frame.height)
        return Ask(kind=item.kind, width=width, height=height)

    def _spoken(self, ident: str) -> str:
        """The words of a line, or those somebody is auditioned with: MARA, or MARA:VOICE."""
        telling = None if ident in self._lines else telling_line(self._film.breakdown, ident.partition(":")[0])
        return telling.text if telling else self._lines.get(ident, "")

    def clip(self, shot: str) -> Ask:
        """A shot's clip, as long as its lines will likely make it, and how much longer they may."""
        frame, ms, slack = self._film.frame, self._ms.get(shot, 0), self._slack.get(shot, 0)
        return Ask(kind=TakeKind.CLIP, ms=ms, slack=slack, width=frame.width, height=frame.height)
