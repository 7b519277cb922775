"""The till: what a worker does now and then about money that came in."""

from __future__ import annotations

from services.settings import ROOT
from studio.db import Database
from studio.money.films import Films
from studio.money.payments import Payments
from studio.money.tiers import Tiers
from studio.people.leavers import settle_leavers
from studio.people.paying import Till
from studio.production.chores import Chore

_LOOK, _RECONCILE = 1.0, 3600.0  # seconds


def open_till(db: Database, payments: Payments, tiers: Tiers) -> Till:
    """The till of a house that sells tiers, and packs of credits."""
    return Till(db, payments, tiers, Films.load(ROOT / "data" / "films.toml").pack)


def payment_chores(db: Database, payments: Payments | None, tiers: Tiers) -> tuple[Chore, ...]:
    """Act on what came in, and every hour fetch what did not; nothing where nothing is sold."""
    if payments is None:
        return ()
    till, films = open_till(db, payments, tiers), Films.load(ROOT / "data" / "films.toml")
    return (
        Chore("payments", _LOOK, lambda: _done(till.look())),
        Chore("reconciliation", _RECONCILE, lambda: _done(till.reconcile())),
        Chore("leavers", _RECONCILE, lambda: _done(settle_leavers(db, payments, films.refund_days))),
    )


def _done(count: int) -> None:
    """What a chore gives is for nobody."""
    del count
