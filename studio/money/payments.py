"""Payments: what the studio asks of a payment service, and what that answers. It grants nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from studio.money.inbox import Notice
from studio.money.orders import Ware
from studio.money.subscriptions import Standing
from studio.story.noun import Noun


class Sale(Noun):
    """What a page to pay on is made for; the same order always gets the same page."""

    order: str
    customer: str
    ware: Ware
    what: str  # the tier, or the pack
    title: str
    micros: int


class Checkout(Noun):
    """A page to pay on."""

    id: str
    url: str = ""
    order: str
    customer: str
    open: bool
    paid: bool
    expired: bool = False
    refused: bool = False  # it was sent off, and the bank did not pay
    payment: str = ""
    subscription: str = ""
    expires: datetime


class Subscribed(Noun):
    """A subscription; `tier` is the one that was last paid for."""

    id: str
    customer: str
    tier: str
    standing: Standing
    since: datetime
    ends: datetime
    cancels: bool
    failed: datetime | None = None
    owed: int = 0  # micro-dollars
    way_out: str = ""  # where what is owed can be paid


class Invoiced(Noun):
    """An invoice of a subscription."""

    id: str
    customer: str
    subscription: str
    tier: str
    paid: bool
    micros: int
    total: int  # the same before credit of the customer was used, discounts taken off
    change: bool  # for what is left of a month in another plan
    tries: int
    again: datetime | None = None  # when the card is tried again
    begins: datetime
    ends: datetime
    payment: str = ""
    way_out: str = ""


class Dispute(Noun):
    """A dispute for which the bank took money; what is only asked about is none."""

    id: str
    answered: bool = False  # evidence was handed in
    won: bool = False


class Paid(Noun):
    """A payment and what of it went back."""

    id: str
    micros: int
    refunded: int = 0
    disputed: bool = False  # the bank has the money, for now or for good
    disputes: tuple[Dispute, ...] = ()
    receipt: str = ""


class Payments(Protocol):
    """A payment service. Everything may raise VendorError; what is asked twice with the same words is done once."""

    live: bool  # whether real money moves

    def notice(self, body: bytes, signature: str) -> Notice:
        """Read a notice that came in; Invalid when the service has not signed it, or too long ago."""
        ...

    def customer(self, account: str, email: str) -> str:
        """The customer an account is there, made on first use."""
        ...

    def checkout(self, sale: Sale) -> Checkout:
        """A page to pay on."""
        ...

    def expire(self, checkout: str) -> None:
        """Close a page to pay on; one that is closed stays so."""
        ...

    def portal(self, customer: str) -> str:
        """The address of a page on which a customer changes plan, card and mind; it lasts a few minutes."""
        ...

    def seen(self, checkout: str) -> Checkout:
        """How a page to pay on stands."""
        ...

    def subscription(self, name: str) -> Subscribed:
        """How a subscription stands; NotFound for one that is not for a tier."""
        ...

    def invoice(self, name: str) -> Invoiced:
        """How an invoice stands; NotFound for one of no subscription of ours."""
        ...

    def paid(self, payment: str) -> Paid:
        """What became of a payment."""
        ...

    def cancel(self, subscription: str) -> None:
        """End a subscription now; one that has ended stays so."""
        ...

    def refund(self, payment: str, micros: int | None = None) -> None:
        """Give a payment back, once: so many micro-dollars of it, or all."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...

    def since(self, moment: datetime) -> Iterator[Notice]:
        """Every notice since a moment, whether or not it came in."""
        ...
