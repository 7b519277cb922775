"""The ledger's rows. They are only ever added: triggers of the database refuse to change or delete one."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, String, text
from sqlmodel import Field, SQLModel

from studio.db import Moment
from studio.story.noun import Noun


class Book(StrEnum):
    CUSTOMER = "customer"  # what an account has, holds and has spent
    COST = "cost"  # what we owe vendors, and for whom
    CREDIT = "credit"  # film credits: what lots hold, films reserve and have spent


class Verb(StrEnum):
    """What a movement does."""

    GRANT = "grant"  # granted -> pot
    HOLD = "hold"  # pot -> held
    SETTLE = "settle"  # held -> spent, and what is left of the part back into the pot
    RELEASE = "release"  # held -> pot
    BILL = "bill"  # vendor -> cost
    OVERRUN = "overrun"  # cost -> overrun: what a take cost above its part
    RENT = "rent"  # vendor -> rented: a machine's hours, which no customer pays
    FEE = "fee"  # vendor -> fees: what the payment service takes for a dispute
    LAPSE = "lapse"  # lot -> lapsed: its day has come
    FORFEIT = "forfeit"  # lot -> lapsed: its owner left
    CLAW = "claw"  # lot, and what is missing in it of owed -> sold: its payment was taken back
    RETURN = "return"  # sold -> lot: the payment is ours after all
    REPAY = "repay"  # lot -> owed


class Purse(StrEnum):
    """The kinds of ledger account; a purse's name is its kind and whose it is, pot:owner."""

    GRANTED = "granted"
    POT = "pot"
    HELD = "held"
    SPENT = "spent"
    VENDOR = "vendor"
    COST = "cost"
    OVERRUN = "overrun"
    RENTED = "rented"  # what rented machines cost, less what takes made on them were billed
    FEES = "fees"  # what the payment service takes beside its share of payments
    SOLD = "sold"  # credits that were paid for
    BONUS = "bonus"  # credits on top
    LOT = "lot"  # what a lot of credits has left
    RESERVED = "reserved"  # credits that films hold
    FILMS = "films"  # credits that were spent on films
    LAPSED = "lapsed"
    OWED = "owed"  # below zero: credits that were spent and whose payment was taken back

    def of(self, owner: str) -> str:
        """The purse of an account or a vendor."""
        return f"{self.value}:{owner}"


class About(Noun):
    """What a movement is about; a page finds its way back by it. `size` tells takes apart that cost alike."""

    account: str
    episode: str = ""
    run: str = ""
    scene: str = ""
    subject: str = ""
    kind: str = ""  # of take
    fingerprint: str = ""
    engine: str = ""
    size: str = ""  # as quote.Ask names it


_BILLS, _CREDIT = "verb = 'bill' AND micros > 0", "book = 'credit'"


def _only(where: str) -> dict[str, Any]:
    """The rows an index is of, on either engine."""
    return {"sqlite_where": text(where), "postgresql_where": text(where)}


class Entry(SQLModel, table=True):
    """One row of a movement; the rows of a movement sum to zero."""

    __table_args__ = (
        Index("ix_entry_episode", "account", "episode", "purse"),
        Index("ix_entry_purse", "purse", "at"),
        # What the founder's reports are answered from, without a look at the rows themselves.
        Index("ix_entry_bills", "at", "vendor", "engine", "kind", "account", "micros", **_only(_BILLS)),
        Index("ix_entry_billed", "account", "episode", "subject", "fingerprint", "at", "micros", **_only(_BILLS)),
        Index("ix_entry_credit", "verb", "account", "episode", "purse", "at", "micros", **_only(_CREDIT)),
    )

    id: int | None = Field(default=None, primary_key=True)
    movement: str = Field(index=True)
    once: str | None = Field(default=None, unique=True)  # a second movement with it is the same one
    book: Book = Field(sa_type=String)
    verb: Verb = Field(sa_type=String)
    purse: str
    micros: int = Field(sa_type=BigInteger)
    account: str
    episode: str = ""
    run: str = ""
    scene: str = ""
    subject: str = ""
    kind: str = ""
    fingerprint: str = ""
    engine: str = ""
    size: str = ""
    vendor: str = ""
    model: str = ""
    request: str = ""  # the vendor's own id of what it billed
    card: str = ""  # day of the price card
    quantities: dict = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))  # type: ignore[type-arg]
    why: str = ""
    at: datetime = Field(sa_type=Moment)
