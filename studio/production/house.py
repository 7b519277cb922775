"""What a production works in: the database, the vault, the crew at work, and room on disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from studio.crew import Footage, Order, Pitch, Product, Remote, VoiceCard, VoiceLibrary
from studio.db import Database
from studio.errors import KeyMissing
from studio.money.budget import Budget
from studio.money.estimates import Estimates, Learning
from studio.money.films import Films
from studio.money.prices import PriceBook
from studio.money.tiers import UNLIMITED, Tiers
from studio.people.doors import Doors
from studio.production.asking import Asking, Askings
from studio.production.chores import Chore
from studio.production.waiting import Waits
from studio.story.breakdown import Breakdown
from studio.story.cast import Character
from studio.story.proposal import Proposal, Request
from studio.story.screenplay import Screenplay
from studio.takes.recipe import Recipe
from studio.takes.roster import EngineCard, Roster, StandIn
from studio.takes.thumbs import Thumbs
from studio.takes.vault import Vault

if TYPE_CHECKING:
    from studio.money.payments import Payments  # tables of what is sold: most houses sell nothing

_NEVER = Learning(enough=1, last=1, over=100)
Scan = Callable[[str, bytes], None]  # of a file's name and bytes


class CrewAtWork(Protocol):
    """The crew as a worker sees it; where the work is done (which process) is the crew's own business."""

    def write(self, pitch: Pitch) -> Screenplay:
        """Have the writer write; raises BadScript."""
        ...

    def revise(self, screenplay: Screenplay, breakdown: Breakdown, request: Request) -> Proposal:
        """Have the writer propose a change."""
        ...

    def cast(self, members: Sequence[Character], language: str) -> tuple[Character, ...]:
        """Give everybody without a voice one of the voice engine's; the same cast always gets the same voices."""
        ...

    def inspect(self, file: Path) -> Footage:
        """What a person's own film file holds; raises Unreadable when no picture of it can be decoded."""
        ...

    def voices(self, language: str) -> tuple[VoiceCard, ...]:
        """Every voice a character who speaks this language can have."""
        ...

    def manners(self) -> tuple[str, ...]:
        """How the voice engine can be told to speak a line."""
        ...

    def unread(self, note: str) -> tuple[str, ...]:
        """The words of a note on a line that tell a voice nothing."""
        ...

    def warm(self) -> None:
        """Get ready before there is work; nothing need happen."""
        ...

    def rehearse(self, clip: Recipe) -> None:
        """Get ready for a clip that cannot be made yet by playing this short one of it; nothing need happen."""
        ...

    def perform(self, order: Order) -> Product:
        """Have the engine named in the recipe make the take; raises VendorError or MediaError."""
        ...


class Remotes(Protocol):
    """The engines at vendors."""

    def engine(self, card: EngineCard) -> Remote:
        """The engine of a card; KeyMissing when a setting it needs is not set."""
        ...

    def library(self, card: EngineCard) -> VoiceLibrary:
        """The voices of the vendor of a card; KeyMissing as above."""
        ...


class Gate(Protocol):
    """What trials of animators found."""

    def instead(self, animator: str) -> StandIn | None:
        """Who animates in an engine's place and can, and why; None where nothing speaks against it."""
        ...


class NoGate:
    """A house in which nobody was tried."""

    def instead(self, animator: str) -> StandIn | None:
        """Nothing speaks against anybody."""
        del animator
        return None


class Offers(Protocol):
    """What vendors still have, as far as somebody asked them."""

    def gone(self, engine: str) -> str:
        """Why an engine cannot be asked any more, as a sentence; empty where nothing speaks against it."""
        ...


class AllOffered:
    """A house in which nobody asked."""

    def gone(self, engine: str) -> str:
        """Nothing speaks against anybody."""
        del engine
        return ""


class NoRemotes:
    """A house whose crew is offline."""

    def engine(self, card: EngineCard) -> Remote:
        """Say that there is none."""
        raise _missing(card)

    def library(self, card: EngineCard) -> VoiceLibrary:
        """Say that there is none."""
        raise _missing(card)


def unscanned(_name: str, _data: bytes) -> None:
    """Take whatever is brought: nobody looks through it."""


def _missing(card: EngineCard) -> KeyMissing:
    return KeyMissing(f"{card.name} needs {' and '.join(card.needs)}", vendor=card.vendor)


@dataclass(frozen=True, eq=False)
class House:
    """Where a production works. `scratch` may be emptied whenever nothing runs."""

    db: Database
    vault: Vault
    roster: Roster
    crew: CrewAtWork
    scratch: Path
    thumbs: Thumbs
    media: Path  # takes under readable names, for edit lists
    prices: PriceBook = field(default_factory=lambda: PriceBook(version=1, card=()))
    estimates: Estimates = field(default_factory=lambda: Estimates(version=1, learning=_NEVER, rule=()))
    budget: Budget = field(default_factory=Budget)  # of an episode and a month, unless its tier says otherwise
    tiers: Tiers = UNLIMITED
    payments: Payments | None = None  # who takes money; None where nothing is sold
    films: Films | None = None  # what a film costs for credits; None where none are sold
    remotes: Remotes = field(default_factory=NoRemotes)
    gate: Gate = field(default_factory=NoGate)
    offers: Offers = field(default_factory=AllOffered)
    rooms: Mapping[str, int] = field(default_factory=dict)  # takes at once at each vendor
    rates: Mapping[str, int] = field(default_factory=dict)  # takes begun in a minute at vendors that limit that
    shares: Mapping[str, float] = field(default_factory=dict)  # what one account of several may have of either
    waits: Waits = field(default_factory=Waits)  # of takes whose vendor is busy
    chores: Callable[[], Sequence[Chore]] = tuple  # what a worker does now and then
    redact: Callable[[str], str] = field(default=str)  # takes keys out of what is sent to somebody
    parcel: int = 2_000_000_000  # bytes of files in one part of an export; a larger file is one by itself
    scan: Scan = unscanned  # looks through what a person brings; raises where it is not to be taken
    doors: Doors = field(default_factory=Doors)
    askings: Askings = field(default_factory=Askings)
    going: MutableMapping[str, float] = field(default_factory=dict)  # runs, and when they were last seen to go on
    waiting: MutableMapping[str, Asking] = field(default_factory=dict)  # what a person waits for, by its run
