"""Whether fal's own list says what the price book says: a price that went up would be quoted and booked too low."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from services.fal.models import models
from services.settings import ROOT, Settings
from services.tariffs import PRICES
from studio.db import now
from studio.errors import VendorError
from studio.money.amount import price
from studio.money.prices import PriceBook
from studio.story.noun import Noun
from studio.takes.roster import Roster

if TYPE_CHECKING:
    from services.fal.listing import UnitPrice

_FAL = "fal"
_NEAR = 103  # hundredths: price lists round
# By the list's word for its unit: what our cards count, how many of that are one of it, and what a person calls it.
_UNITS = {"second": ("video_ms", 1_000, "second"), "megapixel": ("pixels", 1_000_000, "megapixel")}
Ask = Callable[[Settings, Sequence[str]], "Sequence[UnitPrice]"]


class Listed(Noun):
    """What fal's list has for a model of ours, and what our price card has, in micro-dollars a unit."""

    model: str
    unit: str
    listed: int
    booked: int
    cheap: bool  # we reckon with less than it takes

    @property
    def told(self) -> str:
        """In a sentence."""
        has = f"fal's list has {price(self.listed)} a {self.unit} for {self.model}"
        if not self.cheap:
            return f"{has}, no more than its price card"
        return (
            f"{has}, and its price card {price(self.booked)}: add a card to data/prices.toml, "
            "or every quote and bill of it is too low"
        )


def ask_fal(settings: Settings, wanted: Sequence[str]) -> Sequence[UnitPrice]:
    """What fal's list has for these models."""
    from services.fal.listing import unit_prices

    return unit_prices(settings.fal_key.get_secret_value(), settings.fal_api_base_url, wanted)


def listed(settings: Settings, roster: Roster, prices: PriceBook, ask: Ask = ask_fal) -> Iterator[Listed]:
    """Every model of ours that fal's list prices in a unit that our cards have too; without its key nobody is asked.

    A price that our card has for another size of the same model, or for one with sound, is no other price.
    """
    ours = [card.model for card in roster.engine if card.vendor == _FAL and not roster.missing(card)]
    pictures = models().picture
    ours += [more.model for one in ours if one in pictures and (more := pictures[one].referring)]
    for row in ask(settings, sorted(set(ours))) if ours else ():
        unit, each, called = _UNITS.get(row.unit, ("", 0, ""))
        rates = prices.find(_FAL, row.model, now()).rates if row.model in ours else {}
        if unit in rates:
            known = [one.micros * each // one.per for one in rates.values()]
            near = any(abs(row.micros - one) * 100 <= one * (_NEAR - 100) for one in known)
            booked = rates[unit].micros * each // rates[unit].per
            cheap = row.micros * 100 > booked * _NEAR and not near
            yield Listed(model=row.model, unit=called, listed=row.micros, booked=booked, cheap=cheap)


def dearer(settings: Settings, ask: Ask = ask_fal) -> tuple[str, ...]:
    """A sentence for each model that fal takes more for than we reckon with; none where that cannot be known."""
    roster, prices = Roster.load(ROOT / "data" / "crew.toml", settings.given), PriceBook.load(ROOT / PRICES)
    try:
        return tuple(one.told for one in listed(settings, roster, prices, ask) if one.cheap)
    except VendorError:
        return ()
