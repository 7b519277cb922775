"""How the studio is: what it stands on, its workers and queues, and the vendors. It repairs nothing.

Everything is looked up in the background. Vendors hold nobody up for more than a moment and are asked once a minute.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from services.background import Background
from services.breaker import State
from services.guard import line, vendors
from services.offering import gone
from services.pinging import Heard, Pulse, listen
from services.pricelists import dearer
from services.settings import ROOT, Settings
from services.tariffs import dear
from services.vaults.opening import open_vault
from services.writable import check_writable
from studio.db import Database, now
from studio.errors import AssetMissing, StudioError
from studio.money.inbox import Stuck, stuck
from studio.production.executors import alive
from studio.production.queues import Depth, depths
from studio.production.rental import LineState
from studio.production.run import Executor
from studio.story.noun import Noun
from studio.takes.roster import Roster
from studio.takes.take import Take, TakeState

log = logging.getLogger(__name__)
VENDORS_KEPT = 60.0  # seconds
_TARIFFS_KEPT = 3600.0
_HOUSE_KEPT = 2.0
_WAIT = 3.0  # seconds for the house: on a busy machine a slow database is not a dead one
_WAIT_VENDORS = 0.3
_WAIT_VAULT = 1.0  # seconds for a vault that is a store elsewhere; what it said is believed as long as vendors' words
_STALE = 15.0  # seconds after which what is known of the house is not believed
_FRESH = timedelta(seconds=60)  # a worker's word of its breakers
_ORDER = (State.CLOSED, State.HALF_OPEN, State.OPEN)


class Status(StrEnum):
    OK = "ok"
    DEGRADED = "degraded"  # the studio works, and a vendor does not
    DOWN = "down"


class Part(Noun):
    """Something the studio stands on."""

    name: str
    well: bool
    why: str = ""


class AtWork(Noun):
    """One worker that is alive; ages in seconds."""

    executor: str
    age: float
    silent: float


class Standing(Noun):
    """What the studio itself is like; nothing of vendors."""

    parts: tuple[Part, ...]
    workers: tuple[AtWork, ...] = ()
    queues: tuple[Depth, ...] = ()
    breakers: dict[str, State] = {}  # noqa: RUF012  pydantic copies defaults
    notices: Stuck | None = None

    @property
    def well(self) -> bool:
        """Whether it can serve and make anything."""
        return all(part.well for part in self.parts)


class Vendor(Noun):
    """One vendor: its pings, and the worst breaker of any living worker and this process."""

    name: str
    breaker: State
    heard: tuple[Heard, ...]
    gone: tuple[str, ...] = ()  # engines whose model it has not any more, a sentence each
    dear: tuple[str, ...] = ()  # where it takes more than our price cards say, a sentence each

    @property
    def well(self) -> bool:
        """Whether work sent there can be expected to come back; a half-open line waits only for somebody to try."""
        answers = all(one.pulse is Pulse.WELL for one in self.heard)
        return self.breaker is not State.OPEN and answers and not self.gone


class Report(Noun):
    """Everything that is known; `asked` is when vendors were asked, None before the first answer."""

    status: Status
    parts: tuple[Part, ...]
    workers: tuple[AtWork, ...]
    queues: tuple[Depth, ...]
    vendors: tuple[Vendor, ...]
    asked: datetime | None
    notices: Stuck | None = None  # of the payment service, that could not be acted on


def taken(settings: Settings) -> Mapping[str, tuple[str, ...]]:
    """By vendor, a sentence for each price of theirs that is above our price card."""
    return {"runpod": dear(settings), "fal": dearer(settings)}


class Health:
    """Looks after the house of one database; safe to use from many threads."""

    def __init__(
        self,
        settings: Settings,
        db: Database,
        *,
        ask: Callable[[Settings], Sequence[Heard]] = listen,
        tariff: Callable[[Settings], Mapping[str, tuple[str, ...]]] = taken,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`ask` asks every vendor that is set, `tariff` which of them take more than we reckon with."""
        self._settings, self.db = settings, db
        self._roster = Roster.load(ROOT / "data" / "crew.toml", settings.given)
        self._house = Background(self._stand, _HOUSE_KEPT, clock, name="health")
        self._vendors = Background(lambda: tuple(ask(settings)), VENDORS_KEPT, clock, name="vendors")
        self._dear = Background(lambda: tariff(settings), _TARIFFS_KEPT, clock, name="tariffs")
        self._store = Background(lambda: _part("vault", self._look_into_vault), VENDORS_KEPT, clock, name="vault")

    def report(self) -> Report:
        """How everything is; a database that does not answer in a few seconds is down."""
        found, heard = self._house.get(_WAIT), self._vendors.get(_WAIT_VENDORS)
        if found is None or found.age > _STALE:
            standing = Standing(parts=(Part(name="database", well=False, why="it does not answer"),))
        else:
            standing = found.value
        cost = self._dear.get(_WAIT_VENDORS)
        said = cost.value if cost else {}
        seen = _vendors(heard.value if heard else (), standing.breakers, self._gone(heard.value if heard else ()), said)
        status = Status.OK if all(one.well for one in seen) else Status.DEGRADED
        return Report(
            status=status if standing.well else Status.DOWN,
            parts=standing.parts,
            workers=standing.workers,
            queues=standing.queues,
            vendors=seen,
            asked=now() - timedelta(seconds=heard.age) if heard else None,
            notices=standing.notices,
        )

    def _gone(self, heard: Sequence[Heard]) -> dict[str, tuple[str, ...]]:
        """What is said of engines whose models are gone, by vendor."""
        told = gone(heard, self._roster, self._settings)
        by = {self._roster.named(engine).vendor for engine in told}
        return {one: tuple(why for name, why in told.items() if self._roster.named(name).vendor == one) for one in by}

    def _stand(self) -> Standing:
        try:
            check_writable(self._settings.home, "STUDIO_HOME")
            self.db.migrate()
            vault = self._vault()
            workers, queues, breakers = self._workers(), depths(self.db), self._breakers()
            with self.db.read() as session:
                notices = stuck(session, at=now())
        except (StudioError, SQLAlchemyError) as error:
            log.warning("health.database %s", error)
            return Standing(parts=(Part(name="database", well=False, why=_words(error)),))
        none = "" if workers else "no worker is alive: nothing is made"
        parts = (Part(name="database", well=True), vault, Part(name="workers", well=bool(workers), why=none))
        return Standing(parts=parts, workers=workers, queues=queues, breakers=breakers, notices=notices)

    def _vault(self) -> Part:
        """The vault: a folder is looked into at once, a store in the background."""
        if not self._settings.studio_vault_url:
            return _part("vault", self._look_into_vault)
        seen = self._store.get(_WAIT_VAULT)
        known = seen is not None and seen.age < VENDORS_KEPT * 2
        return seen.value if seen and known else Part(name="vault", well=False, why="it does not answer")

    def _look_into_vault(self) -> None:
        """AssetMissing when the database knows of bytes and the vault holds none: another one is in its place."""
        if not self._settings.studio_vault_url:
            check_writable(self._settings.vault, "STUDIO_HOME")
        vault = open_vault(self._settings)
        made = select(Take.content).where(Take.state == TakeState.MADE, col(Take.content) != "").limit(1)
        with self.db.read() as session:
            known = session.exec(made).first()
        if next(iter(vault.contents()), None) is None and known:
            place = self._settings.studio_vault_url.partition("?")[0] or self._settings.vault
            raise AssetMissing(f"{place} is empty, and takes were kept there")

    def _workers(self) -> tuple[AtWork, ...]:
        moment = now()
        with self.db.read() as session:
            living = alive(session)
            rows = session.exec(select(Executor).where(col(Executor.id).in_(living)).order_by(Executor.id))
            return tuple(
                AtWork(
                    executor=row.id,
                    age=(moment - row.started).total_seconds(),
                    silent=max(0.0, (moment - row.seen).total_seconds()),
                )
                for row in rows
            )

    def _breakers(self) -> dict[str, State]:
        """The worst breaker of each vendor, by every worker's own word of the last minute."""
        worst: dict[str, State] = {}
        with self.db.read() as session:
            for row in session.exec(select(LineState).where(col(LineState.at) > now() - _FRESH)):
                worst[row.vendor] = _worst(worst.get(row.vendor, State.CLOSED), State(row.state))
        return worst


@lru_cache(maxsize=1)
def health() -> Health:
    """The web process's health: one per process, like its desk."""
    settings = Settings()
    return Health(settings, Database(settings.database_url))


def _vendors(
    heard: Sequence[Heard],
    breakers: dict[str, State],
    lost: dict[str, tuple[str, ...]],
    said: Mapping[str, tuple[str, ...]],
) -> tuple[Vendor, ...]:
    names = sorted({one.vendor for one in heard} | set(breakers))
    return tuple(
        Vendor(
            name=name,
            breaker=_worst(breakers.get(name, State.CLOSED), line(name).state if name in vendors() else State.CLOSED),
            heard=tuple(one for one in heard if one.vendor == name),
            gone=lost.get(name, ()),
            dear=said.get(name, ()),
        )
        for name in names
    )


def _worst(one: State, other: State) -> State:
    return max(one, other, key=_ORDER.index)


def _part(name: str, look: Callable[[], None]) -> Part:
    try:
        look()
    except StudioError as error:
        return Part(name=name, well=False, why=_words(error))
    return Part(name=name, well=True)


def _words(error: Exception) -> str:
    return error.detail if isinstance(error, StudioError) else str(error).partition("\n")[0]
