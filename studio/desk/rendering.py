"""Rendering: a film in several formats at once, what it takes beforehand, and how each format stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy
from sqlalchemy import bindparam, func
from sqlmodel import col

from studio.desk.dismissing import not_dismissed
from studio.desk.producing import Producing
from studio.desk.progress import progress
from studio.desk.sources import check_episode
from studio.desk.strip import Strip, strip
from studio.desk.troubles import broken
from studio.desk.views import Progress
from studio.desk.watching import being_made
from studio.errors import BadRequest
from studio.money.quote import Quote, QuoteSheet, Total
from studio.production.film import Choices
from studio.production.names import AHEAD
from studio.production.run import Run
from studio.production.timing import waiting
from studio.story.noun import Noun
from studio.takes.plan import Plan, PlanItem, State
from studio.takes.recipe import TakeKind


class Amount(Noun):
    """What there is of one kind of take, and what a render would make of it; seconds of one core."""

    kind: TakeKind
    current: int = 0
    stale: int = 0
    missing: int = 0
    to_make: int = 0
    price_micros: int = 0
    seconds: float = 0.0


class CutView(Noun):
    """A film as it would be rendered: its strip, its plan by kind over all formats, price and time."""

    strip: Strip
    amounts: tuple[Amount, ...]
    seconds: float  # of waiting, on this machine and for vendors
    engines: tuple[Total, ...] = ()  # what those that cost would take, the dearest first
    gone: tuple[str, ...] = ()  # why engines that would be asked cannot be, a sentence each
    behind: tuple[str, ...] = ()  # formats whose film is not of the newest script and choices

    @property
    def to_make(self) -> int:
        """How many takes a render would make."""
        return sum(amount.to_make for amount in self.amounts)

    @property
    def work_seconds(self) -> float:
        """Their work, one after the other; several at a time, that is `seconds` of waiting."""
        return sum(amount.seconds for amount in self.amounts)

    @property
    def price_micros(self) -> int:
        """What they would cost."""
        return sum(amount.price_micros for amount in self.amounts)

    @property
    def quote(self) -> Quote:
        """What they would cost at the least, likely, and at the most."""
        return sum((total.quote for total in self.engines), Quote())


_mine = (col(Run.account) == bindparam("account")) & (col(Run.episode) == bindparam("episode")) & (col(Run.part) == "")
_mine &= not_dismissed()
_ordered = sqlalchemy.select(col(Run.frame), col(Run.order)).where(_mine).order_by(col(Run.created).desc())
_place = func.row_number().over(partition_by=col(Run.frame), order_by=col(Run.created).desc()).label("place")
_ranked = sqlalchemy.select(col(Run.id), _place).where(_mine).subquery("ranked")
_last = (
    sqlalchemy.select(Run)
    .join(_ranked, _ranked.c.id == col(Run.id))
    .where(_ranked.c.place == 1)
    .order_by(col(Run.created).desc())
)


class Rendering(Producing):
    """Renders."""

    def cut(self, episode: str, orders: Sequence[Choices]) -> CutView:
        """The film of these formats, of which the first is laid out. Makes no take."""
        _some(orders)
        films = [self._film(episode, order) for order in orders]
        found = [self._look(episode, film) for film in films]
        plans = [one.plan for one in found]
        with self._house.db.read() as session:
            making = being_made(session, self._account, episode)
            failed = frozenset(broken(session, self._account, episode, making))
        amounts = tuple(_amounts(plans))
        rows = {row.subject: row for one in reversed(found) for row in one.sheet.rows}  # what formats share, once
        made = {item.subject: item for plan in reversed(plans) for item in plan.to_make}
        seconds = waiting(self._house, made.values(), self._at_once + AHEAD)
        behind = tuple(film.mark for film, plan in zip(films, plans, strict=True) if _behind(plan))
        engines = QuoteSheet(rows=tuple(rows.values())).engines
        told = (self._house.offers.gone(one.engine) for one in engines)
        return CutView(
            strip=strip(found[0].cut, plans[0], failed),
            amounts=amounts,
            seconds=seconds,
            engines=engines,
            gone=tuple(filter(None, told)),
            behind=behind,
        )

    def tally(self, episode: str, choices: Choices) -> tuple[Amount, ...]:
        """How many takes of each kind a film has, for whoever asks what is left to do. Makes no take."""
        return tuple(_amounts([self._look(episode, self._film(episode, choices)).plan]))

    def wait_for(self, plan: Plan, hands: int) -> float:
        """About how many seconds a plan takes with so many processes here."""
        return waiting(self._house, plan.to_make, hands)

    def render(self, episode: str, orders: Sequence[Choices], *, most: int | None = None) -> tuple[str, ...]:
        """Begin or join a production for each format; the ids of the runs, none where all is there.

        What would refuse one of them begins none, and says which. `most` is in micro-dollars for all, as in produce.
        """
        _some(orders)
        return tuple(filter(None, self._begin(episode, orders, most)))

    def formats(self, episode: str) -> tuple[Choices, ...]:
        """How an episode was last rendered, the newest first; the other formats of that quality follow."""
        with self._house.db.read() as session:
            rows = session.execute(_ordered, {"account": self._account, "episode": episode}).all()
            if not rows:
                check_episode(session, self._account, episode)
        newest: dict[str, Choices] = {}
        for frame, order in rows:
            if frame not in newest:
                before = Choices.model_validate(order)
                newest[frame] = before.model_copy(update={"film": None})  # credits are agreed to where they are quoted
        first = next(iter(newest.values()), None)
        return tuple(one for one in newest.values() if first and one.quality is first.quality)

    def standing(self, episode: str) -> tuple[Progress, ...]:
        """The last run of each format, the newest first; what nobody hears in the film, its episode's view says."""
        with self._house.db.read() as session:
            rows = session.scalars(_last, {"account": self._account, "episode": episode}).all()
            return tuple(
                progress(session, row, self._house.roster, self._at_once, rooms=self._house.rooms, silent=False)
                for row in rows
            )


def _some(orders: Sequence[Choices]) -> None:
    if not orders:
        raise BadRequest("choose at least one format", field="formats")


def _behind(plan: Plan) -> bool:
    return any(item.kind is TakeKind.MASTER and item.state is State.STALE for item in plan.items)


def _amounts(plans: Iterable[Plan]) -> Iterable[Amount]:
    """The plans by kind; what two formats share counts once."""
    items = {item.subject: item for plan in reversed(list(plans)) for item in plan.items}
    kinds: dict[TakeKind, list[PlanItem]] = {kind: [] for kind in TakeKind}
    for item in items.values():
        kinds[item.kind].append(item)
    for kind, mine in kinds.items():
        if not mine:
            continue
        made = [item for item in mine if item.made_now]
        yield Amount(
            kind=kind,
            current=sum(item.state is State.CURRENT for item in mine),
            stale=sum(item.state is State.STALE for item in mine),
            missing=sum(item.state is State.MISSING for item in mine),
            to_make=len(made),
            price_micros=sum(item.price_micros for item in made),
            seconds=sum(item.seconds for item in made),
        )
