"""Where studio and services are joined: the house from the settings, and the desk everybody asks at."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from services.gate.verdicts import Verdicts
from services.guard import vendors
from services.housekeeping import chores
from services.offering import Offers
from services.pool import PooledCrew
from services.remotes import SetRemotes
from services.rentals import Rentals
from services.rooms import Rooms
from services.settings import ROOT, Settings
from services.web.checked import CheckedOnce
from services.writable import check_writable
from studio.db import Database
from studio.desk.desk import Desk
from studio.money.budget import Budget
from studio.money.estimates import Estimates
from studio.money.prices import PriceBook
from studio.money.tiers import Tiers
from studio.people.account import OWNER, owner
from studio.production.house import House
from studio.production.waiting import Waits
from studio.takes.roster import Roster
from studio.takes.thumbs import Thumbs
from studio.takes.vault import FolderVault


def build_house(settings: Settings, *, look: bool = False) -> House:
    """A house in the runtime folder, its database migrated; with `look` vendors are first asked which models they have.

    Raises BadRequest when the folder cannot be written, StorageError when the database cannot be used.
    """
    check_writable(settings.home, "STUDIO_HOME")
    db = Database(settings.database_url)
    db.migrate()
    with db.write() as session:
        owner(session)
    roster = Roster.load(ROOT / "data" / "crew.toml", settings.given)
    rooms, offers = Rooms(settings, roster), Offers(settings, roster)
    if look:
        offers.look()
    return House(
        db=db,
        vault=FolderVault(settings.vault),
        roster=roster,
        crew=PooledCrew(settings.studio_workers, settings.cache, settings.studio_ffmpeg),
        scratch=settings.scratch,
        thumbs=Thumbs(settings.cache / "thumbs"),
        media=settings.home / "media",
        prices=PriceBook.load(ROOT / "data" / "prices.toml"),
        estimates=Estimates.load(ROOT / "data" / "estimates.toml"),
        budget=Budget(target=settings.target_micros, stop=settings.stop_micros),
        tiers=Tiers.load(ROOT / "data" / "tiers.toml"),
        remotes=SetRemotes(settings, Rentals(db, roster, {})),
        gate=Verdicts(settings, roster),
        offers=offers,
        rooms=rooms,
        rates={name: one.rate for name, one in vendors().items() if one.rate},
        shares={name: one.share for name, one in vendors().items()},
        waits=Waits({name: one.waits for name, one in vendors().items()}, settings.studio_haste),
        chores=chores(settings, db, roster, rooms, offers.look),
    )


def open_desk(settings: Settings, account: str = OWNER, *, look: bool = False) -> Desk:
    """A desk for one account in a house of its own; `look` as in build_house."""
    return Desk(build_house(settings, look=look), account)


@lru_cache(maxsize=1)
def desk() -> Desk:
    """The web process's desk: one house per process, local mode's owner."""
    settings = Settings()
    house = build_house(settings)
    offers = Offers(settings, house.roster)
    offers.begin()
    return Desk(replace(house, vault=CheckedOnce(house.vault), offers=offers), OWNER)
