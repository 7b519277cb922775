"""The catalogue at Stripe: a price for each tier that is sold, and a portal that offers them. Made once, then found.

A price never changes at Stripe: where data/tiers.toml asks for another one, a new price takes the old one's name, and
who pays the old one goes on with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any, Protocol

from services.payments.reading import CENT
from studio.errors import NotFound
from studio.money.tiers import Tier, Tiers

_MARK = "trashfire_tier"  # the metadata that says of a price which tier it is for


class Asks(Protocol):
    """How Stripe is asked: `what` as in prices.create, with parameters; `once` makes two asks one."""

    def __call__(self, what: str, *args: Any, once: str = "") -> dict[str, Any]:
        """The answer as plain data; VendorError."""
        ...


class Catalogue:
    """Prices and portal of one account at Stripe; safe to use from many threads."""

    def __init__(self, ask: Asks, tiers: Tiers) -> None:
        self._ask, self._tiers, self._lock = ask, tiers, Lock()
        self._prices: dict[str, str] = {}
        self._tier_by_price: dict[str, str] = {}
        self._portal = ""

    def price(self, name: str) -> str:
        """The id of a tier's price."""
        with self._lock:
            self._ready()
        return self._prices[name]

    def portal(self) -> str:
        """The id of the portal's configuration."""
        with self._lock:
            self._ready()
            self._portal = self._portal or self._configured()
        return self._portal

    def tier(self, price: Mapping[str, Any]) -> str:
        """The tier a price is for; NotFound for a price of something else."""
        found = (price.get("metadata") or {}).get(_MARK, "")
        if not found:
            raise NotFound(f"the price {price['id']} is for no tier")
        self._tier_by_price[price["id"]] = self._tiers.find(found).name
        return self._tier_by_price[price["id"]]

    def tier_of(self, price: str) -> str:
        """The same, of a price's id."""
        return self._tier_by_price.get(price) or self.tier(self._ask("prices.retrieve", price))

    def _ready(self) -> None:
        if self._prices:
            return
        named = {_named(tier): tier for tier in self._tiers.sold}
        listed = self._ask("prices.list", {"lookup_keys": list(named), "active": True, "limit": 100})["data"]
        there = {one["lookup_key"]: one for one in listed}
        for key, tier in named.items():
            price = there.get(key)
            if price is None or price["unit_amount"] * CENT != tier.price_micros:
                price = self._priced(tier, key)
            self._prices[self.tier(price)] = price["id"]

    def _priced(self, tier: Tier, key: str) -> dict[str, Any]:
        cents = tier.price_micros // CENT
        return self._ask(
            "prices.create",
            {
                "currency": "usd",
                "unit_amount": cents,
                "recurring": {"interval": "month"},
                "lookup_key": key,
                "transfer_lookup_key": True,
                "product_data": {"name": f"TrashFire Studio {tier.name.capitalize()}"},
                "metadata": {_MARK: tier.name},
            },
            once=f"price:{key}:{cents}",
        )

    def _configured(self) -> str:
        """The portal in which these prices may be changed to; made anew when they are others."""
        mark = ",".join(sorted(self._prices.values()))
        listed = self._ask("billing_portal.configurations.list", {"active": True, "limit": 100})["data"]
        found = next((one for one in listed if (one["metadata"] or {}).get(_MARK) == mark), None)
        return str((found or self._made(mark))["id"])

    def _made(self, mark: str) -> dict[str, Any]:
        prices = [self._ask("prices.retrieve", self._prices[tier.name]) for tier in self._tiers.sold]
        return self._ask(
            "billing_portal.configurations.create",
            {
                "business_profile": {"headline": "TrashFire Studio"},
                "features": {
                    "customer_update": {"enabled": False},
                    "invoice_history": {"enabled": True},
                    "payment_method_update": {"enabled": True},
                    "subscription_cancel": {"enabled": True, "mode": "at_period_end"},
                    "subscription_update": {
                        "enabled": True,
                        "default_allowed_updates": ["price"],
                        "proration_behavior": "always_invoice",
                        "products": [{"product": one["product"], "prices": [one["id"]]} for one in prices],
                    },
                },
                "metadata": {_MARK: mark},
            },
            once=f"portal:{mark}",
        )


def _named(tier: Tier) -> str:
    return f"trashfire_{tier.name}_month"
