"""Stripe's own client talking to its double in this process: the same words, without sockets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import stripe

from services.guard import Line, vendors
from services.payments.stripe import Stripe
from studio.money.tiers import Tiers
from tests.doubles.stripe import StripeDouble
from tests.money.rows import DATA
from tests.services.clock import Clock

SECRET = "whsec_double"
HOME = "http://127.0.0.1:8501"
TIERS = Tiers.load(DATA / "tiers.toml")


class Near(stripe.HTTPClient):
    """Hands each request to the double."""

    name = "near"

    def __init__(self, double: StripeDouble) -> None:
        super().__init__()
        self._double = double

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """The double's answer."""
        at, path = urlsplit(url), urlsplit(url).path.removeprefix("/v1/")
        told = {name.lower(): value for name, value in (headers or {}).items()}
        fault = self._double.schedule.next(path.partition("/")[0], told.get("idempotency-key", path))
        status, given, body = self._double.answer(method.upper(), path, post_data or at.query, told, fault)
        return body.decode(), status, httpx.Headers(given)

    def close(self) -> None:
        """There is nothing to close."""


def near(double: StripeDouble, tiers: Tiers = TIERS) -> Stripe:
    """Stripe as the studio asks it, at a double in this process."""
    return Stripe(
        double.key,
        double.post.secret,
        "http://double",
        HOME,
        tiers,
        line=Line(vendors()["stripe"], Clock().patience),
        wire=Near(double),
    )
