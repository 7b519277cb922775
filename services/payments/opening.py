"""Who takes money with these settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.hosting import check_hosting
from services.settings import Settings
from studio.money.tiers import Tiers

if TYPE_CHECKING:
    from studio.money.payments import Payments  # tables of what is sold: most houses sell nothing


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
