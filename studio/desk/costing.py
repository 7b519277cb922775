"""Costing: what an episode's takes were billed and how long they took, by scene, kind and engine, and the month."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import PositiveInt
from sqlalchemy import BigInteger, bindparam, cast, func, select
from sqlmodel import Session, col

from studio.db import now
from studio.desk.calling import ALONE, Places
from studio.desk.seat import Seat
from studio.desk.sources import find_episode
from studio.desk.views import Story
from studio.money.entry import Entry as Bill
from studio.money.entry import Purse, Verb
from studio.money.minutes import FilmOrder
from studio.money.sums import Group, owed
from studio.production.run import Job, JobState, Run
from studio.story.episode import Episode
from studio.story.noun import Noun
from studio.takes.recipe import TakeKind
from studio.takes.take import OWN, Take

_TABLE = Path(__file__).parents[2] / "data" / "costs.toml"
_PAID = (JobState.MADE, JobState.FAILED)  # what failed may have been billed too
_LOST = (JobState.UNCLEAR, JobState.CANCELLED, JobState.WORKING)  # of these only what was billed is told


class _Costs(Noun):
    """The table of data/costs.toml."""

    version: int
    target_micros: PositiveInt


class Entry(Noun):
    """A take somebody was asked for: what it is, who made it, what was billed, and the work in seconds."""

    at: datetime
    subject: str
    name: str
    scene: str  # “Scene 2”, or what it belongs to instead
    kind: TakeKind
    engine: str
    failed: bool = False
    retake: bool = False
    note: str = ""
    micros: int = 0
    seconds: float = 0.0


class Sum(Noun):
    """Entries added up under a name."""

    name: str
    takes: int = 0
    micros: int = 0
    seconds: float = 0.0


class CostView(Noun):
    """What an episode has cost: every entry, the newest first, and what they add up to."""

    target_micros: int
    entries: tuple[Entry, ...]
    scenes: tuple[Sum, ...]
    kinds: tuple[Sum, ...]
    engines: tuple[Sum, ...]
    all: Sum
    retakes: Sum
    month: tuple[Sum, ...]  # the account's episodes since the month began, the dearest first
    account: Sum  # all of them
    since: datetime

    @property
    def share(self) -> float:
        """The share of the target that is spent; above 1 it is passed."""
        return self.all.micros / self.target_micros

    @property
    def retaken(self) -> float:
        """The retakes' share of the money, or of the work while nothing was billed."""
        if self.all.micros:
            return self.retakes.micros / self.all.micros
        return self.retakes.seconds / self.all.seconds if self.all.seconds else 0.0


class Costing(Seat):
    """Says what was spent."""

    def costs(self, story: Story) -> CostView:
        """What an episode has cost so far and the account since the month began; NotFound when it is not this one's."""
        since = now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        with self._house.db.read() as session:
            seed = find_episode(session, self._account, story.episode).seed
            found = session.execute(_of_episode, {"account": self._account, "episode": story.episode})
            bills = _bills(session, self._account, story.episode)
            rows = [_booked(_Paid(*row), bills) for row in found]
            month = tuple(_month(session, self._account, since))
        places = Places(story.breakdown)
        counted = (row for row in rows if row.state in _PAID or row.micros)
        entries = tuple(_entry(row, seed, places) for row in _once(counted))
        return CostView(
            target_micros=self._house.budget.target or _costs().target_micros,
            entries=entries,
            scenes=_added(entries, lambda one: one.scene, places.order),
            kinds=_added(entries, lambda one: one.kind.value, {kind.value: at for at, kind in enumerate(TakeKind)}),
            engines=_added(entries, lambda one: one.engine, {}),
            all=_sum("All", entries),
            retakes=_sum("Retakes", [one for one in entries if one.retake]),
            month=month,
            account=_total("All", month),
            since=since,
        )


@cache
def _costs() -> _Costs:
    return _Costs.model_validate(tomllib.loads(_TABLE.read_text(encoding="utf-8")))


def _bills(session: Session, account: str, episode: str) -> dict[str, int]:
    """What vendors billed for each take of an episode, every asking of it, by fingerprint."""
    query = select(col(Bill.fingerprint), func.sum(col(Bill.micros))).where(
        col(Bill.account) == account,
        col(Bill.episode) == episode,
        col(Bill.verb) == Verb.BILL,
        col(Bill.purse) == Purse.COST.of(account),
    )
    return {fingerprint: int(micros) for fingerprint, micros in session.execute(query.group_by(col(Bill.fingerprint)))}


def _booked(row: _Paid, bills: Mapping[str, int]) -> _Paid:
    """A row with all that was billed for its take: what an asking that failed cost, the take itself forgets."""
    return row._replace(micros=bills.get(row.fingerprint, row.micros))


class _Paid(NamedTuple):
    """A take a run had made, as a row."""

    at: datetime
    subject: str
    fingerprint: str
    kind: str
    engine: str
    state: str
    micros: int
    took: int  # milliseconds
    seed: int
    note: str


# What runs had made; a person's own takes cost nothing and are no entries.
_same = (col(Job.account) == col(Take.account)) & (col(Job.fingerprint) == col(Take.fingerprint))
_paid = (
    select(
        func.coalesce(col(Take.made), col(Take.asked)).label("at"),
        col(Job.subject),
        col(Take.fingerprint),
        col(Take.kind),
        col(Take.engine),
        col(Job.state),
        col(Take.cost_micros),
        col(Take.took_ms),
        func.coalesce(cast(col(Take.recipe)["seed"].as_string(), BigInteger), 0).label("seed"),
        func.coalesce(col(Take.recipe)["note"].as_string(), "").label("note"),
    )
    .join(Job, _same)
    .join(Run, col(Run.id) == col(Job.run))
    .where(col(Job.account) == bindparam("account"), col(Job.state).in_((*_PAID, *_LOST)), col(Take.engine) != OWN)
)
_of_episode = _paid.where(col(Run.episode) == bindparam("episode")).order_by(col(Job.updated).desc())
_lately = (
    _paid.where(col(Job.state).in_(_PAID) | (col(Take.cost_micros) > 0))
    .where(col(Take.asked) >= bindparam("since"))
    .add_columns(col(Run.episode))
    .subquery("paid")
)
_each = (  # a take is counted once
    select(_lately.c.episode, _lately.c.fingerprint, func.max(_lately.c.cost_micros).label("micros"))
    .add_columns(func.max(_lately.c.took_ms).label("ms"))
    .group_by(_lately.c.episode, _lately.c.fingerprint)
    .subquery("one")
)
_by_episode = (
    select(col(Episode.title), col(Episode.id), func.count(), func.sum(_each.c.micros), func.sum(_each.c.ms))
    .join(_each, _each.c.episode == col(Episode.id))
    .group_by(col(Episode.id))
    .order_by(func.sum(_each.c.micros).desc(), func.sum(_each.c.ms).desc())
)


def _month(session: Session, account: str, since: datetime) -> Iterable[Sum]:
    """The account's spend by episode since a moment."""
    rows = session.execute(_by_episode, {"account": account, "since": since})
    films = set(session.scalars(select(col(FilmOrder.episode)).where(col(FilmOrder.account) == account)))
    bills = {one.name: one.micros for one in owed(session, Group.EPISODE, account=account, since=since)}
    for title, ident, takes, micros, ms in rows:
        told = 0 if ident in films else int(micros)  # what a film's takes cost at vendors is no bill of its owner's
        yield Sum(name=title or "Untitled", takes=takes, micros=bills.get(ident, told), seconds=ms / 1000)


def _entry(row: _Paid, seed: int, places: Places) -> Entry:
    """A row as an entry of an episode with this seed: another seed is another take of the same."""
    return Entry(
        at=row.at,
        subject=row.subject,
        name=ALONE.get(row.kind) or places.name(row.subject),
        scene=places.scene(row.subject),
        kind=TakeKind(row.kind),
        engine=row.engine,
        failed=row.state == JobState.FAILED,
        retake=row.seed != seed or bool(row.note),
        note=row.note,
        micros=row.micros,
        seconds=row.took / 1000,
    )


def _once(rows: Iterable[_Paid]) -> Iterable[_Paid]:
    """Each take once: who tries again what had failed makes the same take."""
    once: dict[str, _Paid] = {}
    for row in rows:
        once.setdefault(row.fingerprint, row)
    return once.values()


def _added(entries: Iterable[Entry], key: Callable[[Entry], str], order: Mapping[str, int]) -> tuple[Sum, ...]:
    """Entries added up by a key, in this order; what it does not name comes last, the dearest first."""
    groups: dict[str, list[Entry]] = {}
    for one in entries:
        groups.setdefault(key(one), []).append(one)
    sums = [_sum(name, group) for name, group in groups.items()]
    last = len(order)
    return tuple(sorted(sums, key=lambda one: (order.get(one.name, last), -one.micros, -one.seconds, one.name)))


def _sum(name: str, entries: Iterable[Entry]) -> Sum:
    return _total(name, [Sum(name="", takes=1, micros=one.micros, seconds=one.seconds) for one in entries])


def _total(name: str, sums: Sequence[Sum]) -> Sum:
    micros, seconds = sum(one.micros for one in sums), sum(one.seconds for one in sums)
    return Sum(name=name, takes=sum(one.takes for one in sums), micros=micros, seconds=seconds)
