"""What the doctor says of vendors: which engines are available, or which setting is missing, and who answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from services.commands.looks import Finding
from services.offering import gone
from services.pinging import Heard, Pulse
from services.pricelists import listed
from services.rooms import shares
from services.settings import ROOT, Settings
from services.tariffs import PRICES, tariffs
from studio.errors import VendorError
from studio.money.prices import PriceBook
from studio.takes.roster import EngineCard, Roster

_SHARED = "every worker finds what another has made"
_APART = (
    "several workers and no network volume: a job whose answer gets lost may be made, and paid, twice; "
    "attach a volume, or allow one worker"
)


def engines(settings: Settings, heard: Sequence[Heard]) -> Iterator[Finding]:
    """Every engine at a vendor; one whose settings are missing is not used, which is no fault.

    One whose vendor has just listed its models, and not this one, is not well.
    """
    roster = Roster.load(ROOT / "data" / "crew.toml", settings.given)
    lost = gone(heard, roster, settings)
    for card in roster.engine:
        if card.vendor:
            yield _found(card, roster.missing(card), lost.get(card.name, ""))


def pulses(heard: Sequence[Heard]) -> Iterator[Finding]:
    """What vendors answered to their free pings."""
    return (_heard(one) for one in heard)


def endpoints(settings: Settings) -> Iterator[Finding]:
    """What RunPod takes for each of our endpoints, and whether its workers find each other's results.

    Dearer cards than their price says are not well, nor are several workers that may make the same thing twice.
    """
    roster, prices = Roster.load(ROOT / "data" / "crew.toml", settings.given), PriceBook.load(ROOT / PRICES)
    for one in tariffs(settings, roster, prices):
        yield Finding(f"runpod: endpoint {one.endpoint}", not one.cheap, one.told)
        if (shared := shares(settings, one.endpoint)) is not None:
            yield Finding(f"runpod: results of {one.endpoint}", shared, _SHARED if shared else _APART)


def lists(settings: Settings) -> Iterator[Finding]:
    """What fal's own list has for our models; one that it takes more for than our price card says is not well."""
    roster, prices = Roster.load(ROOT / "data" / "crew.toml", settings.given), PriceBook.load(ROOT / PRICES)
    with suppress(VendorError):  # who does not answer is in another row
        for one in listed(settings, roster, prices):
            yield Finding(f"fal: price of {one.model}", not one.cheap, one.told)


def _found(card: EngineCard, missing: tuple[str, ...], lost: str) -> Finding:
    what = f"{card.role}: {card.name}"
    if lost:
        return Finding(what, False, lost)
    if missing:
        return Finding(what, True, f"not available: {' and '.join(missing)} {_verb(missing)} not set", used=False)
    return Finding(what, True, f"available at {card.vendor}, version {card.version}")


def _verb(missing: tuple[str, ...]) -> str:
    return "is" if len(missing) == 1 else "are"


def _heard(one: Heard) -> Finding:
    double = ", a double on this machine" if one.double else ""
    said = f"answered in {one.ms} ms" if one.pulse is Pulse.WELL else f"{one.pulse}: {one.why}"
    return Finding(f"{one.vendor}: {one.what}", one.pulse is Pulse.WELL, f"{said}{double}")
