"""Stripe's double: one account behind one key, its API, the pages people pay on, and deliveries to the studio.

Nothing hangs on the order in which threads come: one request is answered after the other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.doubles.cutting import Cut
from tests.doubles.server import Books, Fault, Schedule
from tests.doubles.stripe_billing import Billing
from tests.doubles.stripe_calls import Calls, Refusal
from tests.doubles.stripe_form import read_form
from tests.doubles.stripe_objects import Row
from tests.doubles.stripe_pages import Desk, Outcome, pay_page, portal_page
from tests.doubles.stripe_post import Post, over_http

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class StripeDouble:
    """The account; `billing` is what it holds and `post` what it sends."""

    schedule: Schedule = field(default_factory=Schedule)
    key: str = "sk_test_double"
    books: Books = field(default_factory=Books)
    billing: Billing = field(default_factory=Billing)

    def __post_init__(self) -> None:
        self._calls = Calls(self.billing)
        self._said: dict[str, tuple[str, Answer]] = {}  # Idempotency-Key -> what was asked, and answered
        self.desk = Desk(self.billing)

    @property
    def post(self) -> Post:
        """Its deliveries."""
        return self.billing.post

    def deliver_to(self, url: str) -> None:
        """Send what happens to this address."""
        self.post.to = over_http(url)

    def app(self, base: str) -> Starlette:
        """The server; `base` is where its pages are."""
        self.billing.base = base
        return Starlette(
            routes=[
                Route("/v1/{path:path}", self._api, methods=["GET", "POST", "DELETE"]),
                Route("/pay/{name}", self._pay, methods=["GET", "POST"]),
                Route("/portal/{name}", self._portal, methods=["GET", "POST"]),
                Route("/invoice/{name}", self._invoice),
                Route("/receipts/{name}", lambda request: PlainTextResponse(f"Paid: {request.path_params['name']}")),
                Route("/clock/{days:int}", self._advance, methods=["POST"]),
            ]
        )

    def find(self, name: str) -> Row:
        """The object of this id, as it is held."""
        row = self.billing.objects.find(name)
        assert row, name
        return row

    def answer(self, method: str, path: str, text: str, headers: Mapping[str, str], fault: Fault | None) -> Answer:
        """What a request to the API is answered with; a key that was used before gets its answer again."""
        if headers.get("authorization") != f"Bearer {self.key}":
            return _error(401, "Invalid API Key provided: sk_test_****uble", "invalid_request_error")
        if fault is Fault.BUSY:
            return _error(429, "Too many requests", "rate_limit_error", **{"Retry-After": "1"})
        if fault is Fault.DOWN:
            return _error(500, "An unknown error occurred", "api_error")
        once, asked = headers.get("idempotency-key", ""), f"{method} {path} {text}"
        with self.billing.lock:
            if once and (known := self._said.get(once)):
                return known[1] if known[0] == asked else _error(400, _MISMATCH.format(once), "idempotency_error")
            try:
                answer = _ok(
                    self._balance() if path == "balance" else self._calls.answer(method, path, read_form(text))
                )
            except Refusal as refusal:
                return refusal.status, {"content-type": "application/json"}, json.dumps(refusal.body).encode()
            if once and method == "POST":
                self._said[once] = (asked, answer)
            return answer

    async def _api(self, request: Request) -> Response:
        path, query = request.path_params["path"], request.url.query
        self.books.ask(path.partition("/")[0])
        fault = self.schedule.next(path.partition("/")[0], request.headers.get("idempotency-key", path))
        text = (await request.body()).decode() or query
        if fault is Fault.LOST_BEFORE:
            return Cut()
        status, headers, body = self.answer(request.method, path, text, request.headers, fault)
        await run_in_threadpool(self._deliver)
        if fault is Fault.LOST_AFTER:
            return Cut()
        return Response(body, status, headers)

    def _deliver(self) -> None:
        if self.post.prompt:
            self.post.flush()

    def _balance(self) -> Row:
        nothing = [{"amount": 0, "currency": "usd", "source_types": {"card": 0}}]
        return {"object": "balance", "available": nothing, "livemode": False, "pending": nothing}

    async def _pay(self, request: Request) -> Response:
        session = self.billing.objects.find(request.path_params["name"], "checkout.session")
        if session is None:
            return PlainTextResponse("There is no such page.", 404)
        said = None if session["status"] == "open" else Outcome.CLOSED
        if request.method == "POST":
            given = read_form((await request.body()).decode())
            with self.billing.lock:
                said = self.desk.pay(session, given["card"], agreed="agreed" in given)
            if said is Outcome.PAID:
                await run_in_threadpool(self._deliver)
                return RedirectResponse(session["success_url"], 303)
        return HTMLResponse(pay_page(session, self.billing.carts[session["id"]].title, said))

    async def _portal(self, request: Request) -> Response:
        session = self.billing.objects.find(request.path_params["name"], "billing_portal.session")
        if session is None:
            return PlainTextResponse("There is no such page.", 404)
        if request.method == "POST":
            given = read_form((await request.body()).decode())
            with self.billing.lock:
                self._changed(session["customer"], given)
            await run_in_threadpool(self._deliver)
        return HTMLResponse(portal_page(self.billing, session))

    def _changed(self, customer: str, given: dict[str, Any]) -> None:
        if "card" in given:
            self.desk.new_card(customer, given["card"])
        elif "change" in given:
            self.billing.change(self.find(given["of"]), self.find(given["change"]))
        else:
            self.billing.cancel_later(self.find(given["of"]), cancel=given["cancel"] == "True")

    async def _invoice(self, request: Request) -> Response:
        row = self.find(request.path_params["name"])
        return PlainTextResponse(f"{row['id']}: {row['status']}, ${row['amount_remaining'] / 100:.2f} are owed")

    async def _advance(self, request: Request) -> Response:
        """Put the account's clock on by so many days."""
        self.billing.advance(request.path_params["days"] * 86_400)
        await run_in_threadpool(self._deliver)
        return PlainTextResponse("Done.")


_MISMATCH = (
    "Keys for idempotent requests can only be used with the same parameters they were first used with. "
    "Try using a key other than '{}' if you meant to execute a different request."
)


def _ok(body: Row) -> Answer:
    return 200, {"content-type": "application/json", "request-id": "req_double"}, json.dumps(body).encode()


def _error(status: int, message: str, kind: str, **headers: str) -> Answer:
    body = json.dumps({"error": {"message": message, "type": kind}}).encode()
    return status, {"content-type": "application/json", "request-id": "req_double", **headers}, body
