"""The house, built from the settings: database, vault, crew, vendors, money, doors. Nobody sits in it yet."""

from __future__ import annotations

from dataclasses import replace

from services.breached import Breached
from services.gate.verdicts import Verdicts
from services.guard import vendors
from services.offering import Offers
from services.passwords import Bcrypt
from services.payments.opening import open_payments
from services.pool import PooledCrew
from services.redaction import Redaction
from services.remotes import SetRemotes
from services.rentals import Rentals
from services.rooms import Rooms
from services.scanning import Clamd
from services.settings import ROOT, Settings
from services.vaults.opening import open_vault
from services.writable import check_writable
from studio.db import Database
from studio.money.budget import Budget
from studio.money.estimates import Estimates
from studio.money.films import Films
from studio.money.prices import PriceBook
from studio.money.tiers import Tiers
from studio.people.account import owner
from studio.people.doors import Doors
from studio.production.chores import Chore
from studio.production.house import House, unscanned
from studio.production.waiting import Waits
from studio.takes.roster import Roster
from studio.takes.thumbs import Thumbs


def build_house(settings: Settings, *, look: bool = False) -> House:
    """A house in the runtime folder, its database migrated; with `look` vendors are first asked which models they have.

    Raises BadRequest when the folder cannot be written or a vault's address read, StorageError when the database cannot
    be used.
    """
    check_writable(settings.home, "STUDIO_HOME")
    db = Database(settings.database_url)
    db.migrate()
    with db.write() as session:
        owner(session)
    roster = Roster.load(ROOT / "data" / "crew.toml", settings.given)
    rooms, offers = Rooms(settings, roster), Offers(settings, roster)
    tiers = Tiers.load(ROOT / "data" / "tiers.toml")
    payments = open_payments(settings, tiers)
    crew = PooledCrew(settings.studio_workers, settings.cache, settings.studio_ffmpeg)
    if look:
        offers.look()
    built = House(
        db=db,
        vault=open_vault(settings),
        roster=roster,
        crew=crew,
        scratch=settings.scratch,
        thumbs=Thumbs(settings.cache / "thumbs"),
        media=settings.home / "media",
        prices=PriceBook.load(ROOT / "data" / "prices.toml"),
        estimates=Estimates.load(ROOT / "data" / "estimates.toml"),
        budget=Budget(target=settings.target_micros, stop=settings.stop_micros),
        tiers=tiers,
        payments=payments,
        films=Films.load(ROOT / "data" / "films.toml") if settings.hosted or payments else None,
        remotes=SetRemotes(settings, Rentals(db, roster, {}), crew.do),
        gate=Verdicts(settings, roster),
        offers=offers,
        rooms=rooms,
        rates={name: one.rate for name, one in vendors().items() if one.rate},
        shares={name: one.share for name, one in vendors().items()},
        waits=Waits({name: one.waits for name, one in vendors().items()}, settings.studio_haste),
        scan=Clamd(settings.studio_scanner) if settings.studio_scanner else unscanned,
        doors=_doors(settings),
        redact=Redaction(settings.secrets).redact,
    )
    return replace(built, chores=lambda: _chores(settings, built, rooms, offers))


def _chores(settings: Settings, house: House, rooms: Rooms, offers: Offers) -> tuple[Chore, ...]:
    """What a worker does in this house now and then."""
    from services.chores import all_chores  # a tenth of a second, which whoever makes a short draft need not wait

    return all_chores(settings, house, rooms, offers)


def _doors(settings: Settings) -> Doors:
    """How people come in; to a local studio nobody does."""
    if not settings.hosted:
        return Doors()
    from studio.people.paying import leave  # tills and mail, which a local studio has not

    secret = settings.studio_secret.get_secret_value().encode()
    stolen = settings.studio_breached_passwords
    return Doors(
        passwords=Bcrypt(),
        breached=Breached(stolen) if stolen else lambda _password: False,
        invited=settings.studio_invitation_only,
        founders_app=settings.studio_founder_app,
        secret=secret,
        leaving=(leave,),
    )
