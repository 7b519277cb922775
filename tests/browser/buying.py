"""Buying a plan in a real browser: declined, paid, a month later not paid, and out of that with another card."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from services.web.webhooks import PATH
from tests.doubles.server import serving
from tests.doubles.stripe import StripeDouble

_MONTH = 32  # days
_PATIENCE = 120.0  # seconds for a worker to look


@contextmanager
def selling() -> Iterator[tuple[StripeDouble, dict[str, str]]]:
    """Stripe's double; gives the settings of a studio that sells by it. It is told afterwards where that is."""
    double = StripeDouble()
    with serving(double.app) as url:
        yield (
            double,
            {
                "STUDIO_PAYMENTS": "mock",
                "STRIPE_API_KEY": double.key,
                "STRIPE_API_BASE": url,
                "STRIPE_WEBHOOK_SECRET": double.post.secret,
            },
        )


def buy(page: Page, studio: str, double: StripeDouble) -> None:
    """Buy Pro with the second card, for the first one is declined."""
    double.deliver_to(f"{studio}{PATH}")
    page.goto(f"{studio}/billing")
    page.get_by_role("button", name="Choose Pro").click()
    page.wait_for_url("**/pay/**")
    page.get_by_role("button", name="a card that is declined").click()
    expect(page.get_by_text("declined. Try another")).to_be_visible()
    page.get_by_role("button", name="a card that pays").click()
    page.wait_for_url(re.compile(r"/billing\?order="))
    expect(page.get_by_text("Your payment came in")).to_be_visible(timeout=_PATIENCE * 1000)


def recover(page: Page, studio: str, double: StripeDouble) -> None:
    """A month later the card fails; with another one Pro is there in the end."""
    _portal(page, studio, "Change plan or card", "a card that is declined")
    double.billing.advance(_MONTH * 86_400)
    double.post.flush()
    _shown(page, studio, "Your card did not pay")
    _portal(page, studio, "Use another card", "a card that pays")
    _shown(page, studio, "Next payment")
    _shown(page, studio, "A month of Pro", times=2)  # of the subscription and of the invoice notices come apart


def _portal(page: Page, studio: str, way: str, card: str) -> None:
    """Go to the portal by a button of the page and use a card there."""
    page.goto(f"{studio}/billing")
    page.get_by_role("button", name=way).click()
    page.wait_for_url("**/portal/**")
    page.get_by_role("button", name=f"Use {card}").click()
    page.get_by_role("link", name="Back to the studio").click()
    page.wait_for_url("**/billing")


def _shown(page: Page, studio: str, words: str, times: int = 1) -> None:
    """Look again until a worker has seen what happened, and the page says so as often."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        page.goto(f"{studio}/billing")
        expect(page.get_by_role("heading", name="Payments")).to_be_visible()
        if page.get_by_text(words).count() >= times:
            return
    raise AssertionError(f"{words} was never said")


def charged_no_more(double: StripeDouble) -> None:
    """Wait until whoever left has no subscription any more."""
    end = time.monotonic() + _PATIENCE
    while any(one["status"] != "canceled" for one in double.billing.objects.every("subscription")):
        assert time.monotonic() < end, "who left is still charged"
        time.sleep(0.2)
