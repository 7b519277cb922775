"""Vacancy: whether a vendor has room for one more take, counted over all workers and whoever asks while they wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

import sqlalchemy
from sqlalchemy import bindparam, text
from sqlmodel import Session, col

from studio.production.asker import asks, left
from studio.production.house import House
from studio.production.queues import Room, shared
from studio.production.run import ACTIVE, Job, JobState, Run
from studio.takes.recipe import Recipe
from studio.takes.take import Take, TakeState

_same = (col(Take.account) == col(Job.account)) & (col(Take.fingerprint) == col(Job.fingerprint))
_under_way = (
    sqlalchemy.select(col(Take.account), col(Take.fingerprint), col(Take.executor), col(Take.asked))
    .join(Job, _same)
    .join(Run, col(Run.id) == col(Job.run))
    .where(col(Run.state).in_(ACTIVE), col(Job.state) == JobState.WORKING, col(Take.state) == TakeState.ASKED)
    .where(col(Take.engine).in_(bindparam("engines", expanding=True)))
    .distinct()
)
_ONE_BY_ONE = "SELECT pg_advisory_xact_lock(7271)"  # where several write at once they would count the same place free


def vacant(house: House, session: Session, account: str, recipe: Recipe, alive: Collection[str]) -> bool:
    """Whether the vendor of a recipe has room for it; call in the write session that claims its take.

    Of the room an account that is not alone in the house has its share, as on the vendor's queue. `alive` are the
    workers: what the dead had under way takes no room.
    """
    vendor = house.roster.named(recipe.engine).vendor
    room = house.rooms.get(vendor)
    if room is None:
        return True
    if session.get_bind().dialect.name != "sqlite":
        session.connection().execute(text(_ONE_BY_ONE))
    engines = [card.name for card in house.roster.engine if card.vendor == vendor]
    rows = session.connection().execute(_under_way, {"engines": engines}).all()
    others = [row for row in rows if (row.account, row.fingerprint) != (account, recipe.fingerprint)]
    going = Counter(row.account for row in others if _goes_on(row.executor, row.asked, alive))
    if going.total() >= room:
        return False
    share = Room.parted(room, None, house.shares.get(vendor, 1.0)).each
    return going[account] < share or not shared(session)


def _goes_on(executor: str, since: datetime, alive: Collection[str]) -> bool:
    return not left(executor, since) if asks(executor) else executor in alive
