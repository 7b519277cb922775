"""Stripe's double, as far as the studio asks it: whether it answers to a key."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.doubles.server import Books, Fault, Schedule


@dataclass
class StripeDouble:
    """One account behind one key, with nothing on it."""

    schedule: Schedule = field(default_factory=Schedule)
    key: str = "sk_test_double"
    books: Books = field(default_factory=Books)

    def app(self, base: str) -> Starlette:
        """The server; where it stands is of no matter to it."""
        del base
        return Starlette(routes=[Route("/v1/balance", self._balance)])

    async def _balance(self, request: Request) -> Response:
        self.books.ask("balance")
        if request.headers.get("authorization") != f"Bearer {self.key}":
            return _error(401, "Invalid API Key provided", "invalid_request_error")
        if self.schedule.next("balance") is Fault.DOWN:
            return _error(500, "An unknown error occurred", "api_error")
        nothing = [{"amount": 0, "currency": "usd", "source_types": {"card": 0}}]
        return JSONResponse({"object": "balance", "available": nothing, "livemode": False, "pending": nothing})


def _error(status: int, message: str, kind: str) -> Response:
    return JSONResponse({"error": {"message": message, "type": kind}}, status)
