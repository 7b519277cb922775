"""Quotes: what takes will cost before they are made, one by one and for an episode, with the ceiling that is held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from studio.money.estimates import Ask, Estimates, Rule
from studio.money.prices import PriceBook
from studio.money.usage import TIMED
from studio.story.noun import Noun

Key = tuple[str, str, str, str]  # engine, kind, size, day of the price card


class Priced(Protocol):
    """What a quote needs to know of an engine; an EngineCard is one."""

    @property
    def name(self) -> str: ...
    @property
    def vendor(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def shortest(self) -> float: ...
    @property
    def seconds(self) -> Mapping[Any, float]: ...


class Quote(Noun):
    """Micro-dollars a take costs at the least, likely, and at the most: that is what is held."""

    low: int = 0
    likely: int = 0
    ceiling: int = 0

    @property
    def certain(self) -> bool:
        """Whether it is a price and no estimate."""
        return self.low == self.ceiling

    def __add__(self, other: Quote) -> Quote:
        return Quote(low=self.low + other.low, likely=self.likely + other.likely, ceiling=self.ceiling + other.ceiling)


class Measured(Noun):
    """What takes of one engine, kind and size were billed, in micro-dollars: one of ten less, half of them, nine."""

    low: int
    median: int
    most: int
    count: int


class QuoteRow(Noun):
    """What one subject of a film will cost, and whose it is."""

    subject: str
    kind: str
    engine: str
    scene: str = ""  # its number
    within: str = ""  # the id of its scene, which it keeps
    size: str = ""
    quote: Quote = Quote()
    work: int = 0  # milliseconds its engine will likely be at work


class Total(Noun):
    """What an engine's takes will cost together."""

    engine: str
    takes: int
    quote: Quote


class QuoteSheet(Noun):
    """What an episode will cost, take by take."""

    rows: tuple[QuoteRow, ...] = ()

    @property
    def total(self) -> Quote:
        """All of it; its ceiling is held."""
        return sum((row.quote for row in self.rows), Quote())

    @property
    def engines(self) -> tuple[Total, ...]:
        """Totals by engine, the dearest first."""
        groups: dict[str, list[QuoteRow]] = {}
        for row in self.rows:
            groups.setdefault(row.engine, []).append(row)
        totals = [
            Total(engine=engine, takes=len(rows), quote=sum((row.quote for row in rows), Quote()))
            for engine, rows in groups.items()
        ]
        return tuple(sorted(totals, key=lambda one: (-one.quote.likely, one.engine)))


@dataclass(frozen=True)
class Quoter:
    """Draws quotes up from price cards and rules, and from what was measured."""

    prices: PriceBook
    estimates: Estimates
    measured: Mapping[Key, Measured] = field(default_factory=dict)

    def quote(self, card: Priced, ask: Ask, *, at: datetime) -> Quote:
        """What an engine takes for this; RateMissing for an engine at a vendor without a price card or a rule."""
        if not card.vendor:
            return Quote()
        rule, price = self.estimates.find(card.name, ask.kind), self.prices.find(card.vendor, card.model, at)
        if rule.learns and (learnt := self._learnt(rule, ask, price.dated)):
            return learnt
        made = ask.model_copy(update={"ms": max(ask.ms, round(card.shortest * 1000))}) if ask.ms else ask
        return Quote(
            low=price.cost(rule.quantities(made, rule.low)),
            likely=price.cost(rule.quantities(made)),
            ceiling=price.cost(rule.ceilings(made)),
        )

    def _learnt(self, rule: Rule, ask: Ask, card: str) -> Quote | None:
        """What takes of this size came to at the price of today; None while there were too few of them."""
        learning = self.estimates.learning
        sizes = (rule.size(ask), rule.size(ask.model_copy(update={"ms": ask.ms + ask.slack})))
        found = [self.measured.get((rule.engine, ask.kind, size, card)) for size in sizes]
        known = [one for one in found if one and one.count >= learning.enough]
        if len(known) < len(sizes):
            return None
        most = max(one.most for one in known)
        return Quote(low=known[0].low, likely=known[0].median, ceiling=-(-most * learning.over // 100))

    def row(self, card: Priced, ask: Ask, subject: str, scene: str = "", *, within: str = "", at: datetime) -> QuoteRow:
        """The same as a row of a sheet."""
        return QuoteRow(
            subject=subject,
            kind=ask.kind,
            engine=card.name,
            scene=scene,
            within=within,
            size=self.estimates.find(card.name, ask.kind).size(ask) if card.vendor else ask.size,
            quote=self.quote(card, ask, at=at),
            work=self._work(card, ask),
        )

    def _work(self, card: Priced, ask: Ask) -> int:
        """Milliseconds an engine at a vendor will likely work: what it bills by time, else what is typical."""
        if not card.vendor:
            return 0
        timed = self.estimates.find(card.name, ask.kind).quantities(ask).get(TIMED, 0)
        return timed or round(card.seconds.get(ask.kind, 0.0) * 1000)
