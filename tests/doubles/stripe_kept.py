"""Stripe's double as `make demo-cloud` has it: it remembers what was bought while it was not running."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.doubles.server import serving
from tests.doubles.stripe import StripeDouble
from tests.doubles.stripe_billing import Billing

_HELD = ("events", "cards", "carts", "ahead")


@contextmanager
def kept(file: Path, studio: str) -> Iterator[tuple[StripeDouble, dict[str, str]]]:
    """Serve the double beside a studio at this address until the block ends; gives the studio's settings with it."""
    double = StripeDouble()
    billing = double.billing
    if file.exists():
        _restore(billing, pickle.loads(file.read_bytes()))
    double.deliver_to(f"{studio}/webhooks/stripe")
    with serving(double.app) as url:
        settings = {
            "STUDIO_PAYMENTS": "mock",
            "STRIPE_API_KEY": double.key,
            "STRIPE_API_BASE": url,
            "STRIPE_WEBHOOK_SECRET": double.post.secret,
        }
        try:
            yield double, settings
        finally:
            file.parent.mkdir(parents=True, exist_ok=True)
            held = {name: getattr(billing, name) for name in _HELD}
            file.write_bytes(pickle.dumps(vars(billing.objects) | held))


def _restore(billing: Billing, memory: dict[str, Any]) -> None:
    for name, value in memory.items():
        setattr(billing if name in _HELD else billing.objects, name, value)
    for page in list(billing.objects.every("checkout.session", status="open")):
        billing.expire(page)  # it was at another address
