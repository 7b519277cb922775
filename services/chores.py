"""All that a worker does now and then: for its house, its till, programs, whoever comes and goes, and founders."""

from __future__ import annotations

from services.doorkeeping import door_chores
from services.founding import founding_chores
from services.hooks.chores import hook_chores
from services.housekeeping import chores
from services.offering import Offers
from services.payments.till import payment_chores
from services.rooms import Rooms
from services.settings import Settings
from studio.production.chores import Chore
from studio.production.house import House


def all_chores(settings: Settings, house: House, rooms: Rooms, offers: Offers) -> tuple[Chore, ...]:
    """What a worker with these settings does in this house."""
    return (
        *chores(settings, house.db, house.roster, rooms, offers.look),
        *payment_chores(house.db, house.payments, house.tiers),
        *hook_chores(house.db, near=not settings.hosted),
        *(door_chores(settings, house) if settings.hosted else ()),
        *founding_chores(settings, house),
    )
