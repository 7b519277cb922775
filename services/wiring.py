"""Where studio and services are joined: the house from the settings, and the desk everybody asks at."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from services.breached import Breached
from services.doorkeeping import door_chores
from services.founding import founding_chores
from services.gate.verdicts import Verdicts
from services.guard import vendors
from services.hooks.chores import hook_chores
from services.housekeeping import chores
from services.offering import Offers
from services.passwords import Bcrypt
from services.payments.opening import open_payments, open_till, payment_chores
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
from studio.desk.admitting import Admission
from studio.desk.desk import Desk
from studio.desk.reception import Reception
from studio.desk.viewing import Viewing
from studio.money.budget import Budget
from studio.money.estimates import Estimates
from studio.money.films import Films
from studio.money.prices import PriceBook
from studio.money.tiers import Tiers
from studio.people.account import OWNER, owner
from studio.people.doors import Doors
from studio.people.paying import Till, leave
from studio.production.dispatch import Dispatch
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
        chores=(
            *chores(settings, db, roster, rooms, offers.look),
            *payment_chores(db, payments, tiers),
            *hook_chores(db, near=not settings.hosted),
        ),
        scan=Clamd(settings.studio_scanner) if settings.studio_scanner else unscanned,
        doors=_doors(settings),
        redact=Redaction(settings.secrets).redact,
    )
    doors = door_chores(settings, built) if settings.hosted else ()
    return replace(built, chores=(*built.chores, *doors, *founding_chores(settings, built)))


def _doors(settings: Settings) -> Doors:
    """How people come in; to a local studio nobody does."""
    if not settings.hosted:
        return Doors()
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


def open_desk(settings: Settings, account: str = OWNER, *, look: bool = False) -> Desk:
    """A desk for one account in a house of its own; `look` as in build_house."""
    return Desk(build_house(settings, look=look), account, at_once=settings.studio_workers)


@lru_cache(maxsize=1)
def house() -> House:
    """The web process's house: one per process, whoever is at its desks."""
    settings = Settings()
    built = build_house(settings)
    offers = Offers(settings, built.roster)
    offers.begin()
    return replace(built, vault=open_vault(settings, pages=True), offers=offers)


@lru_cache(maxsize=1)
def _dispatch() -> Dispatch:
    """What leads to the workers: one per process, for each has its own connections."""
    return Dispatch(house().db)


@lru_cache(maxsize=512)
def desk_for(account: str) -> Desk:
    """The web process's desk of an account; who asks for it has shown that it is theirs."""
    return Desk(house(), account, at_once=Settings().studio_workers, dispatch=_dispatch)


@lru_cache(maxsize=1)
def admission() -> Admission:
    """Where the web process's programs are let in by their tokens."""
    return Admission(house())


def reception(address: str = "", agent: str = "") -> Reception:
    """The web process's reception, for whoever asks from an address with a browser that calls itself so."""
    return Reception(house(), address, agent=agent)


def viewing(address: str = "") -> Viewing:
    """What the web process tells whoever holds the token of a link, from an address."""
    return Viewing(house(), address)


@lru_cache(maxsize=1)
def price_list() -> tuple[Tiers, Films]:
    """What plans and films cost, as strangers are told."""
    return Tiers.load(ROOT / "data" / "tiers.toml"), Films.load(ROOT / "data" / "films.toml")


def sells() -> bool:
    """Whether plans and credits can be bought here, as strangers are told."""
    return Settings().studio_payments != "off"


def till() -> Till | None:
    """What takes in the word of the payment service; None where nothing is sold."""
    at = house()
    return open_till(at.db, at.payments, at.tiers) if at.payments else None


def desk() -> Desk:
    """The web process's desk of local mode's owner."""
    return desk_for(OWNER)
