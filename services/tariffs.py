"""Whether our endpoints cost what the price book says: their cards are chosen at RunPod, and with them their price."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from services.rooms import endpoint_of
from services.rooms import rate as rate_of
from services.settings import ROOT, Settings
from studio.db import now
from studio.errors import StudioError
from studio.money.amount import price
from studio.money.prices import PriceBook
from studio.money.usage import TIMED
from studio.story.noun import Noun
from studio.takes.roster import Roster

PRICES = "data/prices.toml"
_RUNPOD = "runpod"
_NEAR = 103  # hundredths: price lists round
Ask = Callable[[Settings, str], int | None]  # an endpoint's micro-dollars a second


class Tariff(Noun):
    """What an endpoint takes a second on its dearest card, and what its engines are priced at, in micro-dollars."""

    endpoint: str
    taken: int
    priced: dict[str, int]

    @property
    def cheap(self) -> tuple[str, ...]:
        """The engines that are priced below what is taken: their bills are booked too low, and quoted so."""
        return tuple(name for name, micros in self.priced.items() if self.taken * 100 > micros * _NEAR)

    @property
    def told(self) -> str:
        """In a sentence."""
        takes = f"its dearest card takes {price(self.taken)} a second"
        if not self.cheap:
            return f"{takes}, no more than the price cards say"
        low = " and ".join(f"{name} is priced at {price(self.priced[name])}" for name in self.cheap)
        return f"{takes}, and {low}: add a card to data/prices.toml, or choose other cards for the endpoint"


def tariffs(settings: Settings, roster: Roster, prices: PriceBook, ask: Ask = rate_of) -> Iterator[Tariff]:
    """The tariff of every endpoint that is set and of which RunPod says what its cards cost; asks it, for nothing."""
    priced: dict[str, dict[str, int]] = {}
    for card in roster.engine:
        if card.vendor == _RUNPOD and not roster.missing(card):
            rate = prices.find(card.vendor, card.model, now()).rates[TIMED]
            priced.setdefault(endpoint_of(card, settings), {})[card.name] = rate.micros * 1000 // rate.per
    for endpoint, engines in sorted(priced.items()):
        if (taken := ask(settings, endpoint)) is not None:
            yield Tariff(endpoint=endpoint, taken=taken, priced=engines)


def dear(settings: Settings, ask: Ask = rate_of) -> tuple[str, ...]:
    """A sentence for each endpoint whose engines are priced too low; none where that cannot be known."""
    roster, prices = Roster.load(ROOT / "data" / "crew.toml", settings.given), PriceBook.load(ROOT / PRICES)
    try:
        found = [one for one in tariffs(settings, roster, prices, ask) if one.cheap]
    except StudioError as error:
        return (f"what the endpoints cost cannot be told: {error.detail}",)
    return tuple(f"endpoint {one.endpoint}: {one.told}" for one in found)
