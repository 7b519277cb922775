"""Where studio and services are joined: the house of this process, and the desk everybody asks at."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from services.building import build_house
from services.offering import Offers
from services.payments.till import open_till
from services.settings import ROOT, Settings
from services.vaults.opening import open_vault
from studio.desk.admitting import Admission
from studio.desk.desk import Desk
from studio.desk.reception import Reception
from studio.desk.viewing import Viewing
from studio.money.films import Films
from studio.money.tiers import Tiers
from studio.people.account import OWNER
from studio.people.paying import Till
from studio.production.dispatch import Dispatch
from studio.production.house import House


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
