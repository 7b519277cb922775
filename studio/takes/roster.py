"""The roster: which engine makes which kind of take, from data/crew.toml. Choosing an engine is a look-up."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from studio.errors import BadRequest, KeyMissing
from studio.story.noun import Noun
from studio.takes.recipe import TakeKind

ANIMATOR = "animator"


class EngineCard(Noun):
    """What the studio knows of an engine without loading it; `seconds` of work a take, by kind.

    An engine with a vendor costs what the price card of its vendor and model says; one without costs nothing.
    """

    role: str
    name: str
    version: str
    makes: tuple[TakeKind, ...] = ()
    seconds: dict[TakeKind, float] = {}  # noqa: RUF012  pydantic copies defaults
    vendor: str = ""
    keeps: bool = False  # the vendor gives out what it made for a while, by the ticket of its job
    model: str = ""  # the vendor's name for it, and the price card's
    needs: tuple[str, ...] = ()  # settings without which it is not available
    shortest: float = 0.0  # seconds of a clip it can make in one go
    longest: float = 0.0
    references: int = 0  # pictures of locked looks it takes along
    caution: str = ""  # what whoever chooses it should know, as a sentence
    end_frame: bool = False
    sound: bool = False
    over_board: bool = False  # it moves over the board, whatever that shows
    languages: tuple[str, ...] = ()  # it speaks; empty for all
    estimate: dict[TakeKind, dict[str, float]] = {}  # noqa: RUF012  units of the price card per take, second or letter


class StandIn(Noun):
    """Who makes what another engine was chosen for, and why."""

    engine: str
    why: str


class Crew(Noun):
    """Who plays which part: engines by role, and by shot id the animators of shots that differ; the rest is offline.

    `switch` lets another engine take over from one that cannot be had. `instead` names who animates for those that were
    found wanting; it is looked up whenever something is begun and never saved with the episode.
    """

    engines: dict[str, str] = {}  # noqa: RUF012
    shots: dict[str, str] = {}  # noqa: RUF012
    switch: Annotated[bool, Field(exclude_if=lambda allowed: not allowed)] = False
    instead: Annotated[dict[str, StandIn], Field(exclude_if=lambda found: not found)] = {}  # noqa: RUF012

    def name(self, role: str, shot: str = "") -> str:
        """The engine chosen for a role, or for the motion of one shot; empty where none was."""
        return (self.shots.get(shot, "") if role == ANIMATOR else "") or self.engines.get(role, "")

    def plays(self, role: str, shot: str = "") -> str:
        """The same, or whoever stands in for them."""
        chosen = self.name(role, shot)
        found = self.instead.get(chosen)
        return found.engine if found else chosen


class Roster(Noun):
    """All engines in order of preference, who takes over from whom by role, and the settings that are set here."""

    engine: tuple[EngineCard, ...]
    order: dict[str, tuple[str, ...]] = {}  # noqa: RUF012
    settings: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for role, names in self.order.items():
            known = {card.name for card in self.engine if card.role == role}
            if strangers := [name for name in names if name not in known]:
                raise ValueError(f"the order of the {role} names {strangers[0]}, who is none")
        return self

    @classmethod
    def load(cls, file: Path, settings: Collection[str] = ()) -> Roster:
        """Read and check data/crew.toml; pydantic's ValidationError names a wrong field."""
        read = tomllib.loads(file.read_text(encoding="utf-8"))
        return cls.model_validate({**read, "settings": frozenset(settings)})

    def card(self, kind: TakeKind, name: str = "") -> EngineCard:
        """The engine of this name, or the first that makes this kind; KeyError if none does, or it does not."""
        for card in self.engine:
            if kind in card.makes and name in ("", card.name):
                return card
        raise KeyError(f"{kind} {name}".strip())

    def first(self, kind: TakeKind) -> EngineCard:
        """Who plays a kind's role where nobody was chosen: the first of it, which may make it without a take."""
        role = self.card(kind).role
        return next(card for card in self.engine if card.role == role)

    def player(self, crew: Crew | None, kind: TakeKind) -> EngineCard:
        """Who makes a kind of take in a crew; the first engine where nobody was chosen."""
        first = self.first(kind)
        name = crew.name(first.role) if crew else ""
        return self.named(name) if name else first

    def named(self, name: str) -> EngineCard:
        """The card of an engine; BadRequest when there is none of this name."""
        for card in self.engine:
            if card.name == name:
                return card
        raise BadRequest(f"there is no engine called {name}", field="crew")

    def over_board(self) -> EngineCard | None:
        """The first engine that moves over a board, whoever painted it."""
        return next((card for card in self.engine if card.over_board), None)

    def sold(self, name: str) -> bool:
        """Whether an engine is at a vendor; one that is not in the list any more counts as offline."""
        return any(card.name == name and card.vendor for card in self.engine)

    def missing(self, card: EngineCard) -> tuple[str, ...]:
        """The settings an engine needs that are not set."""
        return tuple(one for one in card.needs if one not in self.settings)

    def available(self, role: str) -> tuple[EngineCard, ...]:
        """The engines that could play a role here, in order of preference."""
        return tuple(card for card in self.engine if card.role == role and not self.missing(card))

    def after(self, kind: TakeKind, lost: Collection[str]) -> tuple[EngineCard, ...]:
        """Who may take over a kind of take from engines that could not be had, in order; nobody at their vendors."""
        cards = {card.name: card for card in self.engine}
        away = {cards[name].vendor for name in lost if name in cards}
        able = (cards[name] for name in self.order.get(self.card(kind).role, ()) if name not in lost)
        return tuple(one for one in able if kind in one.makes and one.vendor not in away and not self.missing(one))

    def check(self, crew: Crew) -> Crew:
        """The crew, if everybody in it plays their part and is available: else BadRequest or KeyMissing."""
        parts = [*crew.engines.items(), *((ANIMATOR, name) for name in crew.shots.values())]
        for role, name in parts:
            card = self.named(name)
            if card.role != role:
                raise BadRequest(f"{name} is a {card.role}, not a {role}", field="crew")
            if missing := self.missing(card):
                raise KeyMissing(f"{name} needs {' and '.join(missing)}", vendor=card.vendor)
        return crew

    def cloud(self, without: Collection[str] = ()) -> Crew:
        """For each role the first engine at a vendor that is available; offline where there is none."""
        able = [card for card in self.engine if card.vendor and not self.missing(card) and card.name not in without]
        found = {card.role: card.name for card in reversed(able)}
        return Crew(engines=dict(sorted(found.items())))
