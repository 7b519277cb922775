"""Opening the till: who takes money with these settings, and what a worker does about it now and then."""

from __future__ import annotations

from services.hosting import check_hosting
from services.settings import ROOT, Settings
from studio.db import Database
from studio.money.films import Films
from studio.money.payments import Payments
from studio.money.tiers import Tiers
from studio.people.leavers import settle_leavers
from studio.people.paying import Till
from studio.production.chores import Chore

_LOOK, _RECONCILE = 1.0, 3600.0  # seconds


def open_payments(settings: Settings, tiers: Tiers) -> Payments | None:
    """Who takes money; None where payments are off. BadRequest says what is missing or does not fit the mode."""
    if settings.studio_payments == "off":
        return None
    check_hosting(settings)
    from services.payments.stripe import Stripe  # half a second, which a studio that sells nothing need not wait

    home = settings.studio_public_url or f"http://127.0.0.1:{settings.studio_port}"
    return Stripe(
        settings.stripe_api_key.get_secret_value(),
        settings.stripe_webhook_secret.get_secret_value(),
        settings.stripe_api_base,
        home,
        tiers,
        live=settings.studio_payments == "live",
    )


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
