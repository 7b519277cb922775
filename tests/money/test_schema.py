"""The migrations give the tables money's code declares, on both engines."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData

from studio.db import Database
from studio.money.entry import Entry
from studio.money.hold import Hold, HoldPart, Pot
from studio.money.inbox import PaymentNotice, PaymentTurn
from studio.money.lots import Lot, LotDraw, Wallet
from studio.money.marketing import Marketing
from studio.money.minutes import FilmMinute, FilmOrder
from studio.money.orders import Purchase
from studio.money.subscriptions import Customer, Subscription
from studio.money.tally import Tally
from studio.money.vendorbills import VendorBill
from studio.people.acts import Act
from studio.people.alarms import Alarm
from studio.production.pulse import Pulse

_PAYMENTS = (Purchase, Customer, Subscription, PaymentNotice, PaymentTurn)
_FOUNDING = (Act, Alarm, Marketing, Pulse, VendorBill)
_HELD = (Entry, Hold, HoldPart, Pot, Tally, Wallet, Lot, LotDraw, FilmOrder, FilmMinute)
_TABLES = (*_HELD, *_PAYMENTS, *_FOUNDING)


def test_the_migrations_give_the_tables_of_the_ledger(ledger: Database) -> None:
    declared = MetaData()
    for noun in _TABLES:
        noun.__table__.to_metadata(declared)  # type: ignore[attr-defined]

    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name in declared.tables

    with ledger.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": ours, "compare_type": True})
        assert compare_metadata(context, declared) == []
