"""The wire under Stripe's own client: our HTTP client, so that no proxy, redirect or retry comes in by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import stripe

from services.http import faults

VENDOR = "stripe"


class Wire(stripe.HTTPClient):
    """One request after the other; what goes wrong below HTTP is Down: every request may safely be sent again."""

    name = "httpx"

    def __init__(self, http: httpx.Client) -> None:
        super().__init__()
        self._http = http

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Send a request and give body, status and headers."""
        with faults(VENDOR, f"{method} {httpx.URL(url).path}"):
            answer = self._http.request(method.upper(), url, headers=dict(headers or {}), content=post_data)
        return answer.text, answer.status_code, answer.headers

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()
